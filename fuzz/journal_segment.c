// SPDX-License-Identifier: Apache-2.0
// Bytes as a journal's files: the first byte says what is done with the others, which are one
// segment or two. Looking at them, opening and reading must come to an end, and what is read is
// whole: only what somebody appended, unless checksums were made right afterwards, so that
// damage behind them is reached too.
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "codec/hash.h"
#include "journal/bytes.h"
#include "journal/format.h"
#include "journal/record.h"
#include "os/fault.h"
#include "check.h"
#include "look_all.h"
#include "put_file.h"

enum {
    MEND_HEADER = 1, // its checksum is made right
    MEND_SEAL = 2,
    MEND_GROUPS = 4,  // and those of their records
    TWO_SEGMENTS = 8, // half of the bytes each
    SIZE_MAX_BYTES = 32 << 10,
    CAPACITY_BYTES = 1 << 20,
};

static const uint8_t id[16] = { 1, 2, 3 };

// --- Making checksums right

static void mend_records(uint8_t *bytes, size_t len, const struct group_wire *group)
{
    uint32_t seed = (uint32_t)LE_GET(group->crc);
    struct record_stamp stamp = { .segment = LE_GET(group->segment),
                                  .record = LE_GET(group->first_record) };
    for (size_t at = 0; at + sizeof(struct record_wire) <= len; stamp.record++) {
        size_t length = record_length((const char *)bytes + at);
        if (length < sizeof(struct record_wire) || length > len - at)
            return;
        seed = record_finish((char *)bytes + at, &stamp, seed);
        at += length;
    }
}

static void mend_groups(uint8_t *bytes, size_t size)
{
    for (size_t at = GROUPS_OFFSET; at + sizeof(struct group_wire) <= size;) {
        struct group_wire *group = (struct group_wire *)(bytes + at);
        size_t rest = size - at - sizeof(*group), payload = LE_GET(group->payload_bytes);
        LE_PUT(group->crc, hash_crc32c(0, group, offsetof(struct group_wire, crc)));
        mend_records(bytes + at + sizeof(*group), MIN(payload, rest), group);
        at = format_group_end(at, (uint32_t)MIN(payload, rest));
        at = format_sector_up(at);
    }
}

static void mend(uint8_t *bytes, size_t size, unsigned what)
{
    if (what & MEND_HEADER && size >= sizeof(struct segment_wire)) {
        struct segment_wire *header = (struct segment_wire *)bytes;
        LE_PUT(header->crc, hash_crc32c(0, header, offsetof(struct segment_wire, crc)));
    }
    if (what & MEND_SEAL && size >= GROUPS_OFFSET) {
        struct seal_wire *seal = (struct seal_wire *)(bytes + SEAL_OFFSET);
        LE_PUT(seal->crc, hash_crc32c(0, seal, offsetof(struct seal_wire, crc)));
    }
    if (what & MEND_GROUPS)
        mend_groups(bytes, size);
}

// --- The files

static void put_head(struct fs *fs)
{
    struct head_wire head;
    format_put_head(&head, id);
    put_file(fs, "/j/head", &head, sizeof(head));
}

static void put_files(struct fs *fs, uint8_t *bytes, size_t size, unsigned what)
{
    size_t first = what & TWO_SEGMENTS ? size / 2 / SECTOR_BYTES * SECTOR_BYTES : size;
    check(fs->ops->make_dir(fs, "/j") == 0);
    put_head(fs);
    mend(bytes, first, what);
    put_file(fs, "/j/seg-0000000000000001", bytes, first);
    if (what & TWO_SEGMENTS) {
        mend(bytes + first, size - first, what);
        put_file(fs, "/j/seg-0000000000000002", bytes + first, size - first);
    }
    check(fs->ops->sync_dir(fs, "/j") == 0);
}

// --- What is read

// Records of the corpus: a body of 20 digits, its number, and bytes that follow from it.
static void check_record(const struct journal_record *record)
{
    uint64_t number = 0;
    check(record->event_count == 1 && record->body.len >= 20);
    check(str_to_u64(str_sub(record->body, 0, 20), &number));
    check(record->events[0].message_hash == number);
    for (size_t i = 20; i < record->body.len; i++)
        check((uint8_t)record->body.data[i] == (uint8_t)(number * 31 + i * 7));
}

static void check_read(const struct journal_read *read, unsigned what)
{
    const struct journal_record *record = &read->record;
    check(position_cmp(read->lost_from, read->position) <= 0);
    for (size_t i = 0; i < record->event_count; i++)
        check((uint64_t)record->events[i].offset + record->events[i].length <=
              record->body.len);
    (void)hash_crc32c(0, record->body.data, record->body.len); // every byte may be read
    (void)journal_record_field(record, ENVELOPE_SOURCE_ID);
    if (!(what & (MEND_HEADER | MEND_SEAL | MEND_GROUPS)))
        check_record(record);
}

static void see_looked_at(const struct journal_read *read, void *ctx)
{
    check_read(read, *(const unsigned *)ctx);
}

static void quiet(struct observer *observer, enum log_level level, const char *what,
                  const struct log_pair *pairs)
{
    (void)observer, (void)level, (void)what, (void)pairs;
}

// The number of records; -1: the journal does not open.
static int64_t read_all(struct fs *fs, unsigned what)
{
    struct observer observer = { .notice = quiet };
    struct journal_limits limits = journal_limits_default;
    struct clock_fake clock;
    struct journal *journal = NULL;
    struct problem problem;
    struct journal_read read;
    int64_t count = 0;
    limits.segment_bytes = 16 << 10;
    limits.reserve_bytes = 0;
    limits.max_bytes = CAPACITY_BYTES;
    limits.retention_ms = INT64_MAX / 2;
    clock_fake_init(&clock, 1700000000000);
    if (journal_open(fs, STR("/j"), id, &limits, &clock.clock, &observer, &journal, &problem))
        return -1;
    struct journal_reader *reader = journal_reader_open(journal, POSITION_START);
    for (; journal_read(reader, &read) == OK; count++)
        check_read(&read, what);
    journal_reader_close(reader);
    journal_close(journal);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > SIZE_MAX_BYTES)
        return 0;
    AUTO(fault_free) struct fault *disk = fault_new(1, CAPACITY_BYTES);
    AUTO(buf_done) struct buf bytes = { 0 };
    unsigned what = data[0];
    buf_add(&bytes, data + 1, size - 1);
    put_files(fault_fs(disk), (uint8_t *)bytes.data, bytes.len, what);
    look_all(fault_fs(disk), see_looked_at, &what);
    int64_t count = read_all(fault_fs(disk), what);
    fault_restart(disk, FAULT_KEEP_SYNCED);
    if (count >= 0) // what was read once is there again
        check(read_all(fault_fs(disk), what) >= count);
    return 0;
}
