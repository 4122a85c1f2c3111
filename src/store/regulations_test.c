// SPDX-License-Identifier: Apache-2.0
// Tests of regulations.
#include "base/test.h"

#include "store/regulations.h"
#include "store/testing.h"

static struct store_fixture fixture;
static struct problem problem;

static struct regulation_row add(const char *user_id)
{
    struct regulation_row row = {
        .workspace_id = fixture.workspace_id,
        .kind = STR("suppress"),
        .source_ids = STR("s1,s2"),
        .user_id = str_of(user_id),
        .attributes = STR("{\"userId\":\"…\"}"),
    };
    assert_int_equal(store_regulation_create(fixture.tx, &row, &problem), OK);
    return row;
}

static int64_t count(void)
{
    int64_t count = -1;
    assert_int_equal(store_regulation_count(fixture.tx, fixture.workspace_id, &count, &problem),
                     OK);
    return count;
}

static void a_regulation_reads_back_as_it_was_written(void **state)
{
    (void)state;
    struct regulation_row row = add("ada"), found;
    assert_int_equal(
        store_regulation_get(fixture.tx, fixture.workspace_id, row.id, &found, &problem), OK);
    assert_true(str_eq(found.user_id, STR("ada")));
    assert_true(str_eq(found.attributes, row.attributes));
    assert_true(str_eq(found.source_ids, STR("s1,s2")));
    assert_false(found.is_canceled);
    assert_int_equal(found.created_ms, fixture.clock.wall_ms_now);
    assert_int_equal(count(), 1);
}

static void canceling_keeps_the_row_and_may_be_repeated(void **state)
{
    (void)state;
    struct regulation_row row = add("ada"), found;
    assert_int_equal(store_regulation_cancel(fixture.tx, &row, &problem), OK);
    assert_int_equal(store_regulation_cancel(fixture.tx, &row, &problem), OK);
    assert_int_equal(
        store_regulation_get(fixture.tx, fixture.workspace_id, row.id, &found, &problem), OK);
    assert_true(found.is_canceled);
    assert_true(str_eq(found.user_id, STR("ada")));
    assert_int_equal(count(), 0);
}

static void a_regulation_of_another_workspace_is_not_found(void **state)
{
    (void)state;
    struct regulation_row row = add("ada"), found;
    struct store_list list;
    row.workspace_id = STR("another");
    assert_int_equal(
        store_regulation_get(fixture.tx, row.workspace_id, row.id, &found, &problem),
        ERR_NOT_FOUND);
    assert_int_equal(store_regulation_cancel(fixture.tx, &row, &problem), ERR_NOT_FOUND);
    assert_int_equal(
        store_regulation_list(fixture.tx, row.workspace_id, STR(""), 10, &list, &problem), OK);
    assert_int_equal(list.count, 0);
    assert_int_equal(count(), 1);
}

static void lists_go_on_behind_the_last_one(void **state)
{
    (void)state;
    struct store_list list;
    struct regulation_row first = add("a"), second = add("b"), third = add("c");
    assert_int_equal(
        store_regulation_list(fixture.tx, fixture.workspace_id, STR(""), 2, &list, &problem),
        OK);
    const struct regulation_row *rows = list.rows;
    assert_int_equal(list.count, 2);
    assert_true(str_eq(rows[0].id, third.id) && str_eq(rows[1].id, second.id));
    assert_int_equal(
        store_regulation_list(fixture.tx, fixture.workspace_id, second.id, 2, &list, &problem),
        OK);
    rows = list.rows;
    assert_int_equal(list.count, 1);
    assert_true(str_eq(rows[0].id, first.id));
}

static void count_one(void *ctx, const void *row)
{
    (void)row;
    (*(int *)ctx)++;
}

static int changed_after(int64_t revision)
{
    int seen = 0;
    assert_int_equal(
        store_regulation_each_changed(fixture.tx, revision, count_one, &seen, &problem), OK);
    return seen;
}

static void snapshots_hear_of_what_changed(void **state)
{
    (void)state;
    struct regulation_row row = add("ada");
    (void)add("bob");
    assert_int_equal(changed_after(-1), 2);
    assert_int_equal(changed_after(store_revision(fixture.tx) - 1), 2);
    assert_int_equal(changed_after(store_revision(fixture.tx)), 0);
    assert_int_equal(store_regulation_cancel(fixture.tx, &row, &problem), OK);
    assert_int_equal(changed_after(-1), 1);
    assert_int_equal(changed_after(store_revision(fixture.tx) - 1), 2);
}

int main(void)
{
#define TEST(name) STORE_TX_TEST(name, &fixture)
    const struct CMUnitTest tests[] = {
        TEST(a_regulation_reads_back_as_it_was_written),
        TEST(canceling_keeps_the_row_and_may_be_repeated),
        TEST(a_regulation_of_another_workspace_is_not_found),
        TEST(lists_go_on_behind_the_last_one),
        TEST(snapshots_hear_of_what_changed),
    };
    return cmocka_run_group_tests_name("store regulations", tests, NULL, NULL);
}
