// SPDX-License-Identifier: Apache-2.0
// Tests of event rules.
#include "base/test.h"

#include "store/event_rules.h"
#include "store/testing.h"

static struct store_fixture fixture;

// As a release has left it that did not take deleted sources out.
static void name_sources(const char *ids)
{
    struct event_rules_row row = {
        .workspace_id = fixture.workspace_id,
        .blocked_track = STR("[\"Noise\"]"),
        .dedup_window_s = 60,
        .dedup_source_ids = str_of(ids),
    };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_event_rules_put(tx, &row, &fixture.problem), OK);
    store_fixture_commit(tx);
}

static struct event_rules_row rules(void)
{
    struct event_rules_row row;
    AUTO(store_end) struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_event_rules_get(tx, fixture.workspace_id, &row, &fixture.problem),
                     OK);
    return row;
}

static void open_again(size_t notices)
{
    fixture.notices = 0;
    store_fixture_close(&fixture);
    assert_int_equal(store_fixture_open(&fixture), OK);
    assert_int_equal(fixture.notices, notices);
}

static void opening_takes_out_sources_that_were_deleted_before(void **state)
{
    (void)state;
    str stays = store_fixture_source(&fixture, "stays").id;
    name_sources(arena_printf(fixture.arena, "gone1,%" PRIstr ",gone2", STR_ARG(stays)).data);
    open_again(1);
    assert_true(str_eq(rules().dedup_source_ids, stays));
    assert_int_equal(rules().dedup_window_s, 60);
    assert_true(str_eq(rules().blocked_track, STR("[\"Noise\"]")));
    open_again(0);
    assert_true(str_eq(rules().dedup_source_ids, stays));
}

static void where_all_of_them_were_nothing_is_compared(void **state)
{
    (void)state;
    name_sources("gone1,gone2");
    open_again(1);
    assert_true(str_eq(rules().dedup_source_ids, STR("")));
    assert_int_equal(rules().dedup_window_s, 0);
}

static void rules_for_every_source_are_left_alone(void **state)
{
    (void)state;
    name_sources("");
    open_again(0);
    assert_int_equal(rules().dedup_window_s, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(opening_takes_out_sources_that_were_deleted_before, &fixture),
        STORE_TEST(where_all_of_them_were_nothing_is_compared, &fixture),
        STORE_TEST(rules_for_every_source_are_left_alone, &fixture),
    };
    return cmocka_run_group_tests_name("event_rules", tests, NULL, NULL);
}
