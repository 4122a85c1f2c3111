// SPDX-License-Identifier: Apache-2.0
// Cursors: kept, found again, old or new after any crash.
#include "journal/cursors.h"

#include <time.h>

#include "base/test.h"

#include "base/clock.h"
#include "codec/hash.h"
#include "journal/bytes.h"
#include "journal/format.h"
#include "os/fault.h"

enum {
    CAPACITY = 1 << 20,
    HEADER_BYTES = 64,
    VERSION_OFFSET = 8,
    COUNT_OFFSET = 12,
    GENERATION_OFFSET = 32,
    PAYLOAD_BYTES_OFFSET = 40,
    PAYLOAD_CRC_OFFSET = 48,
};

struct scene {
    struct fault *fault;
    struct clock_fake clock;
    struct observer observer;
    _Atomic int notices[4];
    uint8_t id[16];
    struct cursors *cursors;
    struct arena *arena;
    struct problem problem;
};

static void count_notice(struct observer *observer, enum log_level level, const char *what,
                         const struct log_pair *pairs)
{
    (void)what;
    (void)pairs;
    CONTAINER_OF(observer, struct scene, observer)->notices[level]++;
}

static int set_up(void **state)
{
    static struct scene scene;
    scene = (struct scene){
        .fault = fault_new(1, CAPACITY),
        .observer = { .notice = count_notice },
        .id = "0123456789abcdef",
        .arena = arena_new(1 << 20),
    };
    clock_fake_init(&scene.clock, 1700000000000);
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    cursors_close(TAKE(scene->cursors));
    fault_free(TAKE(scene->fault));
    arena_free(TAKE(scene->arena));
    return 0;
}

static enum err try_open(struct scene *scene)
{
    return cursors_open(fault_fs(scene->fault), STR("/j"), scene->id, &scene->clock.clock,
                        &scene->observer, &scene->cursors, &scene->problem);
}

static void reopen(struct scene *scene)
{
    cursors_close(TAKE(scene->cursors));
    assert_int_equal(try_open(scene), OK);
}

static void put(struct scene *scene, str reader, uint64_t record)
{
    struct cursor cursor = { .reader = reader, .low = { .record = record } };
    cursors_put(scene->cursors, &cursor);
}

static void put_durably(struct scene *scene, uint64_t record)
{
    put(scene, STR("a"), record); // one change, one write
    assert_int_equal(cursors_sync(scene->cursors), OK);
}

// 0: no such reader.
static uint64_t get(struct scene *scene, str reader)
{
    struct cursor cursor;
    enum err err = cursors_get(scene->cursors, reader, scene->arena, &cursor);
    assert_true(err == OK || err == ERR_NOT_FOUND);
    return err == OK ? cursor.low.record : 0;
}

static void a_cursor_comes_back_whole(void **state)
{
    struct scene *scene = *state;
    struct position_range finished[] = {
        { { .record = 8, .event = 1 }, { .record = 9 } },
        { { .record = 11 }, { .record = 11, .event = 7 } },
    };
    struct cursor_parked parked[] = { {
        .position = { .partition = 2, .record = UINT64_MAX, .event = 4 },
        .output = 3,
        .attempts = 17,
        .first_failure_wall_ms = 1234567890123,
        .not_before_wall_ms = INT64_MAX,
    } };
    const struct cursor_route routes[] = {
        { .source_id = "a-source-of-31-bytes-0123456789", .from = { .record = 3 } },
        { .source_id = "gone",
          .from = { .partition = 1, .record = 1, .event = 2 },
          .until = { .record = UINT64_MAX, .event = 9 },
          .dropped = UINT64_MAX - 1 },
    };
    struct cursor cursor = {
        .reader = STR("dest:0123456789012345678901234567890123456789012345678901234567_64"),
        .low = { .partition = 1, .record = 7, .event = 5 },
        .finished = finished,
        .finished_count = 2,
        .parked = parked,
        .parked_count = 1,
        .routes = routes,
        .route_count = 2,
    };
    cursor.reader.len = 64;
    reopen(scene);
    cursors_put(scene->cursors, &cursor);
    put(scene, STR("other"), 5);
    reopen(scene);
    struct cursor got;
    assert_int_equal(cursors_get(scene->cursors, cursor.reader, scene->arena, &got), OK);
    assert_true(str_eq(got.reader, cursor.reader));
    assert_int_equal(position_cmp(got.low, cursor.low), 0);
    assert_int_equal(got.finished_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(position_cmp(got.finished[i].first, finished[i].first), 0);
        assert_int_equal(position_cmp(got.finished[i].end, finished[i].end), 0);
    }
    assert_int_equal(got.parked_count, 1);
    assert_int_equal(position_cmp(got.parked[0].position, parked[0].position), 0);
    assert_int_equal(got.parked[0].output, 3);
    assert_int_equal(got.parked[0].attempts, 17);
    assert_true(got.parked[0].first_failure_wall_ms == 1234567890123);
    assert_true(got.parked[0].not_before_wall_ms == INT64_MAX);
    assert_int_equal(got.route_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(got.routes[i].source_id, routes[i].source_id);
        assert_int_equal(position_cmp(got.routes[i].from, routes[i].from), 0);
        assert_int_equal(position_cmp(got.routes[i].until, routes[i].until), 0);
        assert_true(got.routes[i].dropped == routes[i].dropped);
    }
    assert_int_equal(get(scene, STR("other")), 5);
}

static void all_readers_are_told(void **state)
{
    struct scene *scene = *state;
    str *readers;
    reopen(scene);
    assert_int_equal(cursors_readers(scene->cursors, scene->arena, &readers), 0);
    put(scene, STR("a"), 1);
    put(scene, STR("b"), 1);
    assert_int_equal(cursors_readers(scene->cursors, scene->arena, &readers), 2);
    assert_int_equal(str_eq(readers[0], STR("a")) + str_eq(readers[1], STR("a")), 1);
    assert_int_equal(str_eq(readers[0], STR("b")) + str_eq(readers[1], STR("b")), 1);
}

static void the_lowest_reader_is_named(void **state)
{
    struct scene *scene = *state;
    struct position low;
    char reader[65];
    reopen(scene);
    assert_false(cursors_lowest(scene->cursors, &low, reader));
    put(scene, STR("a"), 30);
    put(scene, STR("b"), 10);
    put(scene, STR("c"), 20);
    assert_true(cursors_lowest(scene->cursors, &low, reader));
    assert_string_equal(reader, "b");
    assert_int_equal(low.record, 10);
    put(scene, STR("b"), 40);
    cursors_remove(scene->cursors, STR("c"));
    cursors_remove(scene->cursors, STR("never there"));
    reopen(scene);
    assert_int_equal(get(scene, STR("c")), 0);
    assert_true(cursors_lowest(scene->cursors, &low, reader));
    assert_string_equal(reader, "a");
}

static void many_changes_share_a_sync(void **state)
{
    struct scene *scene = *state;
    reopen(scene);
    fault_set(scene->fault, (struct fault_plan){ 0 });
    put_durably(scene, 1);
    for (uint64_t record = 2; record <= 500; record++)
        put(scene, STR("a"), record); // the clock stands still: the second is not over
    assert_int_equal(fault_count(scene->fault, FAULT_DATASYNC), 1);
    assert_int_equal(cursors_sync(scene->cursors), OK);
    assert_int_equal(cursors_sync(scene->cursors), OK); // nothing changed
    assert_int_equal(fault_count(scene->fault, FAULT_DATASYNC), 2);
    fault_set(scene->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
    cursors_close(TAKE(scene->cursors));
    fault_restart(scene->fault, FAULT_KEEP_SYNCED);
    reopen(scene);
    assert_int_equal(get(scene, STR("a")), 500);
}

// Two lives. *ret_synced is the last value that a sync confirmed.
static void live(struct scene *scene, uint64_t *ret_synced)
{
    uint64_t value = 0;
    *ret_synced = 0;
    for (int i = 0; i < 2; i++) {
        if (try_open(scene) != OK && try_open(scene) != OK)
            return;
        for (int round = 0; round < 4; round++) {
            put(scene, STR("reader"), ++value);
            put(scene, STR("same"), value);
            if (cursors_sync(scene->cursors) == OK)
                *ret_synced = value;
        }
        cursors_close(TAKE(scene->cursors));
    }
}

static void live_with_every(struct fault_plan plan, enum fault_kept kept)
{
    bool was_struck = true;
    while (was_struck) {
        void *fresh;
        uint64_t synced;
        (void)set_up(&fresh);
        struct scene *scene = fresh;
        plan.nth++;
        fault_set(scene->fault, plan);
        live(scene, &synced);
        was_struck = fault_has_struck(scene->fault);
        fault_restart(scene->fault, kept);
        assert_int_equal(try_open(scene), OK);
        uint64_t got = get(scene, STR("reader")), same = get(scene, STR("same"));
        assert_true(got >= synced && got <= 8);
        // One snapshot, not a mixture; the writer may have begun it between the two puts.
        assert_true(same >= synced && (same == got || same + 1 == got));
        put(scene, STR("reader"), 99);
        reopen(scene);
        assert_int_equal(get(scene, STR("reader")), 99);
        (void)tear_down(&fresh);
    }
    assert_true(plan.nth > 16);
}

static void cursors_are_old_or_new_after_any_fault(void **state)
{
    static const enum fault_action actions[] = { FAULT_FAIL, FAULT_TEAR, FAULT_CRASH };
    static const enum fault_kept kepts[] = { FAULT_KEEP_SYNCED, FAULT_KEEP_SOME,
                                             FAULT_KEEP_ALL };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        for (size_t k = 0; k < ARRAY_LEN(kepts); k++)
            live_with_every((struct fault_plan){ .calls = FAULT_ANY, .action = actions[i] },
                            kepts[k]);
    }
}

static void a_failed_write_is_told_and_made_good(void **state)
{
    struct scene *scene = *state;
    reopen(scene);
    put_durably(scene, 1);
    fault_set(scene->fault, (struct fault_plan){ .calls = FAULT_DATASYNC, .nth = 1 });
    put(scene, STR("a"), 2);
    assert_int_equal(cursors_sync(scene->cursors), ERR_IO);
    assert_int_equal(scene->notices[LOG_ERROR], 1);
    assert_int_equal(cursors_sync(scene->cursors), OK);
    reopen(scene);
    assert_int_equal(get(scene, STR("a")), 2);
}

static void a_disk_that_goes_on_refusing_is_told_once_and_so_is_its_end(void **state)
{
    struct scene *scene = *state;
    reopen(scene);
    fault_set(scene->fault, (struct fault_plan){ FAULT_DATASYNC, 1, 100000, FAULT_FAIL, 0 });
    for (uint64_t i = 1; i <= 3; i++) {
        put(scene, STR("a"), i);
        assert_int_equal(cursors_sync(scene->cursors), ERR_IO);
    }
    assert_int_equal(scene->notices[LOG_ERROR], 1);
    assert_int_equal(scene->notices[LOG_INFO], 0);
    fault_set(scene->fault, (struct fault_plan){ 0 });
    put_durably(scene, 4);
    assert_int_equal(scene->notices[LOG_INFO], 1);
    assert_int_equal(scene->notices[LOG_ERROR], 1);
}

static void what_stays_unwritten_is_told_at_the_end(void **state)
{
    struct scene *scene = *state;
    reopen(scene);
    put_durably(scene, 1);
    assert_int_equal(cursors_unwritten_ms(scene->cursors), 0);
    fault_set(scene->fault, (struct fault_plan){ FAULT_DATASYNC, 1, 100000, FAULT_FAIL, 0 });
    put(scene, STR("a"), 2);
    assert_int_equal(cursors_sync(scene->cursors), ERR_IO);
    assert_int_equal(scene->notices[LOG_ERROR], 1);
    clock_fake_advance_ms(&scene->clock, 1500);
    assert_int_equal(cursors_unwritten_ms(scene->cursors), 1500);
    cursors_close(TAKE(scene->cursors));
    assert_int_equal(scene->notices[LOG_ERROR], 2);
}

// Counts how often it is read: so a test knows that the writer has looked at it.
struct watched_clock {
    struct clock clock;
    _Atomic int64_t now_ns;
    _Atomic int readings;
};

static int64_t watched_mono_ns(const struct clock *clock)
{
    struct watched_clock *watched = (struct watched_clock *)(uintptr_t)clock;
    watched->readings++;
    return watched->now_ns;
}

static void nap(void)
{
    (void)nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

// An attempt takes two readings, so if one were due it has been made.
static void await_readings(struct watched_clock *clock)
{
    clock->readings = 0;
    for (int i = 0; i < PATIENCE_MS && clock->readings < 5; i++)
        nap();
    assert_true(clock->readings >= 5);
}

static void a_failed_write_is_tried_again_after_a_second(void **state)
{
    struct scene *scene = *state;
    static struct watched_clock clock; // that the scene can be torn down after a failure
    clock = (struct watched_clock){ { .mono_ns = watched_mono_ns }, 2000000000, 0 };
    assert_int_equal(cursors_open(fault_fs(scene->fault), STR("/j"), scene->id, &clock.clock,
                                  &scene->observer, &scene->cursors, &scene->problem),
                     OK);
    fault_set(scene->fault, (struct fault_plan){ FAULT_DATASYNC, 1, 100, FAULT_FAIL, 0 });
    put(scene, STR("a"), 1);
    assert_int_equal(cursors_sync(scene->cursors), ERR_IO);
    await_readings(&clock); // the thread may have been at it before, and make one more
    uint64_t attempts = fault_count(scene->fault, FAULT_DATASYNC);
    clock.now_ns += 999000000;
    await_readings(&clock);
    assert_int_equal(fault_count(scene->fault, FAULT_DATASYNC), attempts);
    fault_set(scene->fault, (struct fault_plan){ .calls = FAULT_DATASYNC });
    clock.now_ns += 1000000;
    for (int i = 0; i < PATIENCE_MS && fault_count(scene->fault, FAULT_DATASYNC) < 1; i++)
        nap();
    assert_int_equal(fault_count(scene->fault, FAULT_DATASYNC), 1);
}

struct looker {
    struct cursors_watch watch;
    uint64_t told; // the last record
};

static void on_durable(struct cursors_watch *watch, struct position low)
{
    CONTAINER_OF(watch, struct looker, watch)->told = low.record;
}

static void the_lowest_is_told_when_it_is_durable_and_not_before(void **state)
{
    struct scene *scene = *state;
    struct looker looker = { .watch.durable = on_durable };
    reopen(scene);
    cursors_watch(scene->cursors, &looker.watch);
    assert_int_equal(looker.told, 0);
    put(scene, STR("a"), 7);
    put(scene, STR("b"), 5);
    assert_int_equal(cursors_sync(scene->cursors), OK);
    assert_int_equal(looker.told, 5);
    fault_set(scene->fault, (struct fault_plan){ .calls = FAULT_DATASYNC, .nth = 1 });
    put(scene, STR("b"), 6);
    assert_int_equal(cursors_sync(scene->cursors), ERR_IO);
    assert_int_equal(looker.told, 5);
    assert_int_equal(cursors_sync(scene->cursors), OK);
    assert_int_equal(looker.told, 6);
    cursors_unwatch(scene->cursors);
    cursors_remove(scene->cursors, STR("b"));
    reopen(scene);
    assert_int_equal(looker.told, 6);
    cursors_watch(scene->cursors, &looker.watch); // what was found at open
    assert_int_equal(looker.told, 7);
    cursors_unwatch(scene->cursors);
}

static void one_damaged_snapshot_leaves_the_other_and_two_are_refused(void **state)
{
    struct scene *scene = *state;
    reopen(scene);
    put_durably(scene, 1); // generation 1, in cursors-a
    put_durably(scene, 2);
    cursors_close(TAKE(scene->cursors));
    enum { ONE_READER_BYTES = 28 + 1 };
    for (int64_t offset = 0; offset < HEADER_BYTES + ONE_READER_BYTES; offset++) {
        assert_true(fault_flip_bit(scene->fault, "/j/cursors-b", (uint64_t)offset, 5));
        reopen(scene);
        assert_int_equal(get(scene, STR("a")), 1);
        cursors_close(TAKE(scene->cursors));
        assert_true(fault_flip_bit(scene->fault, "/j/cursors-b", (uint64_t)offset, 5));
    }
    reopen(scene);
    assert_int_equal(get(scene, STR("a")), 2);
    cursors_close(TAKE(scene->cursors));
    assert_true(fault_flip_bit(scene->fault, "/j/cursors-a", HEADER_BYTES, 0));
    assert_true(fault_flip_bit(scene->fault, "/j/cursors-b", HEADER_BYTES, 0));
    assert_int_equal(try_open(scene), ERR_CORRUPT);
}

// So many readers that a snapshot takes two pages.
static void put_many(struct scene *scene)
{
    enum { READERS = 200 };
    for (int i = 0; i < READERS; i++)
        put(scene, arena_printf(scene->arena, "reader %d", i), 1);
    assert_int_equal(cursors_sync(scene->cursors), OK);
}

static uint64_t number_at(struct scene *scene, const char *path, uint64_t offset)
{
    uint8_t number[8];
    assert_true(fault_peek(scene->fault, path, offset, number, sizeof(number)));
    return LE_GET(number);
}

static void refuse_sector(struct scene *scene, bool is_newest, uint64_t sector,
                          bool *ret_is_there)
{
    static const char *const paths[] = { "/j/cursors-a", "/j/cursors-b" };
    reopen(scene);
    put_many(scene);
    put_durably(scene, 1);
    put_durably(scene, 2);
    cursors_close(TAKE(scene->cursors));
    bool is_b_newest = number_at(scene, paths[1], GENERATION_OFFSET) >
                       number_at(scene, paths[0], GENERATION_OFFSET);
    const char *path = paths[is_b_newest == is_newest];
    uint64_t end = HEADER_BYTES + number_at(scene, path, PAYLOAD_BYTES_OFFSET);
    assert_true(end > PAGE_BYTES);
    *ret_is_there = sector < end && fault_refuse(scene->fault, path, sector, SECTOR_BYTES);
    for (uint64_t life = 0; life < 3 && *ret_is_there; life++) {
        reopen(scene);
        assert_int_equal(scene->notices[LOG_ERROR], 1); // by the first
        assert_int_equal(get(scene, STR("a")), life ? life + 2 : is_newest ? 1 : 2);
        cursors_remove(scene->cursors, STR("reader 0")); // a snapshot of another size
        put_durably(scene, life + 3);
    }
}

static void a_snapshot_that_the_disk_refuses_leaves_the_other_and_is_written_over(void **state)
{
    (void)state;
    for (int is_newest = 0; is_newest < 2; is_newest++) {
        bool is_there = true;
        for (uint64_t sector = 0; is_there; sector += SECTOR_BYTES) {
            void *fresh;
            (void)set_up(&fresh);
            refuse_sector(fresh, is_newest, sector, &is_there);
            (void)tear_down(&fresh);
        }
    }
}

static void the_only_snapshot_is_waited_for_if_the_disk_refuses_it(void **state)
{
    struct scene *scene = *state;
    reopen(scene);
    put_durably(scene, 1);
    cursors_close(TAKE(scene->cursors));
    assert_true(fault_refuse(scene->fault, "/j/cursors-a", 0, SECTOR_BYTES));
    assert_int_equal(try_open(scene), ERR_IO);
    fault_allow(scene->fault, "/j/cursors-a");
    reopen(scene);
    put_durably(scene, 2);
    cursors_close(TAKE(scene->cursors));
    assert_true(fault_refuse(scene->fault, "/j/cursors-a", 0, SECTOR_BYTES));
    assert_true(fault_refuse(scene->fault, "/j/cursors-b", 0, SECTOR_BYTES));
    assert_int_equal(try_open(scene), ERR_IO);
    assert_int_equal(scene->notices[LOG_ERROR], 0); // there is no other one to go on with
}

// A sector that no write mends.
static void refuse_again(void *ctx, enum fault_call call)
{
    if (call == FAULT_PREAD)
        (void)fault_refuse(ctx, "/j/cursors-b", HEADER_BYTES, 1);
}

static void the_only_whole_snapshot_is_kept_until_the_disk_gives_back_the_other(void **state)
{
    struct scene *scene = *state;
    reopen(scene);
    put_durably(scene, 1); // in cursors-a
    put_durably(scene, 2);
    cursors_close(TAKE(scene->cursors));
    fault_set_hook(scene->fault, refuse_again, scene->fault);
    reopen(scene);
    uint64_t generation = number_at(scene, "/j/cursors-a", GENERATION_OFFSET);
    for (uint64_t try = 3; try < 6; try++) {
        put(scene, STR("a"), try);
        assert_int_equal(cursors_sync(scene->cursors), ERR_IO);
    }
    cursors_close(TAKE(scene->cursors)); // tries once more
    assert_int_equal(number_at(scene, "/j/cursors-a", GENERATION_OFFSET), generation);
    fault_set_hook(scene->fault, NULL, NULL);
    reopen(scene);
    assert_int_equal(get(scene, STR("a")), 1);
    put_durably(scene, 6);
    put_durably(scene, 7);
    reopen(scene);
    assert_int_equal(get(scene, STR("a")), 7);
}

static void a_snapshot_that_is_refused_once_is_read_after_all(void **state)
{
    struct scene *scene = *state;
    reopen(scene);
    put_durably(scene, 1);
    put_durably(scene, 2);
    for (uint64_t nth = 1, has_struck = true; has_struck; nth++) {
        cursors_close(TAKE(scene->cursors));
        fault_set(scene->fault, (struct fault_plan){ FAULT_PREAD, nth, 1, FAULT_FAIL, 0 });
        assert_int_equal(try_open(scene), OK);
        has_struck = fault_has_struck(scene->fault);
        fault_set(scene->fault, (struct fault_plan){ 0 });
        assert_int_equal(get(scene, STR("a")), 2);
    }
    assert_int_equal(scene->notices[LOG_ERROR], 0);
}

static void put_crc(uint8_t *field, const void *data, size_t len)
{
    uint8_t crc[4];
    LE_PUT(crc, hash_crc32c(0, data, len));
    memcpy(field, crc, sizeof(crc));
}

static void write_header(struct scene *scene, uint8_t header[HEADER_BYTES])
{
    put_crc(header + HEADER_BYTES - 4, header, HEADER_BYTES - 4);
    assert_true(fault_poke(scene->fault, "/j/cursors-a", 0, header, HEADER_BYTES));
}

static void foreign_and_newer_snapshots_are_refused(void **state)
{
    struct scene *scene = *state;
    uint8_t header[HEADER_BYTES];
    reopen(scene);
    put(scene, STR("a"), 1);
    cursors_close(TAKE(scene->cursors));
    scene->id[15] ^= 1;
    assert_int_equal(try_open(scene), ERR_CONFLICT);
    scene->id[15] ^= 1;
    assert_true(fault_peek(scene->fault, "/j/cursors-a", 0, header, sizeof(header)));
    header[VERSION_OFFSET]++;
    write_header(scene, header);
    assert_int_equal(try_open(scene), ERR_NEWER_FORMAT);
    assert_string_equal(scene->problem.field, "/j/cursors-a");
}

// As releases wrote it that kept no routes: two readers with low watermarks alone.
static void a_snapshot_of_the_first_version_is_read(void **state)
{
    enum { READER_BYTES = 28, NAME_BYTES = 1, LOW_RECORD_OFFSET = 20 };
    struct scene *scene = *state;
    uint8_t header[HEADER_BYTES], payload[2][READER_BYTES + NAME_BYTES] = { 0 };
    reopen(scene);
    put(scene, STR("a name for as many bytes as two readers need"), 1);
    cursors_close(TAKE(scene->cursors));
    for (uint8_t i = 0; i < 2; i++) {
        payload[i][0] = NAME_BYTES;
        payload[i][LOW_RECORD_OFFSET] = 7 + i;
        payload[i][READER_BYTES] = 'a' + i;
    }
    assert_true(fault_peek(scene->fault, "/j/cursors-a", 0, header, sizeof(header)));
    header[VERSION_OFFSET] = 1;
    header[COUNT_OFFSET] = 2;
    header[PAYLOAD_BYTES_OFFSET] = sizeof(payload);
    put_crc(header + PAYLOAD_CRC_OFFSET, payload, sizeof(payload));
    write_header(scene, header);
    assert_true(
        fault_poke(scene->fault, "/j/cursors-a", HEADER_BYTES, payload, sizeof(payload)));
    for (int i = 0; i < 2; i++) {
        reopen(scene); // the second time it is one of this version
        assert_int_equal(get(scene, STR("a")), 7);
        assert_int_equal(get(scene, STR("b")), 8);
        put(scene, STR("b"), 8);
    }
}

#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCENE(a_cursor_comes_back_whole),
        IN_SCENE(all_readers_are_told),
        IN_SCENE(the_lowest_reader_is_named),
        IN_SCENE(many_changes_share_a_sync),
        cmocka_unit_test(cursors_are_old_or_new_after_any_fault),
        IN_SCENE(a_failed_write_is_told_and_made_good),
        IN_SCENE(a_disk_that_goes_on_refusing_is_told_once_and_so_is_its_end),
        IN_SCENE(what_stays_unwritten_is_told_at_the_end),
        IN_SCENE(a_failed_write_is_tried_again_after_a_second),
        IN_SCENE(the_lowest_is_told_when_it_is_durable_and_not_before),
        IN_SCENE(one_damaged_snapshot_leaves_the_other_and_two_are_refused),
        cmocka_unit_test(a_snapshot_that_the_disk_refuses_leaves_the_other_and_is_written_over),
        IN_SCENE(the_only_snapshot_is_waited_for_if_the_disk_refuses_it),
        IN_SCENE(the_only_whole_snapshot_is_kept_until_the_disk_gives_back_the_other),
        IN_SCENE(a_snapshot_that_is_refused_once_is_read_after_all),
        IN_SCENE(foreign_and_newer_snapshots_are_refused),
        IN_SCENE(a_snapshot_of_the_first_version_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
