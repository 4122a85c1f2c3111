// SPDX-License-Identifier: Apache-2.0
// Unit tests of verdict.c: what is compared of events that may have come before.
#include "base/test.h"

#include "base/mem.h"
#include "gateway/verdict.h"

enum { EVENTS = 1000, RUN_BYTES = 64 << 10, SCRATCH_BYTES = 256 << 10 };

static const struct event_hash_key hash_key = { "sixteen bytes..." };

struct stage {
    struct gateway gateway;
    struct ws_source source;
    struct event_row rows[EVENTS];
    struct admission admission;
};

static int setup(void **state)
{
    struct stage *stage = NEW(struct stage);
    stage->gateway.scratch = arena_new(SIZE_MAX);
    stage->gateway.parts.hash_key = &hash_key;
    stage->source.id = STR("source");
    stage->admission = (struct admission){
        .source = &stage->source,
        .batch = { .rows = stage->rows, .count = 1 },
        .dedup_window_s = 60,
    };
    stage->rows[0].message_id = STR("message");
    *state = stage;
    return 0;
}

static int teardown(void **state)
{
    struct stage *stage = *state;
    arena_free(stage->gateway.scratch);
    mem_free(stage);
    return 0;
}

static str checks_of(struct stage *stage, const char *run)
{
    return verdict_checks(&stage->gateway, &stage->admission, str_of(run));
}

static void events_are_the_same_if_source_run_and_message_are(void **state)
{
    struct stage *stage = *state;
    str checks = checks_of(stage, "run");
    assert_true(checks.len > 0);
    assert_true(str_eq(checks, checks_of(stage, "run")));
    assert_false(str_eq(checks, checks_of(stage, "another")));
    stage->rows[0].message_id = STR("another");
    assert_false(str_eq(checks, checks_of(stage, "run")));
    stage->rows[0].message_id = STR("message");
    stage->source.id = STR("sourcer");
    assert_false(str_eq(checks, checks_of(stage, "un")));
}

static void events_without_an_id_or_a_recipient_are_not_compared(void **state)
{
    struct stage *stage = *state;
    stage->admission.batch.count = 2;
    stage->rows[1] = stage->rows[0];
    str both = checks_of(stage, "run");
    stage->rows[1].flags = EVENT_BLOCKED;
    str blocked = checks_of(stage, "run");
    assert_false(str_eq(both, blocked));
    stage->rows[1] = (struct event_row){ .message_id = STR("") };
    assert_true(str_eq(blocked, checks_of(stage, "run")));
}

static void a_long_run_of_many_events_takes_little_memory(void **state)
{
    struct stage *stage = *state;
    char *run = arena_zalloc(stage->gateway.scratch, RUN_BYTES, 1);
    memset(run, 'r', RUN_BYTES - 1);
    stage->admission.batch.count = EVENTS;
    for (size_t i = 0; i < EVENTS; i++)
        stage->rows[i].message_id = STR("message");
    assert_true(checks_of(stage, run).len > 0);
    assert_true(arena_used_bytes(stage->gateway.scratch) < SCRATCH_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(events_are_the_same_if_source_run_and_message_are,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(events_without_an_id_or_a_recipient_are_not_compared,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_long_run_of_many_events_takes_little_memory, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
