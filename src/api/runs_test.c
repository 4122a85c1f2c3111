// SPDX-License-Identifier: Apache-2.0
// Runs of sources that fall silent.
#include "api/testing.h"

#include "api/core.h"
#include "store/sources.h"

struct watcher {
    struct outcome_watch watch;
    char seen[4][256];
    size_t count;
};

static int set_up(void **state)
{
    static struct world world;
    world_open_set_up(&world);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    world_close(*state);
    return 0;
}

static struct source_run_row begin_run(struct world *world)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct problem problem;
    struct source_row source = { .workspace_id = world->workspace_id,
                                 .name = STR("lake"),
                                 .type = STR("HTTP"),
                                 .is_enabled = true,
                                 .config = STR("{}") };
    assert_int_equal(store_begin(world->store, STORE_WRITE, world->arena, &tx, &problem), OK);
    assert_int_equal(store_source_create(tx, &source, &problem), OK);
    struct source_run_row run = { .workspace_id = world->workspace_id,
                                  .source_id = source.id,
                                  .parameters = STR("[]") };
    assert_int_equal(store_source_run_begin(tx, &run, &problem), OK);
    assert_int_equal(store_commit(tx, &problem), OK);
    return run;
}

static void on_event(struct outcome_watch *watch, str json)
{
    struct watcher *watcher = CONTAINER_OF(watch, struct watcher, watch);
    assert_true(watcher->count < ARRAY_LEN(watcher->seen));
    assert_true(str_copy(json, watcher->seen[watcher->count++], sizeof(watcher->seen[0])));
}

static void who_watches_hears_of_a_run_that_falls_silent(void **state)
{
    struct world *world = *state;
    struct watcher watcher = { .watch.on_event = on_event };
    struct runs *runs = world->api->runs;
    struct source_run_row run = begin_run(world);
    outcome_live_watch(world->outcome, runs_ring(world->arena, run.source_id), &watcher.watch);
    runs_tell(runs, &run);
    clock_fake_advance_ms(&world->clock, SOURCE_RUN_SILENCE_MS - 1);
    runs_look(runs);
    assert_int_equal(watcher.count, 1);
    assert_non_null(strstr(watcher.seen[0], "\"running\""));
    clock_fake_advance_ms(&world->clock, 1);
    runs_look(runs);
    runs_look(runs);
    outcome_live_unwatch(world->outcome, &watcher.watch);
    assert_int_equal(watcher.count, 2); // and that once
    assert_non_null(strstr(watcher.seen[1], "\"failed\""));
    assert_non_null(strstr(watcher.seen[1], arena_cstr(world->arena, run.id)));
}

static void who_watches_hears_of_a_run_that_the_process_left(void **state)
{
    struct world *world = *state;
    struct watcher watcher = { .watch.on_event = on_event };
    struct source_run_row run = begin_run(world);
    world_restart(world);
    outcome_live_watch(world->outcome, runs_ring(world->arena, run.source_id), &watcher.watch);
    outcome_live_unwatch(world->outcome, &watcher.watch);
    assert_int_equal(watcher.count, 1);
    assert_non_null(strstr(watcher.seen[0], "\"failed\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_watches_hears_of_a_run_that_falls_silent, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_watches_hears_of_a_run_that_the_process_left,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("api runs", tests, NULL, NULL);
}
