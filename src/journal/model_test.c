// SPDX-License-Identifier: Apache-2.0
// Random lives of a journal on a disk that fails, tears, crashes and refuses sectors, against a
// list of what was acknowledged. A number of stories as argument tells more than the suite has
// time for.
#include "journal/journal.h"

#include <stdlib.h>

#include "base/rand.h"
#include "base/test.h"

#include "journal/damage_harness.h"
#include "journal/format.h"
#include "os/fault.h"

enum {
    STEPS = 40,
    TOGETHER = 4,
    NUMBERS_MAX = STEPS * TOGETHER + 1,
    SEQUENCES_MAX = 4 * STEPS,
    DEFAULT_STORIES = 300
};

struct story {
    struct scene scene;
    struct rng_fake rng;
    uint64_t acknowledged[NUMBERS_MAX]; // by number: the record; 0: it was not
    uint64_t tried;                     // numbers up to here may be there
    uint64_t highest;                   // record that was acknowledged
    bool was_refused;                   // a sector, once
};

static uint64_t below(struct story *story, uint64_t bound)
{
    return rng_below(&story->rng.rng, bound);
}

static size_t bytes_of(uint64_t number)
{
    return 60 + number * 1361 % 5 * 1300;
}

static void story_begin(struct story *story, uint64_t seed)
{
    *story = (struct story){ .scene.fault = fault_new(seed, SCENE_CAPACITY) };
    rng_fake_init(&story->rng, seed);
    struct harness *h = &story->scene.h;
    harness_init(h, fault_fs(story->scene.fault), "/j");
    h->limits.segment_bytes = SCENE_SEGMENT;
    h->limits.large_bytes = 3000;
    h->limits.spare_segments = (size_t)below(story, 3);
    h->limits.retention_ms = below(story, 2) ? INT32_MAX : 2 * 3600 * 1000;
    h->limits.max_bytes = below(story, 2) ? SCENE_CAPACITY : 4 * SCENE_SEGMENT;
    h->is_restless = below(story, 2);
}

static void append_some(struct story *story)
{
    struct waited waited[TOGETHER];
    enum err errs[TOGETHER];
    uint64_t first = story->tried + 1, count = 1 + below(story, TOGETHER);
    uint64_t before = story->highest;
    for (uint64_t i = 0; i < count; i++)
        errs[i] =
            harness_start_number(&story->scene.h, first + i, bytes_of(first + i), &waited[i]);
    for (uint64_t i = 0; i < count; i++) {
        if (errs[i] != OK || waited_result(&waited[i]) != OK)
            continue;
        uint64_t record = waited[i].append.position.record;
        assert_true(record > before);
        story->acknowledged[first + i] = record;
        story->highest = MAX(story->highest, record);
    }
    story->tried += count;
}

static void plan_fault(struct story *story)
{
    static const enum fault_action actions[] = { FAULT_FAIL, FAULT_TEAR, FAULT_CRASH };
    fault_set(story->scene.fault,
              (struct fault_plan){ .calls = FAULT_ANY,
                                   .nth = 1 + below(story, 20),
                                   .repeats = below(story, 3),
                                   .action = actions[below(story, ARRAY_LEN(actions))] });
}

static bool segment_path(const struct story *story, unsigned segment, char ret_path[64])
{
    (void)snprintf(ret_path, 64, "/j/seg-%016x", segment);
    return fault_size(story->scene.fault, ret_path) > 0;
}

// Mostly of the last segment, where an opening has to find its way.
static void refuse_sector(struct story *story)
{
    char path[64] = "/j/head";
    unsigned segment = SEQUENCES_MAX;
    while (segment > 0 && !segment_path(story, segment, path))
        segment--;
    if (below(story, 8) == 0)
        (void)snprintf(path, sizeof(path), "/j/head");
    else if (below(story, 2))
        (void)segment_path(story, 1 + (unsigned)below(story, segment + 1), path);
    uint64_t sector = below(story, SCENE_SEGMENT / SECTOR_BYTES) * SECTOR_BYTES;
    story->was_refused |= fault_refuse(story->scene.fault, path, sector, 1);
}

static void allow_all(struct story *story)
{
    char path[64];
    fault_allow(story->scene.fault, "/j/head");
    for (unsigned segment = 1; segment <= SEQUENCES_MAX; segment++)
        if (segment_path(story, segment, path))
            fault_allow(story->scene.fault, path);
}

// Which record stands where.
static void check_read(const struct story *story, const struct journal_read *read,
                       bool seen[NUMBERS_MAX])
{
    uint64_t number = harness_number(&read->record), record = read->position.record;
    assert_in_range(number, 1, story->tried);
    assert_false(seen[number]);
    for (uint64_t other = 1; other <= story->tried; other++)
        assert_true((story->acknowledged[other] == record) <= (other == number));
    if (story->acknowledged[number])
        assert_int_equal(story->acknowledged[number], record);
    seen[number] = true;
}

// A record that was acknowledged and not read: its number is not given again, and without a
// refusal it is retention that took it.
static void check_missing(const struct story *story, uint64_t record)
{
    struct journal *journal = story->scene.h.journal;
    uint64_t begin = journal_begin(journal).record, end = journal_end(journal).record;
    if (record >= end)
        fail_msg("record %d of %d is lost, and its number free", (int)record, (int)end);
    if (record >= begin && !story->was_refused)
        fail_msg("record %d is missing", (int)record);
}

static void check_all(struct story *story)
{
    bool seen[NUMBERS_MAX] = { 0 };
    struct journal_read read;
    uint64_t next = 1;
    struct journal_reader *reader = journal_reader_open(story->scene.h.journal, POSITION_START);
    while (damage_read(&story->scene, reader, &read) == OK) {
        assert_int_equal(read.lost_from.record, next);
        check_read(story, &read, seen);
        next = read.position.record + 1;
    }
    assert_int_equal(journal_reader_position(reader).record,
                     journal_end(story->scene.h.journal).record);
    journal_reader_close(reader);
    for (uint64_t number = 1; number <= story->tried; number++)
        if (story->acknowledged[number] && !seen[number])
            check_missing(story, story->acknowledged[number]);
    if (!story->was_refused)
        assert_int_equal(scene_stats(&story->scene).damaged_records, 0);
}

// Closed, or dead with what the crash leaves; then it is opened. If the disk is in the way of
// that, it mends itself.
static void live_again(struct story *story, bool is_crash)
{
    struct scene *scene = &story->scene;
    if (is_crash)
        fault_set(scene->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
    harness_close(&scene->h);
    fault_restart(scene->fault, (enum fault_kept)below(story, FAULT_KEEP_ALL + 1));
    for (uint64_t refused = below(story, 2) * below(story, 4); refused > 0; refused--)
        refuse_sector(story);
    if (harness_try_open(&scene->h) != OK) {
        assert_true(story->was_refused);
        allow_all(story);
        harness_open(&scene->h);
    }
    check_all(story);
}

static void step(struct story *story)
{
    switch (below(story, 8)) {
    case 0:
        plan_fault(story);
        break;
    case 1:
        live_again(story, false);
        break;
    case 2:
        live_again(story, true);
        break;
    case 3:
        harness_advance_ms(&story->scene.h, (int64_t)below(story, 3600 * 1000));
        break;
    default:
        append_some(story);
        break;
    }
}

static void story_tell(uint64_t seed)
{
    static struct story story;
    story_begin(&story, seed);
    harness_open(&story.scene.h);
    for (int i = 0; i < STEPS; i++)
        step(&story);
    live_again(&story, true);
    fault_set(story.scene.fault, (struct fault_plan){ 0 });
    harness_close(&story.scene.h);
    fault_free(TAKE(story.scene.fault));
}

static uint64_t stories = DEFAULT_STORIES, first_story = 1;

static void a_journal_does_as_a_list_would_whatever_the_disk_does(void **state)
{
    (void)state;
    for (uint64_t seed = first_story; seed < first_story + stories; seed++) {
        if (stories == 1 || stories > DEFAULT_STORIES)
            print_message("story %d\n", (int)seed);
        story_tell(seed);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_journal_does_as_a_list_would_whatever_the_disk_does),
    };
    if (count > 1)
        stories = strtoull(arguments[1], NULL, 10);
    if (count > 2)
        first_story = strtoull(arguments[2], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
