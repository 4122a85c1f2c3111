// SPDX-License-Identifier: Apache-2.0
// Snapshots of all cursors: the two files.
#include "journal/snapshot.h"

#include <errno.h>
#include <limits.h>

#include "base/mem.h"
#include "codec/hash.h"
#include "journal/bytes.h"
#include "journal/format.h"
#include "journal/refused.h"

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

static const char magic[] = "PINTLECU";
static const char zeros[PAGE_BYTES];

// What one of the two files holds.
struct slot {
    bool is_empty;
    bool is_whole;
    bool is_refused; // by the disk
    uint32_t version;
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
    slot->version = (uint32_t)LE_GET(wire.version);
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
        struct cursor_entry *entry = cursor_entry_decode(&rest, slot->version);
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
    snapshots->is_next_refused = slots[1 - newest].is_refused;
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
    if (err == OK)
        err = choose(snapshots, slots, dir, entries, ret_problem);
    if (err == OK) // otherwise there is no other one that counts
        tell_damaged(slots, dir, observer);
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

// What was written over a file that the disk had refused to read: only when the disk gives it
// back may the other one be written over. 0 or -errno.
static int read_back(const struct snapshots *snapshots, struct fs_file *file, size_t bytes)
{
    struct slot slot = { 0 };
    file->ops->forget(file, 0, bytes); // what is in memory says nothing of the disk
    enum err err = slot_read(snapshots, file, "cursors", &slot, NULL);
    bool is_back = err == OK && slot.is_whole && slot.generation == snapshots->generation + 1;
    buf_done(&slot.payload);
    return is_back ? 0 : -EIO;
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
    if (!failed && snapshots->is_next_refused)
        failed = read_back(snapshots, file, (size_t)written);
    if (failed)
        return failed;
    snapshots->is_next_refused = false;
    snapshots->generation++;
    snapshots->next_slot = 1 - snapshots->next_slot;
    return 0;
}
