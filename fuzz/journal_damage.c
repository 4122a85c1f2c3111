// SPDX-License-Identifier: Apache-2.0
// A journal's files with damage that the input describes step by step: bits, sectors, blocks,
// files that were cut, are gone or hold another's bytes, and fields behind checksums that were
// made right. What opening finds is held against what was written: no record that was not, none
// missing whose group is whole, the same each time, what is missing told; and of messageIds,
// those of whole records are known and no others.
#include "check.h"
#include "look_all.h"
#include "put_file.h"
#include "journal_broken.h"

enum {
    STEPS_MAX = 24,
    STRANGERS = 8, // messageIds that were never written
};

// First byte of the input.
enum {
    FLAG_CRASHED = 1, // the last segment is not sealed
    FLAG_POWER = 2,   // between openings, what was not synced goes
};

// --- What is left whole

static bool is_group_whole(const struct broken *broken, const struct placed_group *group)
{
    const struct image *image = &broken->images[group->image];
    const struct image *before = &broken->written->images[group->image];
    return image->is_there && image->size >= group->end &&
           memcmp(image->bytes + group->offset, before->bytes + group->offset,
                  group->end - group->offset) == 0;
}

// --- Opening

static void put_files(struct fs *fs, const struct broken *broken)
{
    check(fs->ops->make_dir(fs, "/j") == 0);
    put_file(fs, "/j/head", broken->written->head, sizeof(broken->written->head));
    for (size_t i = 0; i < broken->written->image_count; i++) {
        const struct image *image = &broken->images[i];
        if (image->is_there)
            put_file(fs, image->path, image->bytes, image->size);
    }
    check(fs->ops->sync_dir(fs, "/j") == 0);
}

struct seen {
    bool is_read[WRITTEN_RECORDS + 1];
    bool is_open;
};

static void check_read(const struct broken *broken, const struct journal_read *read)
{
    uint64_t number = read->position.record;
    check(read->lost_from.record <= number);
    if (broken->is_forged)
        return;
    check(number >= broken->written->begin && number < broken->written->end);
    check(written_digest(&read->record) == broken->written->digests[number]);
}

static void see_looked_at(const struct journal_read *read, void *ctx)
{
    check_read(ctx, read);
}

static void read_records(const struct broken *broken, struct journal *journal,
                         struct seen *seen)
{
    struct journal_reader *reader = journal_reader_open(journal, POSITION_START);
    struct journal_read read;
    struct journal_stats stats;
    uint64_t next = 1, lost = 0;
    while (journal_read(reader, &read) == OK) {
        check_read(broken, &read);
        check(read.lost_from.record == next);
        if (next > 1)
            lost += read.position.record - next;
        next = read.position.record + 1;
        if (next <= WRITTEN_RECORDS + 1)
            seen->is_read[next - 1] = true;
    }
    journal_stats(journal, &stats);
    check(broken->is_forged || stats.damaged_records >= lost);
    journal_reader_close(reader);
}

static struct seen open_and_read(const struct broken *broken, struct fault *disk)
{
    struct clock_fake clock;
    struct seen seen = { 0 };
    struct journal *journal = written_open(disk, &clock, true);
    if (!journal)
        return seen;
    seen.is_open = true;
    read_records(broken, journal, &seen);
    journal_close(journal);
    return seen;
}

static void check_nothing_whole_is_missing(const struct broken *broken, const struct seen *seen)
{
    check(seen->is_open);
    for (size_t i = 0; i < broken->written->group_count; i++) {
        const struct placed_group *group = &broken->written->groups[i];
        for (uint64_t n = group->first_record; n < group->end_record; n++)
            check(seen->is_read[n] || !is_group_whole(broken, group));
    }
}

// --- messageIds

// The record that first came with a messageId; 0: none did. What came again was not remembered.
static uint64_t first_with(const struct written *written, uint64_t message)
{
    bool is_written = message >= written->begin && message < written->end &&
                      written_message(message) == message;
    return is_written ? message : 0;
}

static void check_ids(const struct broken *broken, const struct seen *seen, struct fault *disk)
{
    enum { ALL = WRITTEN_RECORDS + STRANGERS };
    struct clock_fake clock;
    struct journal_append append;
    struct journal_read read;
    uint64_t ids[ALL];
    struct journal *journal = written_open(disk, &clock, true);
    check(journal != NULL);
    for (size_t i = 0; i < ALL; i++)
        ids[i] = i + 1;
    check(written_append_ids(journal, ids, ALL, &append));
    struct journal_reader *reader = journal_reader_open(journal, append.position);
    check(journal_read(reader, &read) == OK && read.record.event_count == ALL);
    for (size_t i = 0; i < ALL && !broken->is_forged; i++) {
        bool is_known = (read.record.events[i].flags & EVENT_DUPLICATE) != 0;
        uint64_t record = first_with(broken->written, ids[i]);
        check(is_known ? record > 0 : record == 0 || !seen->is_read[record]);
    }
    journal_reader_close(reader);
    journal_close(journal);
}

// --- The target

static const struct written *written_of(unsigned flags)
{
    static struct written kept[2];
    struct written *written = &kept[flags & FLAG_CRASHED];
    if (written->image_count == 0)
        written_make(written, flags & FLAG_CRASHED);
    return written;
}

static void run(struct broken *broken, enum fault_kept kept)
{
    AUTO(fault_free) struct fault *disk = fault_new(1, WRITTEN_CAPACITY_BYTES);
    put_files(fault_fs(disk), broken);
    look_all(fault_fs(disk), see_looked_at, broken);
    struct seen first = open_and_read(broken, disk);
    fault_restart(disk, kept);
    struct seen second = open_and_read(broken, disk);
    check(memcmp(&first, &second, sizeof(first)) == 0);
    if (!broken->is_forged)
        check_nothing_whole_is_missing(broken, &first);
    fault_restart(disk, kept);
    if (first.is_open)
        check_ids(broken, &first, disk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct broken broken;
    if (size < 1 + sizeof(struct step) || size > 1 + STEPS_MAX * sizeof(struct step))
        return 0;
    broken = (struct broken){ .written = written_of(data[0]) };
    memcpy(broken.images, broken.written->images, sizeof(broken.images));
    for (size_t at = 1; at + sizeof(struct step) <= size; at += sizeof(struct step))
        broken_by(&broken, (const struct step *)(data + at));
    run(&broken, data[0] & FLAG_POWER ? FAULT_KEEP_SYNCED : FAULT_KEEP_ALL);
    return 0;
}
