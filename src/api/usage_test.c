// SPDX-License-Identifier: Apache-2.0
// Counting accepted events, and reports of them.
#include "api/testing.h"

#include <semaphore.h>

#include "api/usage.h"
#include "codec/timestamp.h"

#define REPORT "/v2/organizations/usage/event-metrics?granularity="

struct fixture {
    struct world world;
    str token; // organisation-level
    str source_id;
};

static str made(struct world *world, const char *path, const char *body, const char *member)
{
    struct told told = world_ask(world, &(struct ask){ "POST", path, body, world->token });
    assert_true(told.status == 200 || told.status == 201);
    return told_str(&told, member);
}

static int set_up(void **state)
{
    static struct fixture fixture;
    world_open_set_up(&fixture.world);
    struct told told = world_ask_locally(&fixture.world, "POST", "/v2/service-access-tokens",
                                         "{\"level\":\"organization\",\"name\":\"usage\"}");
    assert_told(&told, 201);
    fixture.token = told_str(&told, "token");
    fixture.source_id = made(&fixture.world, "/v2/sources",
                             "{\"name\":\"web\",\"type\":\"Javascript\"}", "source.id");
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    world_close(&((struct fixture *)*state)->world);
    return 0;
}

struct appending {
    struct journal_append append;
    sem_t done;
    enum err err;
};

static void on_done(struct journal_append *append, enum err err)
{
    struct appending *appending = CONTAINER_OF(append, struct appending, append);
    appending->err = err;
    sem_post(&appending->done);
}

static int64_t time_of(const char *text)
{
    int64_t wall_ms = 0;
    assert_true(timestamp_parse(str_of(text), &wall_ms));
    return wall_ms;
}

// Now is `at`, when a record of the source is written.
static void append(struct fixture *fixture, const char *at, const char *endpoint,
                   struct journal_record record)
{
    struct appending appending = { .append.done = on_done };
    clock_fake_advance_ms(&fixture->world.clock,
                          time_of(at) - clock_wall_ms(&fixture->world.clock.clock));
    record.received_wall_ms = time_of(at);
    record.fields[0] = (struct envelope_field){ ENVELOPE_SOURCE_ID, fixture->source_id };
    record.fields[1] = (struct envelope_field){ ENVELOPE_ENDPOINT, str_of(endpoint) };
    record.field_count = 2;
    sem_init(&appending.done, 0, 0);
    assert_int_equal(journal_append(fixture->world.journal, &record, &appending.append), OK);
    while (sem_wait(&appending.done) != 0)
        ;
    sem_destroy(&appending.done);
    assert_int_equal(appending.err, OK);
}

static const struct journal_event four_events[4] = {
    { .length = 2 }, { .length = 2 }, { .length = 2 }, { .length = 2 }
};

// The source is sent so many events through the endpoint.
static void receive(struct fixture *fixture, const char *at, const char *endpoint, size_t count)
{
    append(fixture, at, endpoint,
           (struct journal_record){
               .events = four_events, .event_count = count, .body = STR("{}") });
}

static struct told ask(struct fixture *fixture, const char *query)
{
    return world_ask(
        &fixture->world,
        &(struct ask){ .method = "GET",
                       .path = arena_printf(fixture->world.arena, REPORT "%s", query).data,
                       .token = fixture->token });
}

// "2026-01-05 eventStream 3, …"
static void assert_report(struct fixture *fixture, const char *query, const char *expected)
{
    struct told told = ask(fixture, query);
    assert_told(&told, 200);
    struct buf rows = { 0 };
    size_t at, count;
    yyjson_val *row;
    yyjson_arr_foreach(told_at(&told, "data"), at, count, row)
    {
        buf_addf(&rows, "%s%" PRIstr " %" PRIstr " %lld", at ? ", " : "",
                 STR_ARG(json_get_str(row, "start")), STR_ARG(json_get_str(row, "product")),
                 (long long)yyjson_get_sint(yyjson_obj_get(row, "count")));
        assert_true(str_eq(json_get_str(row, "sourceId"), fixture->source_id));
        assert_true(str_eq(json_get_str(row, "workspaceId"), fixture->world.workspace_id));
    }
    assert_str(buf_str(&rows), expected);
    buf_done(&rows);
}

static void events_are_counted_by_day_week_and_month(void **state)
{
    struct fixture *fixture = *state;
    receive(fixture, "2026-01-30T23:59:59.999Z", "track", 1); // a Friday
    receive(fixture, "2026-01-31T00:00:00Z", "batch", 4);
    receive(fixture, "2026-02-01T12:00:00Z", "batch", 2);
    receive(fixture, "2026-02-02T00:00:00Z", "track", 1); // a Monday
    assert_report(fixture, "day&start=2026-01-01",
                  "2026-01-30 eventStream 1, 2026-01-31 eventStream 4,"
                  " 2026-02-01 eventStream 2, 2026-02-02 eventStream 1");
    assert_report(fixture, "week&start=2026-01-01",
                  "2026-01-26 eventStream 7, 2026-02-02 eventStream 1");
    assert_report(fixture, "month&start=2026-01-01",
                  "2026-01-01 eventStream 5, 2026-02-01 eventStream 3");
}

static void buckets_are_whole(void **state)
{
    struct fixture *fixture = *state;
    receive(fixture, "2026-01-27T00:00:00Z", "track", 1);
    receive(fixture, "2026-02-03T00:00:00Z", "track", 2);
    assert_report(fixture, "month&start=2026-01-30&end=2026-02-01", "2026-01-01 eventStream 1");
    assert_report(fixture, "week&start=2026-01-30",
                  "2026-01-26 eventStream 1,"
                  " 2026-02-02 eventStream 2");
    assert_report(fixture, "day&start=2026-01-27&end=2026-02-03", "2026-01-27 eventStream 1");
}

static void the_endpoint_tells_the_product(void **state)
{
    struct fixture *fixture = *state;
    receive(fixture, "2026-01-30T00:00:00Z", "retl", 2);
    receive(fixture, "2026-01-30T00:00:01Z", "extract", 1);
    receive(fixture, "2026-01-30T00:00:02Z", "pixel", 3);
    receive(fixture, "2026-01-30T00:00:03Z", "audiencelist", 1);
    assert_report(fixture, "day&start=2026-01-30",
                  "2026-01-30 etl 1, 2026-01-30 eventStream 3, 2026-01-30 reverseEtl 3");
}

static void nothing_is_counted_twice_or_forgotten(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 1; i <= 3; i++) {
        receive(fixture, "2026-01-30T00:00:00Z", "track", 1);
        if (i != 2)
            assert_report(fixture, "day&start=2026-01-30",
                          i == 1 ? "2026-01-30 eventStream 1" : "2026-01-30 eventStream 3");
        world_restart(&fixture->world);
    }
    assert_report(fixture, "month&start=2026-01-30", "2026-01-01 eventStream 3");
}

static void a_backlog_that_is_counted_part_by_part_is_in_one_report(void **state)
{
    enum { RECORDS = 24, BODY_BYTES = 512 << 10 }; // three parts
    struct fixture *fixture = *state;
    char *body = arena_alloc(fixture->world.arena, BODY_BYTES);
    memset(body, ' ', BODY_BYTES);
    const struct journal_record record = { .events = four_events,
                                           .event_count = 2,
                                           .body = str_make(body, BODY_BYTES) };
    for (size_t i = 0; i < RECORDS; i++)
        append(fixture, "2026-01-30T00:00:00Z", "batch", record);
    assert_report(fixture, "day&start=2026-01-30", "2026-01-30 eventStream 48");
}

static void what_nobody_may_ask_for_goes(void **state)
{
    struct fixture *fixture = *state;
    receive(fixture, "2026-01-30T00:00:00Z", "track", 1);
    assert_report(fixture, "day&start=2026-01-30", "2026-01-30 eventStream 1");
    receive(fixture, "2026-06-30T00:00:00Z", "track", 1); // five months on
    assert_report(fixture, "month&start=2026-01-30",
                  "2026-01-01 eventStream 1, 2026-06-01 eventStream 1");
    clock_fake_advance_ms(&fixture->world.clock,
                          time_of("2026-01-30T00:00:00Z") - time_of("2026-06-30T00:00:00Z"));
    assert_report(fixture, "day&start=2026-01-30&end=2026-12-31", "2026-06-30 eventStream 1");
}

static void bad_questions_are_named(void **state)
{
    static const struct {
        const char *query, *field;
    } cases[] = {
        { "", "granularity" },
        { "hour&start=2026-01-01", "granularity" },
        { "day", "start" },
        { "day&start=", "start" },
        { "day&start=2026-1-1", "start" },
        { "day&start=2026-02-30", "start" },
        { "day&start=1969-12-31", "start" },
        { "day&start=2025-10-02", "start" }, // 91 days before
        { "week&start=2024-12-31", "start" },
        { "month&start=2022-12-31", "start" },
        { "day&start=2026-01-01T00:00:00Z", "start" },
        { "day&start=2026-01-01&end=2026-01-01", "end" },
        { "day&start=2026-01-01&end=x", "end" },
        { "day&start=2026-01-01&page=0", "page" },
    };
    struct fixture *fixture = *state;
    receive(fixture, "2026-01-01T00:00:00Z", "track", 1);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct told told = ask(fixture, cases[i].query);
        assert_told(&told, 400);
        assert_non_null(yyjson_obj_get(told_at(&told, "details"), cases[i].field));
    }
    assert_report(fixture, "day&start=2025-10-03", "2026-01-01 eventStream 1");
}

static void pages_follow_each_other(void **state)
{
    struct fixture *fixture = *state;
    receive(fixture, "2026-01-30T00:00:00Z", "track", 1);
    receive(fixture, "2026-01-31T00:00:00Z", "track", 2);
    struct told told = ask(fixture, "day&start=2026-01-30&pageSize=1");
    assert_int_equal(yyjson_get_int(told_at(&told, "paging.total")), 2);
    assert_str(told_str(&told, "paging.next"),
               "/v2/organizations/usage/event-metrics?page=2&pageSize=1&granularity=day"
               "&start=2026-01-30");
    assert_report(fixture, "day&start=2026-01-30&pageSize=1&page=2",
                  "2026-01-31 eventStream 2");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(events_are_counted_by_day_week_and_month),
        CASE(buckets_are_whole),
        CASE(the_endpoint_tells_the_product),
        CASE(nothing_is_counted_twice_or_forgotten),
        CASE(a_backlog_that_is_counted_part_by_part_is_in_one_report),
        CASE(what_nobody_may_ask_for_goes),
        CASE(bad_questions_are_named),
        CASE(pages_follow_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
