// SPDX-License-Identifier: Apache-2.0
// The world for unit tests.
#include "api/testing.h"

#include <ftw.h>
#include <unistd.h>

#include "api/call.h"
#include "api/router.h"
#include "codec/url.h"

static const uint8_t directory_id[16] = "test directory 1";

static void open_api(struct world *world)
{
    struct problem problem;
    struct api_parts parts = {
        .store = world->store,
        .workspace = world->workspace,
        .outcome = world->outcome,
        .journal = world->journal,
        .clock = &world->clock.clock,
        .rng = rng_system(),
        .public_url = STR("http://127.0.0.1:8080"),
        .counts_usage = true,
    };
    assert_int_equal(api_new(&parts, &world->api, &problem), OK);
}

void world_restart(struct world *world)
{
    api_free(world->api);
    open_api(world);
}

void world_open(struct world *world)
{
    struct problem problem;
    *world = (struct world){ .dir = "/tmp/pintle-api-XXXXXX", .arena = arena_new(64 << 20) };
    assert_non_null(mkdtemp(world->dir));
    clock_fake_init(&world->clock, 1767323045678);
    const struct clock *clock = &world->clock.clock;
    struct fs *fs = fs_real();
    str dir = str_of(world->dir);
    struct journal_limits limits = journal_limits_default;
    limits.segment_bytes = 1 << 20;
    limits.reserve_bytes = 0;
    assert_int_equal(journal_open(fs, arena_printf(world->arena, "%s/journal", world->dir),
                                  directory_id, &limits, clock, observer_log(), &world->journal,
                                  &problem),
                     OK);
    struct store_parts store = {
        .fs = fs,
        .dir = dir,
        .id = directory_id,
        .clock = clock,
        .rng = rng_system(),
        .observer = observer_log(),
    };
    assert_int_equal(store_open(&store, &world->store, &problem), OK);
    assert_int_equal(
        workspace_open(world->store, clock, observer_log(), &world->workspace, &problem), OK);
    const struct outcome_parts outcomes = {
        .fs = fs,
        .dir = arena_printf(world->arena, "%s/outcomes", world->dir),
        .id = directory_id,
        .clock = clock,
        .observer = observer_log(),
    };
    assert_int_equal(outcome_open(&outcomes, &world->outcome, &problem), OK);
    open_api(world);
}

void world_open_set_up(struct world *world)
{
    world_open(world);
    struct told told = world_ask_locally(
        world, "POST", "/v2/setup",
        "{\"organizationName\":\"Example\",\"workspaceName\":\"Main\",\"email\":\"" WORLD_EMAIL
        "\",\"password\":\"" WORLD_PASSWORD "\"}");
    assert_told(&told, 201);
    world->workspace_id = told_str(&told, "workspace.id");
    told = world_ask_locally(world, "POST", "/local/personal-access-tokens",
                             "{\"email\":\"" WORLD_EMAIL "\",\"workspace\":\"Main\","
                             "\"name\":\"test\",\"scope\":\"read-write\"}");
    assert_told(&told, 201);
    world->token = told_str(&told, "token");
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *walk)
{
    (void)stat;
    (void)type;
    (void)walk;
    return remove(path);
}

void world_close(struct world *world)
{
    api_free(world->api);
    outcome_close(world->outcome);
    workspace_close(world->workspace);
    store_close(world->store);
    journal_close(world->journal);
    arena_free(world->arena);
    (void)nftw(world->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

// --- Asking

// Whether the pattern fits, as the server's router would have it.
static bool fits(str pattern, str path, struct arena *arena, str *ret_params)
{
    size_t params = 0;
    str want, have;
    while (str_next(&pattern, '/', &want)) {
        if (!str_next(&path, '/', &have))
            return false;
        bool is_param = str_starts(want, STR("{"));
        if (is_param)
            ret_params[params++] = url_decode(have, URL_PLUS_KEPT, arena);
        else if (!str_eq(want, have))
            return false;
    }
    return path.data == NULL;
}

static void route(struct call *call, str path)
{
    for (const struct http_route *row = router_routes; row->method; row++) {
        if (!str_eq(call->method, str_of(row->method)) ||
            !fits(str_of(row->pattern), path, call->arena, call->params))
            continue;
        call->operation = row->row;
        return;
    }
    fail_msg("no route %" PRIstr " %" PRIstr, STR_ARG(call->method), STR_ARG(path));
}

static yyjson_val *parse(struct world *world, str body)
{
    yyjson_doc *doc;
    struct problem problem;
    if (body.len == 0)
        return NULL;
    assert_int_equal(json_read(body, 0, world->arena, &doc, &problem), OK);
    return yyjson_doc_get_root(doc);
}

struct told world_ask(struct world *world, const struct ask *ask)
{
    struct call call;
    str path = str_of(ask->path);
    size_t question = str_find(path, '?');
    call_init(&call, world->api, world->arena);
    call.method = str_of(ask->method);
    route(&call, str_sub(path, 0, question));
    call.query = str_sub(path, question + 1, path.len);
    call.body = arena_dup(world->arena, str_of(ask->body));
    call.authorization = ask->authorization;
    if (ask->token.len > 0)
        call.authorization = arena_printf(world->arena, "Bearer %" PRIstr, STR_ARG(ask->token));
    call.cookie = ask->cookie;
    call.csrf_token = ask->csrf;
    call.workspace_id = ask->workspace_id;
    call.fetch_site = str_of(ask->fetch_site);
    call.client_address = ask->address ? str_of(ask->address) : STR("203.0.113.7");
    struct workspace_view *view = workspace_view_open(world->workspace);
    call.snapshot = workspace_view_get(view);
    call_run(&call);
    workspace_view_close(view);
    struct told told = { .status = call.status, .header_count = call.header_count };
    told.body = arena_dup(world->arena, buf_str(&call.out));
    told.json = parse(world, told.body);
    memcpy(told.headers, call.headers, sizeof(told.headers));
    call_done(&call);
    return told;
}

struct told world_ask_locally(struct world *world, const char *method, const char *path,
                              const char *body)
{
    struct told told = { 0 };
    enum err err = api_perform_local(world->api, str_of(method), str_of(path), str_of(body),
                                     world->arena, &told.status, &told.body);
    assert_int_equal(err != OK, told.status >= 400);
    told.json = parse(world, told.body);
    return told;
}

// --- Looking at what was told

yyjson_val *told_at(const struct told *told, const char *path)
{
    yyjson_val *value = told->json;
    str rest = str_of(path), part;
    uint64_t index;
    while (str_next(&rest, '.', &part)) {
        if (yyjson_is_arr(value) && str_to_u64(part, &index))
            value = yyjson_arr_get(value, index);
        else
            value = yyjson_obj_getn(value, part.data, part.len);
    }
    if (!value)
        fail_msg("no %s in %" PRIstr, path, STR_ARG(told->body));
    return value;
}

str told_str(const struct told *told, const char *path)
{
    yyjson_val *value = told_at(told, path);
    if (!yyjson_is_str(value))
        fail_msg("%s is no text in %" PRIstr, path, STR_ARG(told->body));
    return json_str(value);
}

str told_header(const struct told *told, const char *name)
{
    for (size_t i = 0; i < told->header_count; i++)
        if (str_eq_nocase(told->headers[i].name, str_of(name)))
            return told->headers[i].value;
    return STR_NONE;
}

void assert_str(str actual, const char *expected)
{
    if (!str_eq(actual, str_of(expected)))
        fail_msg("\"%" PRIstr "\" is not \"%s\"", STR_ARG(actual), expected);
}

void assert_told(const struct told *told, int status)
{
    if (told->status != status)
        fail_msg("%d instead of %d: %" PRIstr, told->status, status, STR_ARG(told->body));
}

// --- With the token of the world

int world_set_up(void **state)
{
    static struct world world;
    world_open_set_up(&world);
    *state = &world;
    return 0;
}

int world_tear_down(void **state)
{
    world_close(*state);
    return 0;
}

struct told world_get(struct world *world, const char *path)
{
    return world_ask(world, &(struct ask){ "GET", path, .token = world->token });
}

struct told world_send(struct world *world, const char *method, const char *path,
                       const char *body)
{
    return world_ask(world, &(struct ask){ method, path, body, .token = world->token });
}

const char *world_path(struct world *world, const char *before, str id, const char *behind)
{
    return arena_printf(world->arena, "%s%" PRIstr "%s", before, STR_ARG(id), behind).data;
}

str told_id(struct told told, const char *path)
{
    assert_told(&told, 200);
    return told_str(&told, path);
}

str world_source(struct world *world, const char *name)
{
    str body = arena_printf(world->arena, "{\"name\":\"%s\",\"type\":\"Javascript\"}", name);
    return told_id(world_send(world, "POST", "/v2/sources", body.data), "source.id");
}

str world_destination(struct world *world, const char *name)
{
    str body = arena_printf(world->arena,
                            "{\"name\":\"%s\",\"type\":\"WEBHOOK\",\"config\":"
                            "{\"webhookUrl\":\"http://127.0.0.1:9/\"}}",
                            name);
    return told_id(world_send(world, "POST", "/v2/destinations", body.data), "destination.id");
}

str world_connection(struct world *world, str source, str destination)
{
    str body = arena_printf(world->arena,
                            "{\"sourceId\":\"%" PRIstr "\",\"destinationId\":\"%" PRIstr "\"}",
                            STR_ARG(source), STR_ARG(destination));
    return told_id(world_send(world, "POST", "/v2/connections", body.data), "connection.id");
}
