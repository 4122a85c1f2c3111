// SPDX-License-Identifier: Apache-2.0
// Unit tests of inspect.c.
#include "base/test.h"

#include "journal/bytes.h"
#include "journal/format.h"
#include "journal/harness.h"
#include "journal/inspect.h"
#include "os/fault.h"

enum { RECORDS = 40, BODY_BYTES = 3000 };

struct world {
    struct fault *disk;
    struct harness harness;
};

static int setup(void **state)
{
    struct world *world = test_calloc(1, sizeof(*world));
    world->disk = fault_new(1, 64 << 20);
    harness_init(&world->harness, fault_fs(world->disk), "/journal");
    harness_open(&world->harness);
    harness_append_numbers(&world->harness, 1, RECORDS, BODY_BYTES);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    if (world->harness.journal)
        harness_close(&world->harness);
    fault_free(world->disk);
    test_free(world);
    return 0;
}

static struct inspect *look(struct world *world)
{
    struct inspect *inspect = NULL;
    struct problem problem;
    assert_int_equal(
        inspect_open(world->harness.fs, str_of(world->harness.dir), &inspect, &problem), OK);
    return inspect;
}

static size_t count_from(struct inspect *inspect, uint64_t record, uint64_t *ret_lost)
{
    struct journal_read read;
    struct problem problem;
    size_t count = 0;
    *ret_lost = 0;
    inspect_seek(inspect, record);
    for (;;) {
        enum err err = inspect_next(inspect, &read, &problem);
        *ret_lost += read.position.record - read.lost_from.record;
        if (err == ERR_NOT_FOUND)
            return count;
        assert_int_equal(err, OK);
        assert_int_equal(read.record.body.len, BODY_BYTES);
        count++;
    }
}

static void all_records_are_seen_beside_the_writer_and_after_it(void **state)
{
    struct world *world = *state;
    for (int pass = 0; pass < 2; pass++) {
        AUTO(inspect_close) struct inspect *inspect = look(world);
        size_t segment_count;
        uint64_t lost;
        const struct inspect_segment *segments = inspect_segments(inspect, &segment_count);
        assert_true(segment_count > 1);
        assert_int_equal(segments[0].first_record, 1);
        assert_true(segments[0].is_sealed);
        assert_int_equal(segments[segment_count - 1].end_record, RECORDS + 1);
        assert_int_equal(count_from(inspect, 0, &lost), RECORDS);
        assert_int_equal(lost, 0);
        assert_int_equal(count_from(inspect, RECORDS - 2, &lost), 3);
        assert_int_equal(count_from(inspect, RECORDS + 1, &lost), 0);
        assert_int_equal(lost, 0);
        if (pass == 0)
            harness_close(&world->harness);
    }
}

static void what_the_disk_refuses_is_told(void **state)
{
    struct world *world = *state;
    uint64_t lost;
    harness_close(&world->harness);
    static const uint64_t pages[] = { SEAL_OFFSET, GROUPS_OFFSET };
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        assert_true(fault_refuse(world->disk, "/journal/seg-0000000000000002", pages[i], 1));
    AUTO(inspect_close) struct inspect *inspect = look(world);
    size_t count = count_from(inspect, 0, &lost);
    assert_int_equal(count + lost, RECORDS);
    assert_in_range(lost, 1, 3);
    assert_int_equal(inspect_refused_count(inspect), ARRAY_LEN(pages));
}

// It also tells whether the disk is there, so that pages can be given up.
static void a_segment_stands_in_for_a_head_that_the_disk_refuses(void **state)
{
    struct world *world = *state;
    uint64_t lost;
    harness_close(&world->harness);
    assert_true(fault_refuse(world->disk, "/journal/head", 0, 1));
    for (int pass = 0; pass < 2; pass++) {
        AUTO(inspect_close) struct inspect *inspect = look(world);
        assert_true(inspect_is_head_refused(inspect));
        assert_memory_equal(inspect_id(inspect), world->harness.id, sizeof(world->harness.id));
        size_t count = count_from(inspect, 0, &lost);
        assert_int_equal(count + lost, RECORDS);
        assert_in_range(lost, pass ? 1 : 0, pass ? 3 : 0);
        assert_int_equal(inspect_refused_count(inspect), pass);
        assert_true(
            fault_refuse(world->disk, "/journal/seg-0000000000000002", GROUPS_OFFSET, 1));
    }
    harness_open(&world->harness); // writes it again
    AUTO(inspect_close) struct inspect *inspect = look(world);
    assert_false(inspect_is_head_refused(inspect));
}

static void without_a_head_and_a_header_nobody_knows_whose_journal_it_is(void **state)
{
    struct world *world = *state;
    struct inspect *inspect = NULL;
    struct problem problem;
    size_t count;
    harness_close(&world->harness);
    assert_true(fault_refuse(world->disk, "/journal/head", 0, 1));
    AUTO(inspect_close) struct inspect *before = look(world);
    const struct inspect_segment *segments = inspect_segments(before, &count);
    for (size_t i = 0; i < count; i++) {
        char path[64];
        (void)snprintf(path, sizeof(path), "/journal/seg-%016llx",
                       (unsigned long long)segments[i].sequence);
        assert_true(fault_refuse(world->disk, path, 0, 1));
    }
    assert_int_equal(
        inspect_open(world->harness.fs, str_of(world->harness.dir), &inspect, &problem),
        ERR_IO);
}

static void a_damaged_record_is_told(void **state)
{
    struct world *world = *state;
    harness_close(&world->harness);
    assert_true(
        fault_flip_bit(world->disk, "/journal/seg-0000000000000001", 4096 + 64 + 48 + 1000, 3));
    AUTO(inspect_close) struct inspect *inspect = look(world);
    uint64_t lost;
    assert_int_equal(count_from(inspect, 0, &lost), RECORDS - 1);
    assert_int_equal(lost, 1);
}

static void a_seal_that_says_more_than_its_file_holds_is_not_believed(void **state)
{
    struct world *world = *state;
    static const char first[] = "/journal/seg-0000000000000001";
    struct seal_wire seal;
    harness_close(&world->harness);
    assert_true(fault_peek(world->disk, first, SEAL_OFFSET, &seal, sizeof(seal)));
    LE_PUT(seal.end_offset, 1ULL << 60);
    format_finish_seal(&seal);
    assert_true(fault_poke(world->disk, first, SEAL_OFFSET, &seal, sizeof(seal)));
    AUTO(inspect_close) struct inspect *inspect = look(world);
    size_t segment_count;
    uint64_t lost;
    assert_false(inspect_segments(inspect, &segment_count)[0].is_sealed);
    assert_int_equal(count_from(inspect, 0, &lost), RECORDS);
    assert_int_equal(lost, 0);
}

// The bytes of the failed groups stand in files that are not sealed: what came behind the
// write, and then the seal, has failed.
static void what_failed_is_not_shown_in_place_of_what_was_stored(void **state)
{
    struct scene *scene = *state;
    struct problem problem;
    harness_open(&scene->h);
    for (uint64_t number = 1; number <= 3; number++) {
        fault_set(scene->fault, (struct fault_plan){ .calls = FAULT_PWRITEV | FAULT_DATASYNC,
                                                     .nth = 2,
                                                     .repeats = 1 });
        assert_int_equal(harness_append_number(&scene->h, 100 + number, 50, NULL), ERR_IO);
        harness_advance_ms(&scene->h, 60000);
        harness_append_numbers(&scene->h, number, number, 50);
    }
    for (int life = 1; life <= 2; life++) {
        AUTO(inspect_close) struct inspect *inspect = NULL;
        struct journal_read read;
        assert_int_equal(inspect_open(scene->h.fs, STR("/j"), &inspect, &problem), OK);
        for (uint64_t number = 1; number <= 3; number++) {
            assert_int_equal(inspect_next(inspect, &read, &problem), OK);
            assert_int_equal(read.position.record, number);
            assert_int_equal(harness_number(&read.record), number);
        }
        assert_int_equal(inspect_next(inspect, &read, &problem), ERR_NOT_FOUND);
        harness_close(&scene->h);
        harness_open(&scene->h);
    }
}

static void files_of_message_ids_are_looked_at(void **state)
{
    struct scene *scene = *state;
    static const char ids[] = "/j/ids-0000000000000001";
    struct problem problem;
    harness_open(&scene->h);
    for (uint64_t id = 1; id <= 8; id++) // the first segment takes six
        assert_false(scene_comes_again(scene, id, 60));
    static const struct {
        uint64_t flipped; // byte; UINT64_MAX: none
        enum inspect_ids ids;
    } steps[] = {
        { UINT64_MAX, INSPECT_IDS_WHOLE },
        { 0, INSPECT_IDS_DAMAGED },      // magic
        { 12, INSPECT_IDS_DAMAGED },     // count
        { 64 + 5, INSPECT_IDS_DAMAGED }, // an entry
    };
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        struct inspect *inspect = NULL;
        size_t count;
        bool is_flipped = steps[i].flipped != UINT64_MAX;
        assert_true(!is_flipped || fault_flip_bit(scene->fault, ids, steps[i].flipped, 2));
        assert_int_equal(inspect_open(scene->h.fs, STR("/j"), &inspect, &problem), OK);
        const struct inspect_segment *segments = inspect_segments(inspect, &count);
        assert_int_equal(segments[0].ids_bytes, 64 + 6 * 16);
        assert_true(segments[0].known_until_s > 0);
        assert_int_equal(inspect_ids(inspect, &segments[0]), steps[i].ids);
        assert_int_equal(inspect_ids(inspect, &segments[1]), INSPECT_IDS_NONE);
        assert_int_equal(inspect_stray_ids_count(inspect), 0);
        inspect_close(inspect);
        assert_true(!is_flipped || fault_flip_bit(scene->fault, ids, steps[i].flipped, 2));
    }
}

static void files_of_message_ids_that_belong_to_nothing_are_told(void **state)
{
    struct scene *scene = *state;
    AUTO(inspect_close) struct inspect *inspect = NULL;
    struct problem problem;
    size_t count;
    harness_open(&scene->h);
    for (uint64_t id = 1; id <= 14; id++)
        assert_false(scene_comes_again(scene, id, 60));
    harness_close(&scene->h);
    const struct fs_ops *ops = scene->h.fs->ops;
    assert_int_equal(ops->remove(scene->h.fs, "/j/seg-0000000000000001"), 0);
    assert_int_equal(
        ops->rename(scene->h.fs, "/j/ids-0000000000000003", "/j/ids-0000000000000002"), 0);
    assert_int_equal(inspect_open(scene->h.fs, STR("/j"), &inspect, &problem), OK);
    const struct inspect_segment *segments = inspect_segments(inspect, &count);
    assert_int_equal(inspect_stray_ids_count(inspect), 1);
    assert_int_equal(inspect_ids(inspect, &segments[0]), INSPECT_IDS_FOREIGN);
    assert_int_equal(inspect_ids(inspect, &segments[1]), INSPECT_IDS_NONE);
}

static void cursors_are_read_beside_their_writer(void **state)
{
    struct world *world = *state;
    struct harness *harness = &world->harness;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct cursors *cursors = NULL;
    struct problem problem;
    assert_int_equal(cursors_open(harness->fs, str_of(harness->dir), harness->id,
                                  &harness->clock.clock, &harness->observer, &cursors,
                                  &problem),
                     OK);
    struct cursor put = { .reader = STR("dest:a"), .low = { .record = 7 } };
    cursors_put(cursors, &put);
    assert_int_equal(cursors_sync(cursors), OK);
    AUTO(inspect_close) struct inspect *inspect = look(world);
    struct cursor *found;
    size_t count;
    assert_int_equal(inspect_cursors(inspect, arena, &found, &count, &problem), OK);
    assert_int_equal(count, 1);
    assert_true(str_eq(found[0].reader, STR("dest:a")));
    assert_int_equal(found[0].low.record, 7);
    cursors_close(cursors);
}

static void a_directory_without_a_journal_is_told(void **state)
{
    struct world *world = *state;
    struct inspect *inspect = NULL;
    struct problem problem;
    assert_int_equal(inspect_open(world->harness.fs, STR("/nowhere"), &inspect, &problem),
                     ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_records_are_seen_beside_the_writer_and_after_it,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_disk_refuses_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(a_segment_stands_in_for_a_head_that_the_disk_refuses,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            without_a_head_and_a_header_nobody_knows_whose_journal_it_is, setup, teardown),
        cmocka_unit_test_setup_teardown(a_damaged_record_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_seal_that_says_more_than_its_file_holds_is_not_believed, setup, teardown),
        IN_SCENE(what_failed_is_not_shown_in_place_of_what_was_stored),
        IN_SCENE(files_of_message_ids_are_looked_at),
        IN_SCENE(files_of_message_ids_that_belong_to_nothing_are_told),
        cmocka_unit_test_setup_teardown(cursors_are_read_beside_their_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(a_directory_without_a_journal_is_told, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
