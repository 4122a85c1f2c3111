// SPDX-License-Identifier: Apache-2.0
// For unit tests: the management API over a data directory of its own, asked in the process.
#pragma once

#include "base/test.h"

#include "api/api.h"
#include "base/clock.h"
#include "codec/json.h"
#include "http/server.h"

struct world {
    char dir[64];
    struct arena *arena;
    struct clock_fake clock;
    struct journal *journal;
    struct store *store;
    struct workspace *workspace;
    struct outcome *outcome;
    struct api *api;
    // Of the organisation that world_open_set_up makes:
    str workspace_id;
    str token; // read-write
};

#define WORLD_EMAIL    "ada@example.com"
#define WORLD_PASSWORD "correct horse battery"

// Opens an empty one; threads of the api as given.
void world_open(struct world *world);
// With an organisation, a workspace "Main", an Admin and a token.
void world_open_set_up(struct world *world);
void world_close(struct world *world);
// The api alone: what it holds in memory is gone.
void world_restart(struct world *world);

// A request as it would come over HTTP. Empty texts: left out.
struct ask {
    const char *method;
    const char *path; // may have a query
    const char *body;
    str token;         // sent as Bearer
    str authorization; // instead
    str cookie;
    str csrf;
    str workspace_id;
    const char *address; // NULL: "203.0.113.7"
    const char *fetch_site;
};
struct told {
    int status;
    str body;
    yyjson_val *json; // NULL: no body
    struct http_header headers[8];
    size_t header_count;
};
struct told world_ask(struct world *world, const struct ask *ask);
struct told world_ask_locally(struct world *world, const char *method, const char *path,
                              const char *body);

// Walks "source.name", "data.0.id"; fails the test when there is none.
yyjson_val *told_at(const struct told *told, const char *path);
str told_str(const struct told *told, const char *path);
str told_header(const struct told *told, const char *name); // STR_NONE: absent

void assert_str(str actual, const char *expected);
void assert_told(const struct told *told, int status);

// As cmocka wants it: one that world_open_set_up made, in *state.
int world_set_up(void **state);
int world_tear_down(void **state);

// Asks with the token of the world.
struct told world_get(struct world *world, const char *path);
struct told world_send(struct world *world, const char *method, const char *path,
                       const char *body);
// "/v2/sources/" and an id and what follows it, in the arena.
const char *world_path(struct world *world, const char *before, str id, const char *behind);
// The text at path of an answer that must be 200.
str told_id(struct told told, const char *path);
// Make one each; the id.
str world_source(struct world *world, const char *name);
str world_destination(struct world *world, const char *name);
str world_connection(struct world *world, str source, str destination);
