// SPDX-License-Identifier: Apache-2.0
// What the resources share besides resource.h: how people, organisations and workspaces look.
#pragma once

#include "api/body.h"
#include "api/call.h"
#include "api/reply.h"
#include "api/resource.h"
#include "store/organizations.h"
#include "store/personal_tokens.h"
#include "store/service_tokens.h"
#include "store/users.h"
#include "store/workspaces.h"

enum { NAME_LEN_MAX = 128, EMAIL_LEN_MAX = 254 };
enum { PASSWORD_LEN_LEAST = 15, PASSWORD_LEN_MOST = 128 };

void workspace_write(const struct call *call, const struct workspace_row *row,
                     struct json *json);
void organization_write(const struct organization_row *row, struct json *json);
void user_write(str id, str email, enum member_role role, str organization_id,
                struct json *json);

// --- Sources that a rule is about

struct source_ids {
    const char *field; // "sourceIds"
    const str *ids;
    size_t count;
};
// The ids with commas between; empty, every source: none are named, or "*" is among them.
// ERR_INVALID names one that is no source of the workspace.
enum err source_ids_find(struct call *call, struct store_tx *tx, const struct source_ids *wish,
                         str *ret_ids);
// The member "sourceIds" of what source_ids_find gave.
void source_ids_write(str ids, struct json *json);

// "something@something", without spaces.
bool email_is_valid(str email);

// --- Personal access tokens

extern const char *const token_scope_words[];

struct token_maker {
    str user_id;
    str workspace_id;
    str workspace_name;
    str organization_id;
    str name;
    enum token_scope scope;
    const struct body_value *policy; // NULL: none
    struct principal owner;          // the owner's rights in the workspace
    struct personal_token_row row;   // what was made
    char value[TOKEN_LEN + 1];
};

// Makes the token and answers 201 with its value.
enum err token_make(struct call *call, struct token_maker *maker);
// The members of a token, without braces. owner: with his rights in the token's workspace.
void token_write_members(struct call *call, const struct personal_token_row *row,
                         str workspace_name, const struct principal *owner);
// 201 with the value that was made for the row. tx: the one that makes it.
enum err personal_token_answer(struct call *call, struct store_tx *tx,
                               const struct personal_token_row *row, const char *value);

// The member "personalAccessTokens": the live tokens of a user.
enum err tokens_write_of(struct call *call, struct store_tx *tx, str user_id);

// "admin" of imported Admin tokens.
str personal_token_scope(const struct personal_token_row *row);

// Ends a token of the caller, and those it took over from, and answers 204. ERR_NOT_FOUND.
enum err token_revoke(struct call *call, str id);
// An audit row for each of the tokens (struct personal_token_row) that were ended together.
enum err tokens_audit_ended(struct call *call, struct store_tx *tx,
                            const struct store_list *ended, str organization_id);

// --- Service Access Tokens: the same of the caller's organisation

enum err service_token_write_members(struct call *call, struct store_tx *tx,
                                     const struct service_token_row *row);
enum err service_token_answer(struct call *call, struct store_tx *tx,
                              const struct service_token_row *row, const char *value);
// Whether there is one with the id, then whether the caller may do this to it.
enum err service_token_find(struct call *call, str id);
enum err service_token_revoke(struct call *call, str id);
enum err service_tokens_audit_ended(struct call *call, struct store_tx *tx,
                                    const struct store_list *ended);

// Answers with the counters of a source or destination, of the last ?minutes=.
enum err stats_answer(struct call *call, const struct resource_type *resource);
// Begins the stream of its live events.
enum err watch_answer(struct call *call, const struct resource_type *resource);

// 429 with Retry-After.
enum err wait_refuse(struct call *call, int64_t wait_ms);
