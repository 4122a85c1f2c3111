// SPDX-License-Identifier: Apache-2.0
// A command's conversation with the management API (management.h): requests and answers as
// JSON values, lists without their pages, people and things by the names they have.
#pragma once

#include "app/command.h"
#include "base/arena.h"
#include "base/err.h"
#include "codec/json.h"

struct client {
    const struct settings *settings;
    struct arena *arena; // everything that is answered lives here
    struct problem problem;
};

struct client *client_new(const struct invocation *invocation);
void client_free(struct client *client);
AUTO_DEFINE(struct client *, client_free)

// "/v2/groups/{}/members/{}": each {} is replaced by the next text, percent-encoded.
str client_path(struct client *client, const char *pattern, str first, str second);

// {"name": "text", …}. A text that is absent is left out; one that is JSON already stands as it
// is.
struct client_member {
    const char *name; // NULL ends the list
    str text;
    bool is_json;
};
str client_object(struct client *client, const struct client_member *members);
// ["a", "b"] of "a,b"; absent when the text is.
str client_array(struct client *client, str text);

// ret_root is the answer; NULL when it has no body. Errors are in client->problem.
enum err client_call(struct client *client, const char *method, str path, str body,
                     yyjson_val **ret_root);

struct client_list {
    yyjson_val **rows;
    size_t count;
};
// Adds the array's values.
void client_append(struct client *client, yyjson_val *array, struct client_list *list);
// All pages of the list at the path, which may have a query; key: the member that holds it.
enum err client_list(struct client *client, str path, const char *key,
                     struct client_list *ret_list);

// The member "id" of the one whose `name` member is the text, whatever the case of its letters,
// or whose id it is. what: "member", for the problem.
struct client_naming {
    const char *what;
    const char *path; // "/v2/members"
    const char *key;  // "members"
    const char *name; // "email"
};
extern const struct client_naming naming_members, naming_groups, naming_workspaces;
enum err client_find(struct client *client, const struct client_naming *naming, str text,
                     str *ret_id);

// The file's content; "-": standard input.
enum err client_read_text(struct client *client, str path, str *ret_text);
// The same, which must be a JSON object.
enum err client_read_object(struct client *client, str path, str *ret_text);
