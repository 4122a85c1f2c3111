// SPDX-License-Identifier: Apache-2.0
// Snapshots of all cursors: bytes and files.
#include "journal/snapshot.h"

#include <limits.h>

#include "base/mem.h"
#include "codec/hash.h"
#include "journal/bytes.h"
#include "journal/format.h"
#include "journal/refused.h"

enum { SNAPSHOT_VERSION = 1 };

struct snapshot_wire {
    uint8_t magic[8]; // "PINTLECU"
    uint8_t version[4];
    uint8_t reader_count[4];
    uint8_t id[16];
    uint8_t generation[8];
    uint8_t payload_bytes[8];
    uint8_t payload_crc[4];
    uint8_t reserved[8];
    uint8_t crc[4]; // of the bytes before
};
_Static_assert(sizeof(struct snapshot_wire) == 64, "on disk");

struct position_wire {
    uint8_t partition[4];
    uint8_t event[4];
    uint8_t record[8];
};
_Static_assert(sizeof(struct position_wire) == 16, "on disk");

// Begins a reader; its name, finished ranges and parked events follow.
struct reader_wire {
    uint8_t name_bytes[2];
    uint8_t zero[2];
    uint8_t finished_count[4];
    uint8_t parked_count[4];
    struct position_wire low;
};
_Static_assert(sizeof(struct reader_wire) == 28, "on disk");

struct range_wire {
    struct position_wire first;
    struct position_wire end;
};
_Static_assert(sizeof(struct range_wire) == 32, "on disk");

struct parked_wire {
    struct position_wire position;
    uint8_t output[4];
    uint8_t attempts[4];
    uint8_t first_failure_wall_ms[8];
    uint8_t not_before_wall_ms[8];
};
_Static_assert(sizeof(struct parked_wire) == 40, "on disk");

static const char magic[] = "PINTLECU";
static const char zeros[PAGE_BYTES];

void cursor_entry_free(struct cursor_entry *entry)
{
    if (!entry)
        return;
    mem_free(entry->finished);
    mem_free(entry->parked);
    mem_free(entry);
}

static void put_position(struct position_wire *wire, struct position position)
{
    LE_PUT(wire->partition, position.partition);
    LE_PUT(wire->event, position.event);
    LE_PUT(wire->record, position.record);
}

static struct position get_position(const struct position_wire *wire)
{
    return (struct position){
        .partition = (uint32_t)LE_GET(wire->partition),
        .event = (uint32_t)LE_GET(wire->event),
        .record = LE_GET(wire->record),
    };
}

static void encode_entry(const struct cursor_entry *entry, struct buf *payload)
{
    struct reader_wire reader = { 0 };
    str name = str_of(entry->reader);
    LE_PUT(reader.name_bytes, name.len);
    LE_PUT(reader.finished_count, entry->finished_count);
    LE_PUT(reader.parked_count, entry->parked_count);
    put_position(&reader.low, entry->low);
    buf_add(payload, &reader, sizeof(reader));
    buf_add_str(payload, name);
    for (size_t i = 0; i < entry->finished_count; i++) {
        struct range_wire range;
        put_position(&range.first, entry->finished[i].first);
        put_position(&range.end, entry->finished[i].end);
        buf_add(payload, &range, sizeof(range));
    }
    for (size_t i = 0; i < entry->parked_count; i++) {
        const struct cursor_parked *from = &entry->parked[i];
        struct parked_wire parked;
        put_position(&parked.position, from->position);
        LE_PUT(parked.output, from->output);
        LE_PUT(parked.attempts, from->attempts);
        LE_PUT(parked.first_failure_wall_ms, from->first_failure_wall_ms);
        LE_PUT(parked.not_before_wall_ms, from->not_before_wall_ms);
        buf_add(payload, &parked, sizeof(parked));
    }
}

void snapshot_encode(const struct map *entries, struct buf *payload)
{
    const struct cursor_entry *entry;
    size_t at = 0;
    while ((entry = map_each(entries, &at)))
        encode_entry(entry, payload);
}

// Takes len bytes off the front; NULL when there are fewer.
static const char *take(str *rest, uint64_t len)
{
    if (len > rest->len)
        return NULL;
    const char *taken = rest->data;
    *rest = str_make(taken + len, rest->len - (size_t)len);
    return taken;
}

static void decode_lists(struct cursor_entry *entry, const struct range_wire *ranges,
                         const struct parked_wire *parked)
{
    entry->finished = mem_zalloc(entry->finished_count + 1, sizeof(*entry->finished));
    entry->parked = mem_zalloc(entry->parked_count + 1, sizeof(*entry->parked));
    for (size_t i = 0; i < entry->finished_count; i++)
        entry->finished[i] = (struct position_range){
            .first = get_position(&ranges[i].first),
            .end = get_position(&ranges[i].end),
        };
    for (size_t i = 0; i < entry->parked_count; i++)
        entry->parked[i] = (struct cursor_parked){
            .position = get_position(&parked[i].position),
            .output = (uint32_t)LE_GET(parked[i].output),
            .attempts = (uint32_t)LE_GET(parked[i].attempts),
            .first_failure_wall_ms = (int64_t)LE_GET(parked[i].first_failure_wall_ms),
            .not_before_wall_ms = (int64_t)LE_GET(parked[i].not_before_wall_ms),
        };
}

// NULL: inconsistent.
static struct cursor_entry *decode_entry(str *rest)
{
    const char *bytes = take(rest, sizeof(struct reader_wire));
    if (!bytes)
        return NULL;
    const struct reader_wire *reader = (const struct reader_wire *)bytes;
    size_t name_bytes = (size_t)LE_GET(reader->name_bytes);
    uint64_t finished_count = LE_GET(reader->finished_count);
    uint64_t parked_count = LE_GET(reader->parked_count);
    const char *name = take(rest, name_bytes);
    const char *ranges = take(rest, finished_count * sizeof(struct range_wire));
    const char *parked = take(rest, parked_count * sizeof(struct parked_wire));
    if (!name || !ranges || !parked || name_bytes > CURSOR_READER_MAX)
        return NULL;
    struct cursor_entry *entry = NEW(struct cursor_entry);
    (void)str_copy(str_make(name, name_bytes), entry->reader, sizeof(entry->reader));
    entry->low = get_position(&reader->low);
    entry->finished_count = (size_t)finished_count;
    entry->parked_count = (size_t)parked_count;
    decode_lists(entry, (const struct range_wire *)ranges, (const struct parked_wire *)parked);
    return entry;
}

// What one of the two files holds.
struct slot {
    bool is_empty;
    bool is_whole;
    bool is_refused; // by the disk
    uint64_t generation;
    uint64_t reader_count;
    struct buf payload;
};

static enum err check_header(const struct snapshots *snapshots,
                             const struct snapshot_wire *wire, const char *path,
                             struct problem *ret_problem)
{
    if (LE_GET(wire->version) > SNAPSHOT_VERSION)
        return problem_set(ret_problem, ERR_NEWER_FORMAT, str_of(path),
                           "was written by a newer version; this one knows format %d",
                           SNAPSHOT_VERSION);
    if (memcmp(wire->id, snapshots->id, sizeof(wire->id)) != 0)
        return problem_set(ret_problem, ERR_CONFLICT, str_of(path),
                           "belongs to another data directory");
    return OK;
}

// *ret_is_all: all of it was read. A refusal is the slot's, and no failure.
static int read_bytes(struct slot *slot, struct fs_file *file, struct iovec part,
                      uint64_t offset, bool *ret_is_all)
{
    ssize_t got = refused_pread(file, part.iov_base, part.iov_len, offset);
    slot->is_refused = got < 0 && pages_is_refusal((int)got);
    *ret_is_all = got == (ssize_t)part.iov_len;
    return got < 0 && !slot->is_refused ? (int)got : 0;
}

static bool is_header_whole(const struct snapshot_wire *wire)
{
    return memcmp(wire->magic, magic, sizeof(wire->magic)) == 0 &&
           LE_GET(wire->crc) == hash_crc32c(0, wire, offsetof(struct snapshot_wire, crc));
}

static enum err slot_read(const struct snapshots *snapshots, struct fs_file *file,
                          const char *path, struct slot *slot, struct problem *ret_problem)
{
    struct snapshot_wire wire;
    struct iovec part = { .iov_base = &wire, .iov_len = sizeof(wire) };
    bool is_all;
    int64_t size = file->ops->size(file);
    slot->is_empty = size == 0;
    if (size < 0)
        return fs_error((int)size, path, ret_problem);
    int failed = read_bytes(slot, file, part, 0, &is_all);
    if (failed)
        return fs_error(failed, path, ret_problem);
    if (!is_all || !is_header_whole(&wire))
        return OK;
    enum err err = check_header(snapshots, &wire, path, ret_problem);
    uint64_t bytes = LE_GET(wire.payload_bytes);
    if (err != OK || bytes > (uint64_t)size)
        return err;
    part.iov_base = buf_reserve(&slot->payload, (size_t)bytes);
    part.iov_len = (size_t)bytes;
    failed = read_bytes(slot, file, part, sizeof(wire), &is_all);
    if (failed)
        return fs_error(failed, path, ret_problem);
    slot->payload.len = is_all ? (size_t)bytes : 0;
    slot->generation = LE_GET(wire.generation);
    slot->reader_count = LE_GET(wire.reader_count);
    slot->is_whole = is_all && LE_GET(wire.payload_crc) ==
                                   hash_crc32c(0, slot->payload.data, slot->payload.len);
    return OK;
}

static enum err slot_take(const struct slot *slot, struct map *entries,
                          struct problem *ret_problem)
{
    str rest = buf_str(&slot->payload);
    for (uint64_t i = 0; i < slot->reader_count; i++) {
        struct cursor_entry *entry = decode_entry(&rest);
        if (!entry)
            return problem_set(ret_problem, ERR_CORRUPT, STR("cursors"),
                               "the snapshot contradicts itself");
        cursor_entry_free(map_put(entries, str_of(entry->reader), entry));
    }
    return OK;
}

static int choose_newest(const struct slot *slots)
{
    int newest = -1;
    for (int i = 0; i < SNAPSHOT_SLOTS; i++) {
        if (slots[i].is_whole && (newest < 0 || slots[i].generation > slots[newest].generation))
            newest = i;
    }
    return newest;
}

static bool is_damaged(const struct slot *slot)
{
    return !slot->is_whole && !slot->is_empty;
}

// Neither is whole: as long as nothing was ever stored, that is as it should be.
static enum err expect_none(const struct slot *slots, str dir, struct problem *ret_problem)
{
    if (slots[0].is_refused || slots[1].is_refused) // without it, readers would begin anew
        return problem_set(ret_problem, ERR_IO, dir,
                           "the disk refuses to read the only snapshot of the cursors");
    // The second file is written only when the first is whole.
    if (is_damaged(&slots[0]) && is_damaged(&slots[1]))
        return problem_set(ret_problem, ERR_CORRUPT, dir,
                           "both snapshots of the cursors are damaged");
    return OK;
}

static enum err choose(struct snapshots *snapshots, const struct slot *slots, str dir,
                       struct map *entries, struct problem *ret_problem)
{
    int newest = choose_newest(slots);
    if (newest < 0)
        return expect_none(slots, dir, ret_problem);
    snapshots->generation = slots[newest].generation;
    snapshots->next_slot = 1 - newest;
    return slot_take(&slots[newest], entries, ret_problem);
}

static enum err open_slot(struct snapshots *snapshots, struct fs *fs, str dir, int slot,
                          enum fs_open_mode mode, struct slot *ret_slot,
                          struct problem *ret_problem)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof(path), "%" PRIstr "/cursors-%c", STR_ARG(dir), 'a' + slot);
    int failed = fs->ops->open(fs, path, mode, &snapshots->files[slot]);
    return failed ? fs_error(failed, path, ret_problem)
                  : slot_read(snapshots, snapshots->files[slot], path, ret_slot, ret_problem);
}

static enum err read_once(struct fs *fs, str dir, const uint8_t id[16],
                          struct snapshots_found *found, struct problem *ret_problem)
{
    struct snapshots snapshots = { 0 };
    struct slot slots[SNAPSHOT_SLOTS] = { 0 };
    enum err err = OK;
    memcpy(snapshots.id, id, sizeof(snapshots.id));
    for (int i = 0; i < SNAPSHOT_SLOTS && !err; i++) {
        err = open_slot(&snapshots, fs, dir, i, FS_READ, &slots[i], ret_problem);
        slots[i].is_empty |= err == ERR_NOT_FOUND;
        err = err == ERR_NOT_FOUND ? OK : err;
        found->is_damaged[i] = is_damaged(&slots[i]);
    }
    if (!err)
        err = choose(&snapshots, slots, dir, found->entries, ret_problem);
    for (int i = 0; i < SNAPSHOT_SLOTS; i++)
        buf_done(&slots[i].payload);
    snapshots_close(&snapshots);
    return err;
}

enum err snapshots_read(struct fs *fs, str dir, const uint8_t id[16],
                        struct snapshots_found *found, struct problem *ret_problem)
{
    enum { TRIES = 3 }; // while one file is read, a server may end that one and begin the other
    enum err err = ERR_CORRUPT;
    for (int i = 0; i < TRIES && err == ERR_CORRUPT; i++)
        err = read_once(fs, dir, id, found, ret_problem);
    return err;
}

// What the disk refuses may be the newer one.
static void tell_damaged(const struct slot *slots, str dir, struct observer *observer)
{
    for (int i = 0; i < SNAPSHOT_SLOTS; i++) {
        if (slots[i].is_refused)
            observe(observer, LOG_ERROR,
                    "the disk refuses to read a snapshot of the cursors: with the other one, "
                    "what was sent last may be sent again",
                    LOG_STR("dir", dir), LOG_INT("slot", i));
        else if (is_damaged(&slots[i]))
            observe(observer, LOG_INFO, "a snapshot of the cursors is incomplete",
                    LOG_STR("dir", dir), LOG_INT("slot", i));
    }
}

enum err snapshots_open(struct snapshots *snapshots, struct fs *fs, str dir,
                        struct observer *observer, struct map *entries,
                        struct problem *ret_problem)
{
    struct slot slots[SNAPSHOT_SLOTS] = { 0 };
    char path[PATH_MAX];
    enum err err = OK;
    for (int i = 0; i < SNAPSHOT_SLOTS && err == OK; i++)
        err = open_slot(snapshots, fs, dir, i, FS_WRITE, &slots[i], ret_problem);
    if (err == OK) {
        tell_damaged(slots, dir, observer);
        err = choose(snapshots, slots, dir, entries, ret_problem);
    }
    for (int i = 0; i < SNAPSHOT_SLOTS; i++)
        buf_done(&slots[i].payload);
    if (err != OK)
        return err;
    (void)snprintf(path, sizeof(path), "%" PRIstr, STR_ARG(dir));
    int failed = fs->ops->sync_dir(fs, path);
    return failed ? fs_error(failed, path, ret_problem) : OK;
}

void snapshots_close(struct snapshots *snapshots)
{
    for (int i = 0; i < SNAPSHOT_SLOTS; i++)
        fs_file_close(TAKE(snapshots->files[i]));
}

int snapshots_write(struct snapshots *snapshots, const struct buf *payload, size_t count)
{
    struct fs_file *file = snapshots->files[snapshots->next_slot];
    struct snapshot_wire wire = { 0 };
    memcpy(wire.magic, magic, sizeof(wire.magic));
    LE_PUT(wire.version, SNAPSHOT_VERSION);
    LE_PUT(wire.reader_count, count);
    memcpy(wire.id, snapshots->id, sizeof(wire.id));
    LE_PUT(wire.generation, snapshots->generation + 1);
    LE_PUT(wire.payload_bytes, payload->len);
    LE_PUT(wire.payload_crc, hash_crc32c(0, payload->data, payload->len));
    LE_PUT(wire.crc, hash_crc32c(0, &wire, offsetof(struct snapshot_wire, crc)));
    // Zeros to the end of the page: of one that the disk refuses, a part cannot be written.
    size_t rest = PAGE_BYTES - (sizeof(wire) + payload->len) % PAGE_BYTES;
    struct iovec parts[] = {
        { .iov_base = &wire, .iov_len = sizeof(wire) },
        { .iov_base = payload->data, .iov_len = payload->len },
        { .iov_base = (void *)zeros, .iov_len = rest % PAGE_BYTES },
    };
    ssize_t written = file->ops->pwritev(file, parts, ARRAY_LEN(parts), 0);
    int failed = written < 0 ? (int)written : file->ops->datasync(file);
    if (failed)
        return failed;
    snapshots->generation++;
    snapshots->next_slot = 1 - snapshots->next_slot;
    return 0;
}
