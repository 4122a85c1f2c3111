// SPDX-License-Identifier: Apache-2.0
// Walking a file that holds anything but a journal takes bounded work.
#include "journal/walk.h"

#include "base/test.h"

#include "base/buf.h"
#include "journal/record.h"

enum { SEGMENT = 7, SEGMENT_BYTES = 64 << 20 };

static const uint8_t id[16] = "0123456789abcdef";

// A file whose bytes follow from their place.
struct made_file {
    struct fs_file file;
    void (*fill)(uint8_t sector[SECTOR_BYTES], uint64_t offset);
    str bytes; // or these, from GROUPS_OFFSET on
};

static uint64_t noise(uint64_t seed)
{
    seed = (seed ^ seed >> 33) * 0xff51afd7ed558ccd;
    return (seed ^ seed >> 33) * 0xc4ceb9fe1a85ec53;
}

static void fill_with_noise(uint8_t sector[SECTOR_BYTES], uint64_t offset)
{
    for (size_t i = 0; i < SECTOR_BYTES; i += sizeof(uint64_t)) {
        uint64_t word = noise(offset + i);
        memcpy(sector + i, &word, sizeof(word));
    }
}

// Each sector looks like the beginning of a group, and is none.
static void fill_with_markers(uint8_t sector[SECTOR_BYTES], uint64_t offset)
{
    uint64_t marker = format_marker(id);
    fill_with_noise(sector, offset);
    memcpy(sector, &marker, sizeof(marker));
}

static ssize_t made_pread(struct fs_file *fs_file, void *dest, size_t len, uint64_t offset)
{
    const struct made_file *file = CONTAINER_OF(fs_file, struct made_file, file);
    if (file->bytes.data) {
        memcpy(dest, file->bytes.data + offset - GROUPS_OFFSET, len);
        return (ssize_t)len;
    }
    uint8_t sector[SECTOR_BYTES];
    for (size_t done = 0; done < len;) {
        size_t within = (offset + done) % SECTOR_BYTES, part = SECTOR_BYTES - within;
        file->fill(sector, offset + done - within);
        part = MIN(part, len - done);
        memcpy((char *)dest + done, sector + within, part);
        done += part;
    }
    return (ssize_t)len;
}

static const struct fs_ops made_ops = { .pread = made_pread };

// Walks all of it; returns how many records there were.
static size_t walk_all(struct made_file *file, uint64_t limit, uint64_t *ret_work)
{
    struct walk walk = { .marker = format_marker(id), .limit = limit };
    struct walk_record record;
    size_t count = 0;
    file->file.ops = &made_ops;
    walk_start(&walk, &file->file, SEGMENT, GROUPS_OFFSET);
    while (walk_next(&walk, &record) == WALK_RECORD)
        count++;
    *ret_work = walk.work;
    walk_done(&walk);
    return count;
}

static void a_segment_of_noise_is_looked_at_once(void **state)
{
    struct made_file file = { .fill = fill_with_noise };
    uint64_t work;
    (void)state;
    assert_int_equal(walk_all(&file, SEGMENT_BYTES, &work), 0);
    assert_in_range(work, SEGMENT_BYTES / 2, 2 * SEGMENT_BYTES);
}

static void a_segment_of_broken_headers_takes_bounded_work(void **state)
{
    struct made_file file = { .fill = fill_with_markers };
    uint64_t work;
    (void)state;
    assert_int_equal(walk_all(&file, SEGMENT_BYTES, &work), 0);
    assert_in_range(work, SEGMENT_BYTES, (uint64_t)WALK_WORK_MAX * SEGMENT_BYTES);
}

// --- A group of records, each of them damaged, with what looks like the next one in its event

enum { RECORDS = 2000, PRETENDERS = 60, PRETENDER_BYTES = sizeof(struct record_wire) };

// Headers of the record `number`, as long as all that is behind them.
static str pretend(struct buf *body, uint64_t number, size_t rest)
{
    struct journal_record none = { 0 };
    struct record_stamp stamp = { .segment = SEGMENT, .record = number };
    buf_clear(body);
    for (int i = 0; i < PRETENDERS; i++) {
        char *at = buf_reserve(body, PRETENDER_BYTES);
        record_encode(&none, at);
        (void)record_finish(at, &stamp, 0);
        uint32_t length = (uint32_t)MAX(rest, (size_t)2 * PRETENDER_BYTES);
        memcpy(at + offsetof(struct record_wire, length), &length, sizeof(length));
        body->len += PRETENDER_BYTES;
    }
    return buf_str(body);
}

static size_t add_pretending(struct buf *group, uint64_t number)
{
    AUTO(buf_done) struct buf body = { 0 };
    size_t each = 2 * sizeof(struct record_wire) + PRETENDERS * PRETENDER_BYTES;
    size_t rest = (RECORDS - (size_t)number) * each / 2;
    struct journal_record record = { .body = pretend(&body, number + 1, rest) };
    size_t length = record_encoded_bytes(&record);
    record_encode(&record, buf_reserve(group, length));
    group->len += length;
    return length;
}

static void make_group(struct buf *bytes, bool is_damaged)
{
    struct group group = { .segment = SEGMENT, .first_record = 1, .record_count = RECORDS };
    size_t lengths[RECORDS];
    (void)buf_reserve(bytes, sizeof(struct group_wire));
    bytes->len = sizeof(struct group_wire);
    for (uint64_t number = 1; number <= RECORDS; number++)
        lengths[number - 1] = add_pretending(bytes, number);
    group.payload_bytes = (uint32_t)(bytes->len - sizeof(struct group_wire));
    format_put_group((struct group_wire *)bytes->data, format_marker(id), &group);
    uint32_t seed = group.crc;
    char *at = bytes->data + sizeof(struct group_wire);
    for (uint64_t number = 1; number <= RECORDS; at += lengths[number++ - 1]) {
        struct record_stamp stamp = { .segment = SEGMENT, .record = number };
        seed = record_finish(at, &stamp, seed);
        at[lengths[number - 1] - 1] ^= is_damaged; // the stored CRC still proves the next
    }
    size_t padding = SECTOR_BYTES - bytes->len % SECTOR_BYTES;
    memset(buf_reserve(bytes, padding), 0, padding);
    bytes->len += padding;
}

static void a_group_of_damaged_records_takes_bounded_work(void **state)
{
    (void)state;
    for (int is_damaged = 0; is_damaged < 2; is_damaged++) {
        AUTO(buf_done) struct buf bytes = { 0 };
        uint64_t work;
        make_group(&bytes, is_damaged);
        struct made_file file = { .bytes = buf_str(&bytes) };
        size_t count = walk_all(&file, GROUPS_OFFSET + bytes.len, &work);
        assert_int_equal(count, is_damaged ? 0 : RECORDS);
        assert_true(work <= (uint64_t)WALK_WORK_MAX * bytes.len);
        assert_true(!is_damaged || work > 32 * bytes.len); // it was tried
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_segment_of_noise_is_looked_at_once),
        cmocka_unit_test(a_segment_of_broken_headers_takes_bounded_work),
        cmocka_unit_test(a_group_of_damaged_records_takes_bounded_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
