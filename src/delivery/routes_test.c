// SPDX-License-Identifier: Apache-2.0
// Which records are for a destination while its connections come and go.
#include "base/test.h"

#include "delivery/fake_workspace.h"
#include "delivery/routes.h"

static struct position at(uint64_t record)
{
    return (struct position){ .record = record };
}

struct stage {
    struct workspace *workspace;
    struct workspace_view *view;
    struct routes routes;
};

static int make_stage(void **state)
{
    static struct stage stage;
    stage = (struct stage){ .workspace = fake_workspace_new() };
    stage.view = workspace_view_open(stage.workspace);
    *state = &stage;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *stage = *state;
    routes_done(&stage->routes);
    workspace_view_close(stage->view);
    fake_workspace_free(stage->workspace);
    return 0;
}

// Connects both sources from these records on (0: not) and tells whether that changed anything.
static bool update(struct stage *stage, uint64_t src, uint64_t other, uint64_t end)
{
    fake_workspace_publish(stage->workspace, (const uint64_t[2]){ src, other },
                           "{\"webhookUrl\":\"http://x.test/\"}");
    const struct snapshot *snapshot = workspace_view_get(stage->view);
    return routes_update(&stage->routes, snapshot_destination(snapshot, STR("dest")), at(end));
}

static bool sends(struct stage *stage, const char *source, uint64_t record)
{
    const struct route *route = routes_find(&stage->routes, str_of(source), at(record));
    return route && route->is_connected;
}

static bool drops(struct stage *stage, const char *source, uint64_t record)
{
    const struct route *route = routes_find(&stage->routes, str_of(source), at(record));
    return route && !route->is_connected;
}

static void a_connection_takes_its_sources_records_from_its_position_on(void **state)
{
    struct stage *stage = *state;
    assert_true(update(stage, 5, 0, 9));
    assert_false(update(stage, 5, 0, 12));
    assert_false(sends(stage, "src", 4));
    assert_true(sends(stage, "src", 5));
    assert_false(sends(stage, "other", 5));
    assert_true(position_cmp(routes_from(&stage->routes), at(5)) == 0);
    assert_true(update(stage, 5, 3, 12));
    assert_true(position_cmp(routes_from(&stage->routes), at(3)) == 0);
}

static void a_connection_that_goes_drops_its_backlog_up_to_the_journals_end(void **state)
{
    struct stage *stage = *state;
    (void)update(stage, 5, 1, 9);
    assert_true(update(stage, 0, 1, 20));
    assert_true(drops(stage, "src", 19));
    assert_null(routes_find(&stage->routes, STR("src"), at(20)));
    assert_true(sends(stage, "other", 19));
    assert_null(routes_ended(&stage->routes, at(19)));
    struct route *ended = routes_ended(&stage->routes, at(20));
    assert_non_null(ended);
    routes_remove(&stage->routes, ended);
    assert_null(routes_find(&stage->routes, STR("src"), at(19)));
    assert_true(sends(stage, "other", 19));
    assert_true(routes_has_connected(&stage->routes));
}

static void a_connection_that_comes_back_takes_only_what_is_new(void **state)
{
    struct stage *stage = *state;
    (void)update(stage, 5, 0, 9);
    (void)update(stage, 0, 0, 20);
    assert_false(routes_has_connected(&stage->routes));
    assert_true(update(stage, 20, 0, 20));
    assert_true(drops(stage, "src", 19));
    assert_true(sends(stage, "src", 20));
    // Gone and made anew between two looks.
    assert_true(update(stage, 30, 0, 31));
    assert_true(drops(stage, "src", 25));
    assert_true(sends(stage, "src", 30));
}

static void a_destination_that_is_gone_ends_all_of_its_routes(void **state)
{
    struct stage *stage = *state;
    (void)update(stage, 1, 1, 9);
    assert_true(routes_update(&stage->routes, NULL, at(10)));
    assert_true(drops(stage, "src", 9));
    assert_true(drops(stage, "other", 9));
    assert_false(routes_has_connected(&stage->routes));
}

static void a_connection_that_goes_before_anything_came_leaves_nothing(void **state)
{
    struct stage *stage = *state;
    (void)update(stage, 20, 1, 20);
    assert_true(update(stage, 0, 1, 20));
    assert_int_equal(stage->routes.count, 1);
    assert_true(sends(stage, "other", 19));
}

static void what_a_cursor_keeps_of_routes_comes_back(void **state)
{
    struct stage *stage = *state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct cursor cursor = { 0 };
    (void)update(stage, 5, 1, 9);
    (void)update(stage, 0, 1, 20);
    routes_ended(&stage->routes, at(20))->dropped = 4;
    routes_store(&stage->routes, arena, &cursor);
    routes_restore(&stage->routes, &cursor, at(30));
    assert_true(drops(stage, "src", 19));
    assert_null(routes_find(&stage->routes, STR("src"), at(20)));
    assert_int_equal(routes_ended(&stage->routes, at(20))->dropped, 4);
    assert_true(sends(stage, "other", 40));
    assert_false(update(stage, 0, 1, 30));
    // The disk has lost some, whose numbers come again.
    routes_restore(&stage->routes, &cursor, at(15));
    assert_true(drops(stage, "src", 14));
    assert_null(routes_find(&stage->routes, STR("src"), at(15)));
}

static void assert_clipped(const struct stage *stage, uint64_t first, uint64_t end)
{
    struct position_range range = { at(1), at(100) };
    routes_clip(&stage->routes, &range);
    assert_int_equal(range.first.record, first);
    assert_int_equal(range.end.record, end);
}

static void only_what_was_for_somebody_can_be_missed(void **state)
{
    struct stage *stage = *state;
    (void)update(stage, 5, 8, 9);
    assert_clipped(stage, 5, 100);
    (void)update(stage, 0, 0, 20);
    assert_clipped(stage, 5, 20);
    (void)update(stage, 30, 0, 30);
    assert_clipped(stage, 5, 100);
    struct position_range later = { at(40), at(50) };
    routes_restore(&stage->routes, &(struct cursor){ 0 }, at(50));
    routes_clip(&stage->routes, &later);
    assert_true(position_cmp(later.first, later.end) >= 0);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, make_stage, strike_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_connection_takes_its_sources_records_from_its_position_on),
        STORY(a_connection_that_goes_drops_its_backlog_up_to_the_journals_end),
        STORY(a_connection_that_comes_back_takes_only_what_is_new),
        STORY(a_destination_that_is_gone_ends_all_of_its_routes),
        STORY(a_connection_that_goes_before_anything_came_leaves_nothing),
        STORY(what_a_cursor_keeps_of_routes_comes_back),
        STORY(only_what_was_for_somebody_can_be_missed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
