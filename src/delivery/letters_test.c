// SPDX-License-Identifier: Apache-2.0
// Dead letters that the disk does not take: what waits for them, and what does not.
#include "delivery/harness.h"

#include <unistd.h>

static void take_room_away(struct harness *h)
{
    fault_set(h->disk, (struct fault_plan){ .calls = FAULT_DATASYNC | FAULT_PWRITEV,
                                            .nth = 1,
                                            .repeats = 100000,
                                            .action = FAULT_FAIL,
                                            .error = ENOSPC });
}

static void a_dead_letter_that_finds_no_room_holds_back_its_user_and_then_goes_on(void **state)
{
    struct harness *h = *state;
    h->answer = harness_refuse_bad;
    harness_publish(h, 1, 0, "");
    harness_append(h, "src", "a", "bad");
    harness_append(h, "src", "a", "good");
    harness_append(h, "src", "b", "free");
    take_room_away(h);
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 1);
    harness_wait_told(h, "a dead letter cannot be stored");
    harness_assert_names(h, "bad free");
    fault_set(h->disk, (struct fault_plan){ 0 });
    harness_wait_live(h, LIVE_DELIVERED, 2);
    harness_assert_names(h, "bad free good");
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    (void)harness_letter(h, arena);
}

enum { FOR_EVER_MS = 24 * 3600 * 1000 };

// A slow disk: the stop's deadline passes while the letter is with the log thread.
static void slow_down(void *ctx, enum fault_call call)
{
    (void)ctx;
    if (call == FAULT_DATASYNC)
        (void)usleep(100000);
}

static void a_dead_letter_that_fails_behind_the_deadline_does_not_hold_up_the_end(void **state)
{
    struct harness *h = *state;
    h->answer = harness_refuse_bad;
    harness_publish(h, 1, 0, "");
    harness_append(h, "src", "a", "bad");
    fault_set_hook(h->disk, slow_down, NULL);
    fault_set(h->disk, (struct fault_plan){ .calls = FAULT_DATASYNC,
                                            .nth = 1,
                                            .repeats = 100000,
                                            .action = FAULT_FAIL,
                                            .error = ENOSPC });
    harness_start(h);
    harness_wait_live(h, LIVE_FAILED, 1);
    delivery_stop(TAKE(h->delivery), 0);
    fault_set(h->disk, (struct fault_plan){ 0 });
    fault_set_hook(h->disk, NULL, NULL);
    harness_reopen(h);
    harness_start(h);
    harness_wait_hits(h, 2);
    harness_assert_names(h, "bad bad");
}

static void a_stop_does_not_wait_for_a_disk_that_takes_no_dead_letters(void **state)
{
    struct harness *h = *state;
    h->answer = harness_refuse_bad;
    harness_publish(h, 1, 0, "");
    harness_append(h, "src", "a", "bad");
    harness_append(h, "src", "b", "free");
    take_room_away(h);
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 1);
    delivery_stop(TAKE(h->delivery), FOR_EVER_MS);
    harness_wait_told(h, "stopping before everything was finished");
    fault_set(h->disk, (struct fault_plan){ 0 });
    harness_reopen(h);
    harness_start(h);
    harness_wait_hits(h, 3);
    harness_wait_live(h, LIVE_FAILED, 2);
    harness_stop(h);
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    const struct dead_letter *letter = harness_letter(h, arena);
    assert_int_equal(letter->position.record, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_dead_letter_that_finds_no_room_holds_back_its_user_and_then_goes_on),
        STORY(a_dead_letter_that_fails_behind_the_deadline_does_not_hold_up_the_end),
        STORY(a_stop_does_not_wait_for_a_disk_that_takes_no_dead_letters),
    };
    return cmocka_run_group_tests_name("delivery letters", tests, NULL, NULL);
}
