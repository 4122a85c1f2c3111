// SPDX-License-Identifier: Apache-2.0
// What was accepted for a connection that is gone ends counted, also when the process ended
// before it had been read.
#include <unistd.h>

#include "delivery/fake_workspace.h"
#include "delivery/harness.h"

#define HOUR_MS (INT64_C(3600) * 1000)

static int hang_at_waits(struct harness *h, const struct hit *hit, size_t n)
{
    (void)h, (void)n;
    if (strstr(hit->body, "\"event\":\"waits\""))
        return ANSWER_HANG;
    return strstr(hit->body, "\"event\":\"new\"") ? 200 : 500;
}

// One event of "src" on its way for ever, and two of the same user behind it; the cursor on
// disk knows of the connection.
static void start_with_backlog(struct harness *h)
{
    h->answer = hang_at_waits;
    h->settings.request_timeout_ms = HOUR_MS;
    h->settings.retry_first_ms = h->settings.retry_max_ms = HOUR_MS;
    harness_publish(h, 1, 0, "");
    harness_start(h);
    assert_int_equal(cursors_sync(h->cursors), OK);
    for (int i = 0; i < 3; i++)
        harness_append(h, "src", "a", "waits");
    harness_append(h, "other", "a", "not-ours");
    harness_wait_hits(h, 1);
}

static void stop_at_once(struct harness *h)
{
    delivery_stop(TAKE(h->delivery), 0);
}

static void assert_ended(struct harness *h, uint64_t count)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    char begin[32];
    (void)snprintf(begin, sizeof(begin), "%u events", (unsigned)count);
    harness_wait_no_cursor(h, "dest");
    const struct dead_letter *letter = harness_letter(h, arena);
    assert_int_equal(letter->reason, REASON_NOT_CONNECTED);
    assert_true(str_eq(letter->source_id, STR("src")));
    assert_true(str_starts(letter->detail, str_of(begin)));
    assert_int_equal(harness_count(h, COUNT_DROPPED), count);
    assert_int_equal(harness_count(h, COUNT_DELIVERED), 0);
}

static void what_was_disconnected_before_the_end_is_counted_after_it(void **state)
{
    struct harness *h = *state;
    start_with_backlog(h);
    harness_publish(h, 0, 0, "");
    stop_at_once(h);
    harness_reopen(h);
    harness_start(h);
    harness_append(h, "src", "a", "too-late");
    assert_ended(h, 3);
    assert_int_equal(harness_hits(h), 1);
}

static void what_was_disconnected_while_nobody_ran_is_counted(void **state)
{
    struct harness *h = *state;
    start_with_backlog(h);
    stop_at_once(h);
    harness_reopen(h);
    harness_publish(h, 0, 0, "");
    harness_start(h);
    harness_append(h, "src", "a", "too-late");
    assert_ended(h, 3);
}

// The destination too, so that there are no settings any more.
static void what_a_destination_leaves_that_is_gone_is_counted(void **state)
{
    struct harness *h = *state;
    start_with_backlog(h);
    fake_workspace_publish_links(h->workspace, NULL, 0, h->port);
    stop_at_once(h);
    harness_reopen(h);
    harness_start(h);
    assert_ended(h, 3);
}

static void a_crash_before_anything_of_the_end_was_stored_takes_nothing(void **state)
{
    struct harness *h = *state;
    start_with_backlog(h);
    fault_set(h->disk,
              (struct fault_plan){ .calls = FAULT_ANY, .nth = 1, .action = FAULT_CRASH });
    harness_publish(h, 0, 0, "");
    stop_at_once(h);
    harness_power_cut(h);
    harness_start(h);
    assert_ended(h, 3);
}

static uint64_t dropped_in_cursor(struct harness *h)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct cursor cursor;
    assert_int_equal(cursors_get(h->cursors, STR("dest:dest"), arena, &cursor), OK);
    assert_int_equal(cursor.route_count, 1);
    return cursor.routes[0].dropped;
}

// What was counted before the end and what is counted after it make one number.
static void a_count_goes_on_after_a_restart(void **state)
{
    struct harness *h = *state;
    start_with_backlog(h);
    harness_append_batch(h, "fails", 4, 0);
    harness_wait_live(h, LIVE_RETRIED, 2);
    harness_publish(h, 0, 0, "");
    for (int ms = 0; dropped_in_cursor(h) < 4; ms++) {
        assert_true(ms < PATIENCE_MS);
        (void)usleep(1000);
    }
    stop_at_once(h);
    harness_reopen(h);
    harness_start(h);
    assert_ended(h, 7);
}

static void a_note_that_found_no_room_is_made_after_a_restart(void **state)
{
    struct harness *h = *state;
    h->answer = harness_fail_until_told;
    h->settings.retry_first_ms = h->settings.retry_max_ms = HOUR_MS;
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_append(h, "src", "a", "slow");
    harness_append(h, "src", "a", "behind");
    harness_wait_live(h, LIVE_RETRIED, 1);
    assert_int_equal(cursors_sync(h->cursors), OK);
    fault_set(h->disk, (struct fault_plan){ .calls = FAULT_DATASYNC | FAULT_PWRITEV,
                                            .nth = 1,
                                            .repeats = 100000,
                                            .action = FAULT_FAIL,
                                            .error = ENOSPC });
    harness_publish(h, 0, 0, "");
    harness_wait_told(h, "a dead letter cannot be stored");
    stop_at_once(h);
    fault_set(h->disk, (struct fault_plan){ 0 });
    harness_reopen(h);
    harness_start(h);
    harness_wait_no_cursor(h, "dest");
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    assert_int_equal(harness_letter(h, arena)->reason, REASON_NOT_CONNECTED);
}

static void a_connection_that_was_made_anew_goes_on_behind_the_count(void **state)
{
    struct harness *h = *state;
    start_with_backlog(h);
    stop_at_once(h);
    harness_reopen(h);
    harness_publish(h, journal_end(h->journal).record, 0, "");
    harness_start(h);
    harness_append(h, "src", "a", "new");
    harness_wait_live(h, LIVE_DELIVERED, 1);
    harness_wait_told(h, "events waited when source and destination were disconnected");
    harness_assert_names(h, "waits new");
    assert_int_equal(harness_count(h, COUNT_DROPPED), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(what_was_disconnected_before_the_end_is_counted_after_it),
        STORY(what_was_disconnected_while_nobody_ran_is_counted),
        STORY(what_a_destination_leaves_that_is_gone_is_counted),
        STORY(a_crash_before_anything_of_the_end_was_stored_takes_nothing),
        STORY(a_count_goes_on_after_a_restart),
        STORY(a_note_that_found_no_room_is_made_after_a_restart),
        STORY(a_connection_that_was_made_anew_goes_on_behind_the_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
