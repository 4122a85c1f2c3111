// SPDX-License-Identifier: Apache-2.0
// Destinations over the management API: settings, secrets, external ids, what became of events.
#include "api/testing.h"

#include <sched.h>
#include <stdatomic.h>

#include "store/audit.h"

static struct told make_secretive(struct world *world, const char *more)
{
    str body = arena_printf(world->arena,
                            "{\"name\":\"hook\",\"type\":\"WEBHOOK\",\"config\":"
                            "{\"webhookUrl\": \"http://127.0.0.1:9/\",\"headers\":"
                            "[{\"from\":\"X-Key\",\"to\":\"hush\"}]}%s}",
                            more);
    return world_send(world, "POST", "/v2/destinations", body.data);
}

static bool shows_secret(const struct told *told)
{
    return str_find_str(told->body, STR("hush")) < told->body.len;
}

static void secrets_are_shown_to_those_who_may_edit(void **state)
{
    struct world *world = *state;
    struct told told = make_secretive(world, "");
    assert_told(&told, 200);
    assert_true(shows_secret(&told));
    told = world_ask_locally(world, "POST", "/local/personal-access-tokens",
                             "{\"email\":\"" WORLD_EMAIL "\",\"workspace\":\"Main\","
                             "\"name\":\"look\",\"scope\":\"read-only\"}");
    world->token = told_str(&told, "token");
    told = world_get(world, "/v2/destinations");
    assert_told(&told, 200);
    assert_false(shows_secret(&told));
    assert_str(told_str(&told, "destinations.0.config.headers.0.from"), "X-Key");
}

static size_t count_reveals(struct world *world)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct audit_row *rows;
    size_t count, reveals = 0;
    struct told me = world_get(world, "/getUser");
    struct audit_filter filter = { .organization_id = told_str(&me, "organizationId"),
                                   .workspace_id = world->workspace_id };
    assert_int_equal(store_begin(world->store, STORE_READ, world->arena, &tx, NULL), OK);
    assert_int_equal(store_audit_list(tx, &filter, 100, &rows, &count, NULL), OK);
    for (size_t i = 0; i < count; i++)
        reveals += str_eq(rows[i].action, STR("secrets_revealed"));
    return reveals;
}

static void the_first_reveal_to_a_token_is_in_the_audit_log(void **state)
{
    struct world *world = *state;
    struct told told = make_secretive(world, "");
    const char *path =
        world_path(world, "/v2/destinations/", told_str(&told, "destination.id"), "");
    assert_int_equal(count_reveals(world), 1);
    told = world_get(world, path);
    assert_true(shows_secret(&told));
    assert_int_equal(count_reveals(world), 1);
    told = world_ask_locally(world, "POST", "/local/personal-access-tokens",
                             "{\"email\":\"" WORLD_EMAIL "\",\"workspace\":\"Main\","
                             "\"name\":\"other\",\"scope\":\"read-write\"}");
    world->token = told_str(&told, "token");
    told = world_get(world, "/v2/destinations");
    assert_true(shows_secret(&told));
    told = world_get(world, path);
    assert_true(shows_secret(&told));
    assert_int_equal(count_reveals(world), 2);
}

static void secrets_are_not_shown_to_tools_that_bring_their_own_id(void **state)
{
    struct world *world = *state;
    struct told told = make_secretive(world, ",\"externalId\":\"e1\"");
    assert_told(&told, 200);
    assert_false(shows_secret(&told));
    assert_str(told_str(&told, "destination.externalId"), "e1");
    assert_int_equal(yyjson_get_int(told_at(&told, "destination.version")), 1);
}

static void secrets_left_out_of_an_update_are_kept(void **state)
{
    struct world *world = *state;
    struct told told = make_secretive(world, "");
    const char *path =
        world_path(world, "/v2/destinations/", told_str(&told, "destination.id"), "");
    told = world_send(world, "PUT", path,
                      "{\"config\":{\"webhookUrl\":\"http://127.0.0.1:10/\","
                      "\"headers\":[{\"from\":\"X-Key\"}]}}");
    assert_told(&told, 200);
    assert_str(told_str(&told, "destination.config.webhookUrl"), "http://127.0.0.1:10/");
    assert_str(told_str(&told, "destination.config.headers.0.to"), "hush");
    told = world_send(world, "PUT", path,
                      "{\"config\":{ \"webhookUrl\":\"http://127.0.0.1:10/\",\"headers\":[]}}");
    assert_told(&told, 200);
    assert_false(shows_secret(&told));
    assert_true(str_find_str(told.body, STR("\"config\":{ \"webhookUrl\"")) < told.body.len);
}

static void settings_are_checked_unless_they_are_empty(void **state)
{
    struct world *world = *state;
    struct told told = world_send(
        world, "POST", "/v2/destinations",
        "{\"name\":\"a\",\"type\":\"WEBHOOK\",\"config\":{\"webhookUrl\":\"ftp://x\"}}");
    assert_told(&told, 400);
    assert_non_null(told_at(&told, "details"));
    assert_non_null(yyjson_obj_get(told_at(&told, "details"), "config.webhookUrl"));
    told = world_send(world, "POST", "/v2/destinations",
                      "{\"name\":\"a\",\"type\":\"WEBHOOK\",\"config\":{\"webhookUrl\":"
                      "\"http://x/\",\"colour\":1}}");
    assert_told(&told, 400);
    assert_non_null(yyjson_obj_get(told_at(&told, "details"), "config.colour"));
    told = world_send(world, "POST", "/v2/destinations",
                      "{\"name\":\"a\",\"type\":\"WEBHOOK\",\"config\":{}}");
    assert_told(&told, 200);
    told = world_send(world, "POST", "/v2/destinations", "{\"name\":\"b\",\"type\":\"NOPE\"}");
    assert_told(&told, 400);
    assert_str(told_str(&told, "details.type"), "is no type of destination");
}

static void an_external_id_is_set_once(void **state)
{
    struct world *world = *state;
    str id = world_destination(world, "hook");
    const char *path = world_path(world, "/v2/destinations/", id, "/external-id");
    struct told told = world_send(world, "PUT", path, "{\"externalId\":\"e1\"}");
    assert_told(&told, 200);
    assert_str(told_str(&told, "destination.externalId"), "e1");
    told = world_send(world, "PUT", path, "{\"externalId\":\"e1\"}");
    assert_told(&told, 200);
    told = world_send(world, "PUT", path, "{\"externalId\":\"e2\"}");
    assert_told(&told, 409);
    told = world_send(world, "PUT", world_path(world, "/v2/destinations/", id, ""),
                      "{\"externalId\":\"e1\"}");
    assert_told(&told, 400);
    told = world_get(world, "/v2/destinations?hasExternalId=true");
    assert_int_equal(yyjson_get_int(told_at(&told, "paging.total")), 1);
    told = world_get(world, "/v2/destinations?hasExternalId=false");
    assert_int_equal(yyjson_get_int(told_at(&told, "paging.total")), 0);
    assert_int_equal(yyjson_arr_size(told_at(&told, "destinations")), 0);
}

static void nothing_happened_to_a_new_destination(void **state)
{
    struct world *world = *state;
    str id = world_destination(world, "hook");
    struct told told =
        world_get(world, world_path(world, "/v2/destinations/", id, "/delivery"));
    assert_told(&told, 200);
    assert_int_equal(yyjson_get_int(told_at(&told, "delivery.parked")), 0);
    told = world_get(world, world_path(world, "/v2/destinations/", id, "/stats?minutes=5"));
    assert_told(&told, 200);
    assert_int_equal(yyjson_get_int(told_at(&told, "stats.minutes")), 5);
    assert_int_equal(yyjson_get_int(told_at(&told, "stats.delivered")), 0);
    told = world_get(world, world_path(world, "/v2/destinations/", id, "/stats?minutes=0"));
    assert_told(&told, 400);
    told = world_get(world, world_path(world, "/v2/destinations/", id, "/dead-letters"));
    assert_told(&told, 200);
    assert_int_equal(yyjson_arr_size(told_at(&told, "deadLetters")), 0);
    told = world_get(
        world, world_path(world, "/v2/destinations/", id, "/dead-letters?after_cursor=x"));
    assert_told(&told, 400);
}

struct stored {
    struct outcome_store store;
    atomic_int is_done;
};

static void on_stored(struct outcome_store *store, enum err err)
{
    assert_int_equal(err, OK);
    atomic_store(&CONTAINER_OF(store, struct stored, store)->is_done, 1);
}

static void bury(struct world *world, str destination, uint64_t record, const char *event)
{
    struct stored stored = { .store.done = on_stored };
    struct dead_letter letter = {
        .position = { .record = record },
        .source_id = STR("s"),
        .destination_id = destination,
        .reason = REASON_REJECTED,
        .status = 400,
        .attempts = 1,
        .at_wall_ms = clock_wall_ms(&world->clock.clock),
        .detail = STR("no"),
        .event = str_of(event),
        .request = STR("POST http://127.0.0.1:9/"),
        .response = STR("bad"),
    };
    assert_int_equal(outcome_dead_letter(world->outcome, &letter, &stored.store), OK);
    while (!atomic_load(&stored.is_done))
        (void)sched_yield();
}

static void dead_letters_come_newest_first_in_pages(void **state)
{
    struct world *world = *state;
    str id = world_destination(world, "hook");
    bury(world, id, 1, "{\"n\":1}");
    bury(world, id, 2, "{\"n\": 2}");
    bury(world, world_destination(world, "other"), 3, "{}");
    struct told told = world_get(
        world, world_path(world, "/v2/destinations/", id, "/dead-letters?pageSize=1"));
    assert_told(&told, 200);
    assert_int_equal(yyjson_arr_size(told_at(&told, "deadLetters")), 1);
    assert_int_equal(yyjson_get_int(told_at(&told, "deadLetters.0.event.n")), 2);
    assert_str(told_str(&told, "deadLetters.0.position"), "0-2-0");
    assert_str(told_str(&told, "deadLetters.0.reason"), "rejected");
    assert_int_equal(yyjson_get_int(told_at(&told, "deadLetters.0.status")), 400);
    told = world_get(world, arena_dup(world->arena, told_str(&told, "paging.next")).data);
    assert_told(&told, 200);
    assert_int_equal(yyjson_get_int(told_at(&told, "deadLetters.0.event.n")), 1);
    told = world_get(world, arena_dup(world->arena, told_str(&told, "paging.next")).data);
    assert_told(&told, 200);
    assert_int_equal(yyjson_arr_size(told_at(&told, "deadLetters")), 0);
    assert_null(yyjson_obj_get(told_at(&told, "paging"), "next"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(secrets_are_shown_to_those_who_may_edit),
        TEST(the_first_reveal_to_a_token_is_in_the_audit_log),
        TEST(secrets_are_not_shown_to_tools_that_bring_their_own_id),
        TEST(secrets_left_out_of_an_update_are_kept),
        TEST(settings_are_checked_unless_they_are_empty),
        TEST(an_external_id_is_set_once),
        TEST(nothing_happened_to_a_new_destination),
        TEST(dead_letters_come_newest_first_in_pages),
    };
    return cmocka_run_group_tests_name("api destinations", tests, NULL, NULL);
}
