// SPDX-License-Identifier: Apache-2.0
// messageIds that come again: the first is kept, whatever fails and whenever the process dies.
#include "journal/journal.h"

#include "base/test.h"
#include "journal/bytes.h"
#include "journal/format.h"
#include "journal/harness.h"
#include "journal/record.h"
#include "os/fault.h"

enum { IDS = 12, WINDOW_S = 60 };

static bool comes_again(struct scene *scene, uint64_t id)
{
    return scene_comes_again(scene, id, WINDOW_S);
}

// How many events of each id the journal holds that are not marked.
static void count_first(struct scene *scene, size_t counts[IDS + 1])
{
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    struct journal_read read;
    memset(counts, 0, (IDS + 1) * sizeof(*counts));
    while (journal_read(reader, &read) == OK) {
        const struct journal_event *event = &read.record.events[0];
        assert_true(event->message_hash <= IDS);
        counts[event->message_hash] += !(event->flags & EVENT_DUPLICATE);
    }
    journal_reader_close(reader);
}

static void the_second_event_with_an_id_is_marked_and_the_first_is_not(void **state)
{
    struct scene *scene = *state;
    size_t counts[IDS + 1];
    harness_open(&scene->h);
    assert_false(comes_again(scene, 1));
    assert_true(comes_again(scene, 1));
    assert_false(comes_again(scene, 2));
    count_first(scene, counts);
    assert_int_equal(counts[1], 1);
    assert_int_equal(counts[2], 1);
    assert_int_equal(scene_stats(scene).duplicates, 1);
    assert_int_equal(scene_stats(scene).known_ids, 2);
}

static void records_that_ask_for_nothing_are_not_compared(void **state)
{
    struct scene *scene = *state;
    bool is_duplicate;
    harness_open(&scene->h);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(scene_append_id(scene, 1, 0, &is_duplicate), OK);
        assert_false(is_duplicate);
    }
    assert_int_equal(scene_stats(scene).known_ids, 0);
}

static void an_id_counts_until_its_window_ends_also_over_restarts(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    assert_false(comes_again(scene, 1));
    for (uint64_t id = 2; id <= IDS; id++) // over several segments
        assert_false(comes_again(scene, id));
    harness_close(&scene->h);
    harness_advance_ms(&scene->h, WINDOW_S * 1000);
    harness_open(&scene->h);
    assert_true(comes_again(scene, 1));
    harness_close(&scene->h);
    harness_advance_ms(&scene->h, 1000);
    harness_open(&scene->h);
    assert_false(comes_again(scene, 1));
}

static void ids_are_counted_from_the_start_on(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    assert_false(comes_again(scene, 1));
    assert_false(comes_again(scene, 2));
    harness_close(&scene->h);
    harness_open(&scene->h);
    assert_int_equal(scene_stats(scene).known_ids, 2);
}

static void a_clock_that_was_ahead_for_a_moment_makes_nobody_forget(void **state)
{
    struct scene *scene = *state;
    const int64_t year_ms = (int64_t)365 * 24 * 3600 * 1000;
    harness_open(&scene->h);
    scene->h.clock.wall_ms_now += year_ms;
    assert_false(comes_again(scene, 1));
    scene->h.clock.wall_ms_now -= year_ms;
    assert_false(comes_again(scene, 2));
    harness_close(&scene->h);
    harness_open(&scene->h);
    assert_true(comes_again(scene, 2));
    assert_true(comes_again(scene, 1));
}

static void a_group_that_fails_leaves_no_id_behind(void **state)
{
    struct scene *scene = *state;
    bool is_duplicate;
    harness_open(&scene->h);
    assert_false(comes_again(scene, 1));
    fault_set(scene->fault, (struct fault_plan){ .calls = FAULT_DATASYNC, .nth = 1 });
    assert_int_equal(scene_append_id(scene, 2, WINDOW_S, &is_duplicate), ERR_IO);
    assert_false(comes_again(scene, 2));
    assert_true(comes_again(scene, 1));
    assert_true(comes_again(scene, 2));
}

// Every read fails, also of the head, as soon as it is told that a segment is read for its
// messageIds.
struct unreadable {
    struct scene *scene;
    bool has_failed;
};

enum { READS = 8 }; // those of one page, and then the head's

static void fail_when_told(void *ctx, enum fault_call call)
{
    struct unreadable *unreadable = ctx;
    struct scene *scene = unreadable->scene;
    if (call != FAULT_PREAD || scene->h.notices[LOG_INFO] == 0 || unreadable->has_failed)
        return;
    unreadable->has_failed = true;
    fault_set(scene->fault,
              (struct fault_plan){ .calls = FAULT_PREAD, .nth = 1, .repeats = READS });
}

static void a_segment_that_cannot_be_read_costs_its_ids_and_not_the_opening(void **state)
{
    struct scene *scene = *state;
    struct unreadable unreadable = { .scene = scene };
    harness_open(&scene->h);
    for (uint64_t id = 1; id <= IDS; id++) // over several segments
        assert_false(comes_again(scene, id));
    harness_close(&scene->h);
    struct fs *fs = fault_fs(scene->fault);
    assert_int_equal(fs->ops->remove(fs, "/j/ids-0000000000000001"), 0);
    fault_set_hook(scene->fault, fail_when_told, &unreadable);
    harness_open(&scene->h);
    fault_set_hook(scene->fault, NULL, NULL);
    assert_true(unreadable.has_failed);
    assert_int_equal(scene->h.notices[LOG_WARN], 1);
    assert_true(comes_again(scene, IDS));
    assert_false(comes_again(scene, 1)); // it was in that segment
    harness_close(&scene->h);
    harness_open(&scene->h); // the disk reads again, and nothing half was kept
    assert_true(comes_again(scene, 2));
}

// --- Every call fails once, or is the last one before a crash

// Steps that stay within the window, back and forth.
static void step_clock(struct scene *scene, uint64_t id)
{
    int64_t step_ms = WINDOW_S * 1000 / 4;
    scene->h.clock.wall_ms_now += id % 3 ? -step_ms : 2 * step_ms;
}

// Each id up to `last` comes twice. True: the fault has struck.
static bool tell(struct scene *scene, uint64_t last, bool is_acknowledged[IDS + 1])
{
    bool is_duplicate;
    if (harness_try_open(&scene->h) != OK && harness_try_open(&scene->h) != OK)
        return true;
    for (int round = 0; round < 2; round++) {
        for (uint64_t id = 1; id <= last; id++) {
            if (scene->h.is_restless)
                step_clock(scene, id);
            if (scene_append_id(scene, id, WINDOW_S, &is_duplicate) != OK)
                continue;
            assert_true(is_duplicate == is_acknowledged[id]);
            is_acknowledged[id] = true;
        }
    }
    bool was_struck = fault_has_struck(scene->fault);
    fault_set(scene->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
    harness_close(&scene->h);
    return was_struck;
}

static void check(struct scene *scene, const bool is_acknowledged[IDS + 1])
{
    size_t counts[IDS + 1];
    harness_open(&scene->h);
    count_first(scene, counts);
    for (uint64_t id = 1; id <= IDS; id++) {
        assert_true(counts[id] <= 1);
        assert_true(counts[id] == 1 || !is_acknowledged[id]);
        assert_true(comes_again(scene, id) == (counts[id] == 1));
        assert_true(comes_again(scene, id));
    }
    harness_close(&scene->h);
}

// The fault comes in the first life, or in the second, which finds what a crash has left.
static void with_every_at(struct fault_plan plan, enum fault_kept kept, int life,
                          bool is_restless)
{
    bool was_struck = true;
    for (plan.nth = 1; was_struck; plan.nth++) {
        void *state = NULL;
        bool is_acknowledged[IDS + 1] = { false };
        assert_int_equal(scene_set_up(&state), 0);
        struct scene *scene = state;
        scene->h.is_restless = is_restless;
        if (life == 2) {
            assert_false(tell(scene, IDS * 2 / 3, is_acknowledged));
            fault_restart(scene->fault, kept);
        }
        fault_set(scene->fault, plan);
        was_struck = tell(scene, IDS, is_acknowledged);
        fault_restart(scene->fault, kept);
        check(scene, is_acknowledged);
        check(scene, is_acknowledged); // what the first has made of the files holds
        assert_int_equal(scene_tear_down(&state), 0);
    }
}

static void with_every(enum fault_action action, enum fault_kept kept, int life)
{
    with_every_at((struct fault_plan){ .calls = FAULT_ANY, .action = action }, kept, life,
                  false);
}

static void a_crash_while_the_clock_steps_doubles_and_loses_nothing(void **state)
{
    (void)state;
    struct fault_plan plan = { .calls = FAULT_ANY, .action = FAULT_CRASH };
    with_every_at(plan, FAULT_KEEP_SOME, 1, true);
    with_every_at(plan, FAULT_KEEP_ALL, 2, true);
}

static void a_call_that_fails_doubles_and_loses_nothing(void **state)
{
    (void)state;
    with_every(FAULT_FAIL, FAULT_KEEP_ALL, 1);
    with_every(FAULT_FAIL, FAULT_KEEP_SOME, 2);
}

static void a_write_that_tears_doubles_and_loses_nothing(void **state)
{
    (void)state;
    with_every(FAULT_TEAR, FAULT_KEEP_ALL, 1);
    with_every(FAULT_TEAR, FAULT_KEEP_SOME, 2);
}

static void a_crash_doubles_and_loses_nothing(void **state)
{
    (void)state;
    for (int life = 1; life <= 2; life++) {
        with_every(FAULT_CRASH, FAULT_KEEP_SYNCED, life);
        with_every(FAULT_CRASH, FAULT_KEEP_SOME, life);
        with_every(FAULT_CRASH, FAULT_KEEP_ALL, life);
    }
}

// What a later version might write: its checksum is right, and its parts lie elsewhere.
static void of_a_record_that_is_not_understood_nothing_is_remembered(void **state)
{
    struct scene *scene = *state;
    static const char path[] = "/j/seg-0000000000000001";
    enum { AT = GROUPS_OFFSET + sizeof(struct group_wire) };
    static char bytes[4096];
    struct group_wire group;
    struct record_wire *wire = (struct record_wire *)bytes;
    harness_open(&scene->h);
    assert_false(comes_again(scene, 1));
    assert_false(comes_again(scene, 2));
    fault_set(scene->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
    harness_close(&scene->h);
    fault_restart(scene->fault, FAULT_KEEP_SYNCED);
    assert_true(fault_peek(scene->fault, path, GROUPS_OFFSET, &group, sizeof(group)) &&
                fault_peek(scene->fault, path, AT, bytes, sizeof(bytes)));
    LE_PUT(wire->envelope_bytes, 1U << 30);
    uint32_t crc = record_crc(bytes, record_length(bytes), (uint32_t)LE_GET(group.crc));
    LE_PUT(wire->crc, crc);
    assert_true(fault_poke(scene->fault, path, AT, bytes, record_length(bytes)));
    harness_open(&scene->h);
    assert_int_equal(scene_stats(scene).known_ids, 0); // the second's chain is another now
    assert_false(comes_again(scene, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCENE(the_second_event_with_an_id_is_marked_and_the_first_is_not),
        IN_SCENE(records_that_ask_for_nothing_are_not_compared),
        IN_SCENE(an_id_counts_until_its_window_ends_also_over_restarts),
        IN_SCENE(ids_are_counted_from_the_start_on),
        IN_SCENE(a_clock_that_was_ahead_for_a_moment_makes_nobody_forget),
        IN_SCENE(a_group_that_fails_leaves_no_id_behind),
        IN_SCENE(a_segment_that_cannot_be_read_costs_its_ids_and_not_the_opening),
        IN_SCENE(of_a_record_that_is_not_understood_nothing_is_remembered),
        cmocka_unit_test(a_call_that_fails_doubles_and_loses_nothing),
        cmocka_unit_test(a_write_that_tears_doubles_and_loses_nothing),
        cmocka_unit_test(a_crash_doubles_and_loses_nothing),
        cmocka_unit_test(a_crash_while_the_clock_steps_doubles_and_loses_nothing),
    };
    return cmocka_run_group_tests_name("journal remember", tests, NULL, NULL);
}
