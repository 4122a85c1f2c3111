// SPDX-License-Identifier: Apache-2.0
// The journal over a disk that fails, tears writes and crashes at its n-th call, for every n:
// what was acknowledged is there, in order, and nothing is there that nobody appended.
#include "journal/journal.h"

#include "base/test.h"

#include "journal/bytes.h"
#include "journal/format.h"
#include "journal/harness.h"
#include "os/fault.h"

enum { APPENDS = 24, SEGMENT = 16 * 1024, CAPACITY = 64 * 1024 * 1024 };

struct story {
    struct harness h;
    struct fault *fault;
    uint64_t acknowledged[APPENDS + 3]; // by number: the record; 0: it was not
    uint64_t tried;                     // numbers up to here may be there
    bool recycles;                      // old segments go and are used again
    bool is_even;                       // every life of a file looks like the one before
};

enum kind { GROWS, RECYCLES, RESTLESS, MIXED };

// Some groups take many sectors.
static size_t bytes_of(const struct story *story, uint64_t number)
{
    return story->is_even ? 2000 : 100 + number % 5 * 1300;
}

static void story_begin(struct story *story, uint64_t seed, enum kind kind)
{
    bool recycles = kind == RECYCLES || kind == RESTLESS;
    *story = (struct story){ .fault = fault_new(seed, CAPACITY), .recycles = recycles };
    harness_init(&story->h, fault_fs(story->fault), "/journal");
    story->h.limits.segment_bytes = SEGMENT;
    story->h.is_restless = kind == RESTLESS;
    if (kind == MIXED)
        story->h.limits.large_bytes = 3000;
    if (recycles)
        story->h.limits.max_bytes = 3 * SEGMENT;
}

// One to three at a time, which are likely to share a group.
static void append_some(struct story *story, uint64_t to)
{
    enum { TOGETHER = 3 };
    while (story->tried < to) {
        struct waited waited[TOGETHER];
        enum err errs[TOGETHER];
        uint64_t first = story->tried + 1, count = MIN(first % TOGETHER + 1, to + 1 - first);
        count = story->is_even ? 1 : count;
        for (uint64_t i = 0; i < count; i++) {
            errs[i] = harness_start_number(&story->h, first + i, bytes_of(story, first + i),
                                           &waited[i]);
        }
        for (uint64_t i = 0; i < count; i++) {
            if (errs[i] == OK && waited_result(&waited[i]) == OK)
                story->acknowledged[first + i] = waited[i].append.position.record;
        }
        story->tried += count;
    }
}

// Two lives of a journal; the first is closed, the second dies. An open that fails is repeated
// once: unless the machine is down, the fault is over then. Returns whether the fault has come.
static bool story_tell(struct story *story)
{
    bool was_struck = false;
    for (int life = 1; life <= 2; life++) {
        if (harness_try_open(&story->h) != OK && harness_try_open(&story->h) != OK)
            return true;
        append_some(story, (uint64_t)life * APPENDS / 2);
        was_struck = fault_has_struck(story->fault);
        if (life == 2) // nothing that closing would do reaches the disk
            fault_set(story->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
        harness_close(&story->h);
    }
    return was_struck;
}

// Numbers come in their order; small and large ones each in theirs.
static void check_record(const struct story *story, const struct journal_read *read,
                         bool seen[APPENDS + 3])
{
    uint64_t number = harness_number(&read->record);
    assert_in_range(number, 1, story->tried);
    bool is_large = bytes_of(story, number) > story->h.limits.large_bytes;
    for (uint64_t later = number; later <= story->tried; later++)
        if ((bytes_of(story, later) > story->h.limits.large_bytes) == is_large)
            assert_false(seen[later]);
    if (story->acknowledged[number])
        assert_int_equal(story->acknowledged[number], read->position.record);
    seen[number] = true;
}

static void story_check(struct story *story)
{
    struct journal_stats stats;
    struct journal_reader *reader = journal_reader_open(story->h.journal, POSITION_START);
    struct journal_read read;
    bool seen[APPENDS + 3] = { 0 };
    uint64_t begin = journal_begin(story->h.journal).record, expected = begin;
    assert_true(begin == 1 || story->recycles);
    while (journal_read(reader, &read) == OK) {
        check_record(story, &read, seen);
        assert_int_equal(read.position.record, expected);
        assert_true(read.lost_from.record == expected ||
                    (expected == begin && story->recycles));
        expected++;
    }
    for (uint64_t number = 1; number <= story->tried; number++)
        assert_true(seen[number] || story->acknowledged[number] < begin);
    assert_int_equal(journal_end(story->h.journal).record, expected);
    journal_stats(story->h.journal, &stats);
    assert_int_equal(stats.damaged_records, 0); // a crash is not damage
    journal_reader_close(reader);
}

// What the first open after the crash has made of the files must hold for the second.
static void story_end(struct story *story, enum fault_kept kept)
{
    fault_restart(story->fault, kept);
    for (int i = 0; i < 2; i++) {
        harness_open(&story->h);
        story_check(story);
        append_some(story, story->tried + 1);
        assert_true(story->acknowledged[story->tried] > 0);
        story_check(story);
        fault_set(story->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
        harness_close(&story->h);
        fault_restart(story->fault, kept);
    }
    fault_free(TAKE(story->fault));
}

static void tell_with_every(struct fault_plan plan, enum fault_kept kept, enum kind kind)
{
    bool was_struck = true;
    while (was_struck) {
        struct story story;
        story_begin(&story, ++plan.nth, kind);
        fault_set(story.fault, plan);
        was_struck = story_tell(&story);
        story_end(&story, kept);
    }
    assert_true(plan.nth > APPENDS); // a group is a write and a sync
}

static void tell_with_every_fault(enum fault_action action, enum fault_kept kept,
                                  enum kind kind)
{
    tell_with_every((struct fault_plan){ .calls = FAULT_ANY, .action = action }, kept, kind);
}

static void a_call_that_fails_costs_nothing_acknowledged(void **state)
{
    (void)state;
    tell_with_every_fault(FAULT_FAIL, FAULT_KEEP_SYNCED, GROWS);
    tell_with_every_fault(FAULT_FAIL, FAULT_KEEP_SOME, RECYCLES);
}

static void calls_that_fail_in_a_row_cost_nothing_acknowledged(void **state)
{
    (void)state;
    struct fault_plan plan = { .calls = FAULT_PWRITEV | FAULT_DATASYNC, .repeats = 1 };
    tell_with_every(plan, FAULT_KEEP_SYNCED, GROWS);
    tell_with_every(plan, FAULT_KEEP_ALL, GROWS); // a group that failed is there, without seal
    plan = (struct fault_plan){ .calls = FAULT_ANY, .repeats = 3 };
    tell_with_every(plan, FAULT_KEEP_SOME, RECYCLES);
}

static void a_write_that_tears_costs_nothing_acknowledged(void **state)
{
    (void)state;
    tell_with_every_fault(FAULT_TEAR, FAULT_KEEP_SYNCED, GROWS);
    tell_with_every_fault(FAULT_TEAR, FAULT_KEEP_SOME, RECYCLES);
    tell_with_every_fault(FAULT_TEAR, FAULT_KEEP_ALL, RECYCLES);
}

static void a_crash_costs_nothing_acknowledged(void **state)
{
    (void)state;
    tell_with_every_fault(FAULT_CRASH, FAULT_KEEP_SYNCED, GROWS);
    tell_with_every_fault(FAULT_CRASH, FAULT_KEEP_SOME, GROWS);
    tell_with_every_fault(FAULT_CRASH, FAULT_KEEP_ALL, GROWS);
}

static void a_crash_among_recycled_segments_costs_nothing_acknowledged(void **state)
{
    (void)state;
    tell_with_every_fault(FAULT_CRASH, FAULT_KEEP_SYNCED, RECYCLES);
    tell_with_every_fault(FAULT_CRASH, FAULT_KEEP_SOME, RECYCLES);
    tell_with_every_fault(FAULT_CRASH, FAULT_KEEP_ALL, RECYCLES);
}

// Files that are emptied when they go beside those that are used again, and a wall clock that
// steps back and forth.
static void a_crash_among_transient_segments_costs_nothing_acknowledged(void **state)
{
    (void)state;
    tell_with_every_fault(FAULT_CRASH, FAULT_KEEP_SYNCED, RESTLESS);
    tell_with_every_fault(FAULT_CRASH, FAULT_KEEP_SOME, RESTLESS);
}

static void a_fault_among_large_and_small_records_costs_nothing_acknowledged(void **state)
{
    (void)state;
    tell_with_every_fault(FAULT_FAIL, FAULT_KEEP_SYNCED, MIXED);
    tell_with_every_fault(FAULT_TEAR, FAULT_KEEP_ALL, MIXED);
    tell_with_every_fault(FAULT_CRASH, FAULT_KEEP_SOME, MIXED);
}

// Groups of an earlier life that stand in the files, each where a group of the present life
// would be: same size, same number in the segment, right checksums.
static size_t count_stale(struct story *story)
{
    size_t count = 0;
    for (uint64_t sequence = 1; sequence <= 4 * APPENDS; sequence++) {
        char path[64];
        uint8_t marker[8], header[24];
        (void)snprintf(path, sizeof(path), "/journal/seg-%016llx",
                       (unsigned long long)sequence);
        if (!fault_peek(story->fault, path, GROUPS_OFFSET, marker, sizeof(marker)))
            continue;
        for (uint64_t at = GROUPS_OFFSET;
             fault_peek(story->fault, path, at, header, sizeof(header)); at += 512) {
            uint8_t theirs[8];
            memcpy(theirs, header + 16, sizeof(theirs));
            bool is_group = memcmp(header, marker, sizeof(marker)) == 0 && header[10] == 64;
            count += is_group && LE_GET(theirs) < sequence;
        }
    }
    return count;
}

static void groups_of_a_files_earlier_life_are_never_taken_for_its_own(void **state)
{
    (void)state;
    static const enum fault_kept all_kept[] = { FAULT_KEEP_SYNCED, FAULT_KEEP_SOME,
                                                FAULT_KEEP_ALL };
    for (size_t i = 0; i < ARRAY_LEN(all_kept); i++) {
        struct fault_plan plan = { .calls = FAULT_ANY, .action = FAULT_CRASH };
        size_t stale = 0;
        bool was_struck = true;
        while (was_struck) {
            struct story story;
            story_begin(&story, ++plan.nth, RECYCLES);
            story.is_even = true;
            fault_set(story.fault, plan);
            was_struck = story_tell(&story);
            fault_restart(story.fault, all_kept[i]);
            stale += count_stale(&story);
            story_end(&story, all_kept[i]);
        }
        assert_true(stale > APPENDS); // otherwise nothing was tried
    }
}

// The call fails when the new file's header is written, and the machine may die before the
// file's removal is durable: appends went on in the segment before.
static void a_segment_that_could_not_be_made_does_not_cut_the_one_before(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 16; seed++) {
        struct story story;
        story_begin(&story, seed, GROWS);
        harness_open(&story.h);
        assert_int_equal(harness_append_number(&story.h, 1, SEGMENT / 2, NULL), OK);
        struct fault_plan plan = { .calls = FAULT_SYNC_DIR, .nth = 1 };
        fault_set(story.fault, plan);
        assert_int_equal(harness_append_number(&story.h, 2, SEGMENT / 2, NULL), ERR_IO);
        assert_int_equal(harness_append_number(&story.h, 3, 100, NULL), OK);
        fault_set(story.fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
        harness_close(&story.h);
        fault_restart(story.fault, FAULT_KEEP_SOME);
        harness_open(&story.h);
        assert_int_equal(journal_end(story.h.journal).record, 3);
        harness_close(&story.h);
        fault_free(TAKE(story.fault));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_fails_costs_nothing_acknowledged),
        cmocka_unit_test(calls_that_fail_in_a_row_cost_nothing_acknowledged),
        cmocka_unit_test(a_write_that_tears_costs_nothing_acknowledged),
        cmocka_unit_test(a_crash_costs_nothing_acknowledged),
        cmocka_unit_test(a_segment_that_could_not_be_made_does_not_cut_the_one_before),
        cmocka_unit_test(groups_of_a_files_earlier_life_are_never_taken_for_its_own),
        cmocka_unit_test(a_crash_among_recycled_segments_costs_nothing_acknowledged),
        cmocka_unit_test(a_crash_among_transient_segments_costs_nothing_acknowledged),
        cmocka_unit_test(a_fault_among_large_and_small_records_costs_nothing_acknowledged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
