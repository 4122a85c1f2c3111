// SPDX-License-Identifier: Apache-2.0
// Delivery from a real journal to a real server on the loopback.
#include "delivery/fake_workspace.h"
#include "delivery/harness.h"

#include <errno.h>

#include "metrics/metrics.h"

static void an_event_arrives_once_with_the_configured_headers(void **state)
{
    struct harness *h = *state;
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_append(h, "src", "u", "first");
    harness_wait_live(h, LIVE_DELIVERED, 1);
    harness_stop(h);
    harness_assert_names(h, "first");
    assert_string_equal(h->hits[0].line, "POST /in HTTP/1.1");
    assert_non_null(strcasestr(h->hits[0].headers, "x-secret: hunter2"));
    assert_non_null(strcasestr(h->hits[0].headers, "user-agent: RudderLabs"));
    assert_non_null(strcasestr(h->hits[0].headers, "content-type: application/json"));
    assert_null(strstr(h->last_live, "hunter2"));
    assert_non_null(strstr(h->last_live, "\"status\":200"));
    assert_int_equal(harness_count(h, COUNT_DELIVERED), 1);
}

static void what_was_accepted_before_the_start_and_in_batches_arrives_in_order(void **state)
{
    struct harness *h = *state;
    harness_publish(h, 1, 0, "");
    h->settings.in_flight = 1;
    harness_append_batch(h, "a", 5, 0);
    harness_append_batch(h, "b", 3, EVENT_SUPPRESSED);
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 7);
    harness_assert_names(h, "a0 a1 a2 a3 a4 b1 b2"); // b0 is suppressed
}

static void users_who_are_suppressed_meanwhile_get_nothing_delivered(void **state)
{
    struct harness *h = *state;
    harness_publish(h, 1, 0, "");
    harness_append_batch(h, "a", 4, 0);
    fake_workspace_suppress(harness_user_hash("even"));
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 2);
    harness_stop(h);
    fake_workspace_suppress(0);
    harness_assert_names(h, "a1 a3");
    assert_int_equal(harness_count(h, COUNT_SUPPRESSED), 2);
    assert_int_equal(harness_count(h, COUNT_DROPPED), 2);
}

static void what_is_for_nobody_is_not_shown_of_users_who_are_suppressed_meanwhile(void **state)
{
    struct harness *h = *state;
    harness_publish(h, 1, 0, "");
    harness_append_batch(h, "b", 2, EVENT_BLOCKED);
    harness_append_batch(h, "d", 2, EVENT_DUPLICATE);
    fake_workspace_suppress(harness_user_hash("even"));
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 2);
    harness_stop(h);
    fake_workspace_suppress(0);
    assert_int_equal(h->dropped, 0);
    assert_int_equal(harness_count(h, COUNT_BLOCKED), 1);
    assert_int_equal(harness_count(h, COUNT_DUPLICATES), 1);
}

static int suppress_then_refuse(struct harness *h, const struct hit *hit, size_t n)
{
    (void)h, (void)n;
    if (!strstr(hit->body, "\"event\":\"theirs\""))
        return 200;
    fake_workspace_suppress(harness_user_hash("ada"));
    return 400;
}

static void nothing_is_kept_of_an_event_whose_user_is_suppressed_while_it_is_sent(void **state)
{
    struct harness *h = *state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    h->answer = suppress_then_refuse;
    h->settings.in_flight = 1;
    harness_publish(h, 1, 0, "");
    harness_append(h, "src", "ada", "theirs");
    harness_append(h, "src", "bob", "another");
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 1);
    harness_stop(h);
    fake_workspace_suppress(0);
    const struct dead_letter *letter = harness_letter(h, arena);
    assert_int_equal(letter->reason, REASON_REJECTED);
    assert_int_equal(letter->event.len + letter->request.len + letter->response.len, 0);
    assert_int_equal(h->failed, 0);
    assert_int_equal(harness_count(h, COUNT_FAILED), 1);
}

static void only_connected_sources_from_their_position_on(void **state)
{
    struct harness *h = *state;
    harness_append(h, "src", "u", "too-early");
    harness_publish(h, 2, 0, "");
    harness_append(h, "other", "u", "not-connected");
    harness_append(h, "src", "u", "mine");
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 1);
    harness_publish(h, 2, journal_end(h->journal).record, "");
    harness_append(h, "other", "v", "now-connected");
    harness_wait_live(h, LIVE_DELIVERED, 2);
    harness_assert_names(h, "mine now-connected");
}

static void a_refused_event_becomes_a_dead_letter_and_its_user_goes_on(void **state)
{
    struct harness *h = *state;
    h->answer = harness_refuse_bad;
    harness_publish(h, 1, 0, "");
    harness_append(h, "src", "a", "bad");
    harness_append(h, "src", "a", "good");
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 1);
    harness_assert_names(h, "bad good");
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    const struct dead_letter *letter = harness_letter(h, arena);
    assert_int_equal(letter->reason, REASON_REJECTED);
    assert_int_equal(letter->status, 422);
    assert_int_equal(letter->attempts, 1);
    assert_int_equal(letter->position.record, 1);
    assert_true(str_eq(letter->response, STR("body")));
    assert_true(str_eq(letter->source_id, STR("src")));
    assert_true(str_find_str(letter->event, STR("messageId")) < letter->event.len);
    assert_true(str_starts(letter->request, STR("POST http://127.0.0.1:")));
    assert_true(str_find_str(letter->request, STR("hunter2")) == letter->request.len);
}

static void an_event_that_cannot_be_built_becomes_a_dead_letter(void **state)
{
    struct harness *h = *state;
    harness_publish(h, 1, 0, ",\"allowEventUrl\":true");
    harness_append(h, "src", "u", "x\",\"fullPath\":\"/relative\",\"y\":\"");
    harness_start(h);
    harness_wait_live(h, LIVE_FAILED, 1);
    harness_append(h, "src", "u", "next");
    harness_wait_live(h, LIVE_DELIVERED, 1);
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    const struct dead_letter *letter = harness_letter(h, arena);
    assert_int_equal(letter->reason, REASON_BUILD_FAILED);
    harness_assert_names(h, "next");
}

static void an_event_that_does_not_want_to_go_is_counted_as_dropped(void **state)
{
    struct harness *h = *state;
    harness_publish(h, 1, 0, "");
    harness_append(h, "src", "u", "x\",\"integrations\":{\"All\":false},\"y\":\"");
    harness_start(h);
    harness_wait_live(h, LIVE_DROPPED, 1);
    assert_int_equal(harness_hits(h), 0);
    assert_int_equal(harness_count(h, COUNT_DROPPED), 1);
}

static void a_restart_goes_on_where_it_was(void **state)
{
    struct harness *h = *state;
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_append_batch(h, "a", 4, 0);
    harness_wait_live(h, LIVE_DELIVERED, 4);
    harness_stop(h);
    harness_reopen(h);
    harness_append(h, "src", "u", "later");
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 5);
    assert_int_equal(harness_hits(h), 5);
}

static void a_restart_remembers_what_is_parked_and_what_was_finished_behind_it(void **state)
{
    struct harness *h = *state;
    h->answer = harness_fail_until_told;
    h->settings.retry_first_ms = 3600 * 1000;
    h->settings.retry_max_ms = 3600 * 1000;
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_append(h, "src", "a", "slow");
    harness_append(h, "src", "a", "behind");
    harness_append(h, "src", "b", "free");
    harness_wait_live(h, LIVE_RETRIED, 1);
    harness_wait_live(h, LIVE_DELIVERED, 1);
    harness_stop(h);
    harness_reopen(h);
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct cursor cursor;
    assert_int_equal(cursors_get(h->cursors, STR("dest:dest"), arena, &cursor), OK);
    assert_int_equal(cursor.low.record, 1);
    assert_int_equal(cursor.parked_count, 1);
    assert_int_equal(cursor.parked[0].attempts, 1);
    assert_int_equal(cursor.finished_count, 1);
    assert_int_equal(cursor.finished[0].first.record, 3);
    harness_start(h);
    harness_append(h, "src", "c", "new");
    harness_wait_live(h, LIVE_DELIVERED, 2);
    struct delivery_state delivery = { 0 };
    assert_int_equal(harness_hits(h), 3); // slow was not tried, free not sent again
    h->answer_headers = "X-Told: 1\r\n";
    harness_publish(h, 1, 0, ""); // a change of settings: no more waiting
    harness_wait_live(h, LIVE_DELIVERED, 4);
    harness_assert_names(h, "slow free new slow behind");
    assert_true(delivery_state(h->delivery, STR("dest"), arena, &delivery));
    assert_false(delivery_state(h->delivery, STR("nobody"), arena, &delivery));
}

static void disconnecting_drops_the_backlog_and_says_how_much(void **state)
{
    struct harness *h = *state;
    h->answer = harness_fail_until_told;
    h->settings.retry_first_ms = h->settings.retry_max_ms = 3600 * 1000;
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_append(h, "src", "a", "slow");
    harness_append_batch(h, "free", 2, 0);
    harness_wait_live(h, LIVE_RETRIED, 1);
    harness_wait_live(h, LIVE_DELIVERED, 2);
    harness_append(h, "src", "a", "slow");
    harness_publish(h, 0, 0, "");
    harness_wait_told(h, "events waited when source and destination were disconnected");
    harness_publish(h, journal_end(h->journal).record, 0, "");
    harness_append(h, "src", "a", "again");
    harness_wait_live(h, LIVE_DELIVERED, 3);
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    const struct dead_letter *letter = harness_letter(h, arena);
    assert_int_equal(letter->reason, REASON_NOT_CONNECTED);
    assert_true(str_starts(letter->detail, STR("2 events")));
    assert_int_equal(harness_count(h, COUNT_DROPPED), 2);
    assert_int_equal(harness_hits(h), 4);
}

static void a_backlog_that_was_not_read_yet_is_counted_too(void **state)
{
    struct harness *h = *state;
    h->answer = harness_fail_until_told;
    h->settings.retry_first_ms = h->settings.retry_max_ms = 3600 * 1000;
    h->settings.parked_events = 1; // one failure, and reading ahead ends
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_append(h, "src", "a", "slow");
    harness_wait_live(h, LIVE_RETRIED, 1);
    harness_append_batch(h, "b", 5, EVENT_DUPLICATE);
    harness_append(h, "other", "u", "not-ours");
    harness_append(h, "src", "c", "c");
    harness_publish(h, 0, 0, "");
    harness_wait_told(h, "events waited when source and destination were disconnected");
    harness_stop(h);
    assert_int_equal(harness_count(h, COUNT_DROPPED), 1 + 4 + 1);
    assert_int_equal(harness_hits(h), 1);
}

// Also when an event before it is not finished yet: the cursor knows of it by itself.
static void what_is_for_nobody_is_told_once_where_the_cursor_is_durable(void **state)
{
    struct harness *h = *state;
    h->answer = harness_fail_until_told;
    h->settings.retry_first_ms = h->settings.retry_max_ms = 3600 * 1000;
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_append(h, "src", "a", "slow");
    harness_append_batch(h, "b", 3, EVENT_BLOCKED);
    harness_append_batch(h, "d", 3, EVENT_DUPLICATE);
    harness_wait_live(h, LIVE_RETRIED, 1);
    harness_wait_live(h, LIVE_DELIVERED, 4);
    harness_wait_live(h, LIVE_DROPPED, 2);
    harness_stop(h);
    harness_reopen(h);
    harness_start(h);
    harness_append(h, "src", "c", "new");
    harness_wait_live(h, LIVE_DELIVERED, 5);
    harness_stop(h);
    assert_int_equal(harness_count(h, COUNT_BLOCKED) + harness_count(h, COUNT_DUPLICATES),
                     0); // in this life
    assert_int_equal(h->dropped, 2);
}

// What was delivered behind it is not, though a restart begins to read at what is lost.
static void an_event_that_waits_beyond_retention_is_lost_alone(void **state)
{
    struct harness *h = *state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    enum { SEGMENTS = 70 }; // of a megabyte; the journal keeps 64
    h->answer = harness_fail_until_told;
    h->settings.retry_first_ms = h->settings.retry_max_ms = 3600 * 1000;
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_append(h, "src", "a", "slow");
    harness_append(h, "src", "b", "b");
    harness_wait_live(h, LIVE_RETRIED, 1);
    harness_wait_live(h, LIVE_DELIVERED, 1);
    for (size_t i = 0; i < SEGMENTS; i++)
        assert_int_equal(harness_append_bulk(h), OK);
    harness_append(h, "src", "c", "c");
    harness_wait_live(h, LIVE_DELIVERED, 2); // so the others have been passed
    harness_stop(h);
    harness_reopen(h);
    harness_start(h);
    harness_append(h, "src", "d", "d");
    harness_wait_live(h, LIVE_DELIVERED, 3);
    harness_stop(h);
    const struct dead_letter *letter = harness_letter(h, arena);
    assert_int_equal(letter->reason, REASON_LOST);
    assert_true(str_starts(letter->detail, STR("1 records (from 1 on) were lost")));
    assert_int_equal(harness_count(h, COUNT_DROPPED), 1);
}

static void what_is_for_nobody_is_shown_as_what_is_delivered(void **state)
{
    struct harness *h = *state;
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_append_batch(h, "b", 1, EVENT_BLOCKED);
    harness_wait_live(h, LIVE_DROPPED, 1);
    assert_non_null(strstr(h->last_live, "\"type\":\"track\",\"name\":\"b0\""));
    assert_non_null(strstr(h->last_live, "\"messageId\":"));
    assert_non_null(strstr(h->last_live, "\"rudderId\":"));
}

static void what_is_for_nobody_is_counted_only_once_its_source_is_transient(void **state)
{
    struct harness *h = *state;
    harness_append_batch(h, "b", 2, EVENT_BLOCKED); // when it was not
    fake_workspace_make_transient(h->workspace);
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_wait_hits(h, 1);
    harness_stop(h);
    assert_int_equal(harness_count(h, COUNT_BLOCKED), 1);
    assert_int_equal(h->dropped + h->delivered, 0);
}

static void the_metrics_follow(void **state)
{
    struct harness *h = *state;
    int64_t delivered = metric_value(METRIC_DELIVERY_DELIVERED, 0);
    int64_t retried = metric_value(METRIC_DELIVERY_RETRIED, 0);
    int64_t ok = metric_value(METRIC_DELIVERY_ATTEMPTS, 1);
    h->answer = harness_break_first;
    harness_publish(h, 1, 0, "");
    harness_append_batch(h, "a", 3, 0);
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 3);
    harness_stop(h);
    assert_int_equal(metric_value(METRIC_DELIVERY_DELIVERED, 0), delivered + 3);
    assert_int_equal(metric_value(METRIC_DELIVERY_RETRIED, 0), retried + 1);
    assert_int_equal(metric_value(METRIC_DELIVERY_ATTEMPTS, 1), ok + 3);
    assert_int_equal(metric_value(METRIC_DELIVERY_IN_FLIGHT, 0), 0);
    assert_int_equal(metric_value(METRIC_DELIVERY_PARKED, 0), 0);
    assert_int_equal(metric_value(METRIC_BUDGET_USED, BUDGET_WINDOWS), 0);
}

static void windows_that_are_over_their_common_bound_go_on_with_a_share(void **state)
{
    struct harness *h = *state;
    h->settings.windows_bytes = 1;
    h->settings.in_flight = 2;
    harness_publish(h, 1, 0, "");
    for (int i = 0; i < 5; i++)
        harness_append_batch(h, "e", 20, 0);
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 100);
    assert_int_equal(harness_hits(h), 100);
}

static int hang(struct harness *h, const struct hit *hit, size_t n)
{
    (void)h, (void)hit;
    return n == 0 ? ANSWER_HANG : 200;
}

static void stopping_does_not_wait_for_a_server_that_hangs_and_nothing_is_lost(void **state)
{
    struct harness *h = *state;
    h->answer = hang;
    h->settings.request_timeout_ms = 3600 * 1000;
    harness_publish(h, 1, 0, "");
    harness_append(h, "src", "a", "a1");
    harness_start(h);
    harness_wait_hits(h, 1);
    delivery_stop(TAKE(h->delivery), 0);
    harness_reopen(h);
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 1);
    harness_assert_names(h, "a1 a1");
}

static int hang_at_a2(struct harness *h, const struct hit *hit, size_t n)
{
    (void)h;
    return n == 2 && strstr(hit->body, "\"event\":\"a2\"") ? ANSWER_HANG : 200;
}

static void a_restart_in_the_middle_of_a_batch_repeats_only_what_was_on_its_way(void **state)
{
    struct harness *h = *state;
    h->answer = hang_at_a2;
    h->settings.in_flight = 1;
    harness_publish(h, 1, 0, "");
    harness_append_batch(h, "a", 5, 0);
    harness_start(h);
    harness_wait_hits(h, 3);
    delivery_stop(TAKE(h->delivery), 0);
    harness_reopen(h);
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 5);
    harness_assert_names(h, "a0 a1 a2 a2 a3 a4");
}

static void
after_a_power_cut_nothing_is_missing_and_the_finished_is_not_sent_again(void **state)
{
    struct harness *h = *state;
    h->answer = hang_at_a2;
    h->settings.in_flight = 1;
    harness_publish(h, 1, 0, "");
    harness_append_batch(h, "a", 4, 0);
    harness_start(h);
    harness_wait_hits(h, 3);
    delivery_stop(TAKE(h->delivery), 0);
    harness_power_cut(h);
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 4);
    harness_assert_names(h, "a0 a1 a2 a2 a3");
}

// Leaves room for the reserve and half a segment.
static void fill_the_disk(struct harness *h)
{
    uint64_t free_bytes, total_bytes;
    struct fs *fs = fault_fs(h->disk);
    assert_int_equal(fs->ops->free_bytes(fs, "journal", &free_bytes, &total_bytes), 0);
    fault_set_capacity(h->disk, total_bytes - free_bytes + (3 << 19));
}

static void what_all_have_passed_makes_room_on_a_full_disk_even_after_a_restart(void **state)
{
    struct harness *h = *state;
    harness_publish(h, 1, 0, "");
    harness_start(h);
    for (int i = 0; i < 4; i++)
        assert_int_equal(harness_append_bulk(h), OK);
    harness_append(h, "src", "a", "a1");
    harness_wait_live(h, LIVE_DELIVERED, 1);
    harness_stop(h);
    fill_the_disk(h);
    assert_int_equal(harness_append_bulk(h), OK);
    harness_reopen(h);
    fill_the_disk(h);
    assert_int_equal(harness_append_bulk(h), OK); // recovery has left a segment of its own
    assert_int_equal(harness_append_bulk(h), ERR_DISK_FULL); // nobody has said what is passed
    harness_start(h);
    harness_wait_told(h, "journal takes events again");
    assert_int_equal(harness_append_bulk(h), OK);
}

static int fail_a1_once(struct harness *h, const struct hit *hit, size_t n)
{
    (void)h;
    return n == 0 && strstr(hit->body, "\"event\":\"a1\"") ? 500 : 200;
}

static void a_retry_that_is_due_while_the_disk_fails_is_not_forgotten(void **state)
{
    struct harness *h = *state;
    h->answer = fail_a1_once;
    h->settings.retry_first_ms = h->settings.retry_max_ms = 300; // before reading goes on
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_append(h, "src", "a", "a1");
    harness_wait_live(h, LIVE_RETRIED, 1);
    fault_set(h->disk,
              (struct fault_plan){
                  .calls = FAULT_PREAD, .nth = 1, .action = FAULT_FAIL, .error = ENOMEM });
    harness_append(h, "src", "b", "b1");
    harness_wait_told(h, "cannot read the journal");
    harness_wait_live(h, LIVE_DELIVERED, 2);
}

static void a_big_backlog_passes_through_a_small_window(void **state)
{
    struct harness *h = *state;
    h->settings.window_events = 4;
    h->settings.window_bytes = 1000;
    h->settings.in_flight = 3;
    harness_publish(h, 1, 0, "");
    for (int i = 0; i < 10; i++)
        harness_append_batch(h, "e", 20, 0);
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 200);
    assert_int_equal(harness_hits(h), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(an_event_arrives_once_with_the_configured_headers),
        STORY(what_was_accepted_before_the_start_and_in_batches_arrives_in_order),
        STORY(users_who_are_suppressed_meanwhile_get_nothing_delivered),
        STORY(what_is_for_nobody_is_not_shown_of_users_who_are_suppressed_meanwhile),
        STORY(nothing_is_kept_of_an_event_whose_user_is_suppressed_while_it_is_sent),
        STORY(only_connected_sources_from_their_position_on),
        STORY(a_refused_event_becomes_a_dead_letter_and_its_user_goes_on),
        STORY(an_event_that_cannot_be_built_becomes_a_dead_letter),
        STORY(an_event_that_does_not_want_to_go_is_counted_as_dropped),
        STORY(a_restart_goes_on_where_it_was),
        STORY(a_restart_remembers_what_is_parked_and_what_was_finished_behind_it),
        STORY(disconnecting_drops_the_backlog_and_says_how_much),
        STORY(a_backlog_that_was_not_read_yet_is_counted_too),
        STORY(stopping_does_not_wait_for_a_server_that_hangs_and_nothing_is_lost),
        STORY(a_restart_in_the_middle_of_a_batch_repeats_only_what_was_on_its_way),
        STORY(after_a_power_cut_nothing_is_missing_and_the_finished_is_not_sent_again),
        STORY(what_is_for_nobody_is_told_once_where_the_cursor_is_durable),
        STORY(an_event_that_waits_beyond_retention_is_lost_alone),
        STORY(what_is_for_nobody_is_shown_as_what_is_delivered),
        STORY(what_is_for_nobody_is_counted_only_once_its_source_is_transient),
        STORY(the_metrics_follow),
        STORY(windows_that_are_over_their_common_bound_go_on_with_a_share),
        STORY(what_all_have_passed_makes_room_on_a_full_disk_even_after_a_restart),
        STORY(a_retry_that_is_due_while_the_disk_fails_is_not_forgotten),
        STORY(a_big_backlog_passes_through_a_small_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
