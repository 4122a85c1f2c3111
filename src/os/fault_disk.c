// SPDX-License-Identifier: Apache-2.0
// Files and names of the simulated disk, and what a crash leaves of them.
#include "os/fault_disk.h"

#include <errno.h>

#include "base/mem.h"

void disk_init(struct disk *disk, uint64_t seed, uint64_t capacity_bytes)
{
    *disk = (struct disk){ .capacity_bytes = capacity_bytes };
    rng_fake_init(&disk->rng, seed);
}

static bool coin(struct disk *disk)
{
    return rng_below(&disk->rng.rng, 2) == 1;
}

static void names_done(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        mem_free(names->items[i].path);
    mem_free(names->items);
    *names = (struct names){ 0 };
}

static void change_done(struct name_change *change)
{
    mem_free(change->from);
    mem_free(change->to);
}

static void pending_clear(struct disk *disk)
{
    for (size_t i = 0; i < disk->pending_count; i++)
        change_done(&disk->pending[i]);
    disk->pending_count = 0;
}

void disk_done(struct disk *disk)
{
    for (struct inode *inode = disk->inodes; inode;) {
        struct inode *next = inode->next;
        mem_free(inode->now);
        mem_free(inode->durable);
        mem_free(inode->marks);
        mem_free(inode->refused);
        mem_free(inode);
        inode = next;
    }
    names_done(&disk->now);
    names_done(&disk->durable);
    pending_clear(disk);
    mem_free(disk->pending);
}

uint64_t disk_used_bytes(const struct disk *disk)
{
    uint64_t used = 0;
    for (size_t i = 0; i < disk->now.count; i++)
        used += disk->now.items[i].inode->size;
    return used;
}

// Names.

static struct name *names_find(const struct names *names, const char *path)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i].path, path) == 0)
            return &names->items[i];
    }
    return NULL;
}

static void names_add(struct names *names, const char *path, struct inode *inode)
{
    if (names->count == names->cap) {
        names->cap = MAX((size_t)16, names->cap * 2);
        names->items = mem_realloc(names->items, names->cap * sizeof(*names->items));
    }
    names->items[names->count++] = (struct name){ .path = mem_dup_cstr(path), .inode = inode };
}

static void names_remove(struct names *names, const char *path)
{
    struct name *name = names_find(names, path);
    if (!name)
        return;
    mem_free(name->path);
    *name = names->items[--names->count];
}

static void change_apply(struct names *names, const struct name_change *change)
{
    if (change->from)
        names_remove(names, change->from);
    if (change->to) {
        names_remove(names, change->to);
        names_add(names, change->to, change->inode);
    }
}

static void change_make(struct disk *disk, const char *from, const char *to,
                        struct inode *inode)
{
    if (disk->pending_count == disk->pending_cap) {
        disk->pending_cap = MAX((size_t)16, disk->pending_cap * 2);
        disk->pending = mem_realloc(disk->pending, disk->pending_cap * sizeof(*disk->pending));
    }
    struct name_change *change = &disk->pending[disk->pending_count++];
    *change = (struct name_change){
        .from = from ? mem_dup_cstr(from) : NULL,
        .to = to ? mem_dup_cstr(to) : NULL,
        .inode = inode,
    };
    change_apply(&disk->now, change);
}

static str parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? STR(".") : slash == path ? STR("/") : str_make(path, slash - path);
}

static bool is_root(str path)
{
    return str_eq(path, STR("/")) || str_eq(path, STR("."));
}

static bool has_dir(const struct names *names, str path)
{
    if (is_root(path))
        return true;
    for (size_t i = 0; i < names->count; i++) {
        if (str_eq(str_of(names->items[i].path), path))
            return names->items[i].inode->is_dir;
    }
    return false;
}

struct inode *disk_find(struct disk *disk, const char *path)
{
    const struct name *name = names_find(&disk->now, path);
    return name ? name->inode : NULL;
}

int disk_create(struct disk *disk, const char *path, bool is_dir, struct inode **ret_inode)
{
    if (!has_dir(&disk->now, parent_of(path)))
        return -ENOENT;
    struct inode *inode = NEW(struct inode);
    inode->is_dir = is_dir;
    inode->next = disk->inodes;
    disk->inodes = inode;
    change_make(disk, NULL, path, inode);
    *ret_inode = inode;
    return 0;
}

int disk_rename(struct disk *disk, const char *from, const char *to)
{
    struct inode *inode = disk_find(disk, from);
    if (!inode || !has_dir(&disk->now, parent_of(to)))
        return -ENOENT;
    assert(!inode->is_dir); // nobody does; the names below would have to move too
    change_make(disk, from, to, inode);
    return 0;
}

int disk_remove(struct disk *disk, const char *path)
{
    struct inode *inode = disk_find(disk, path);
    if (!inode || inode->is_dir)
        return inode ? -EISDIR : -ENOENT;
    change_make(disk, path, NULL, inode);
    return 0;
}

int disk_sync_dir(struct disk *disk, const char *path)
{
    size_t kept = 0;
    if (!has_dir(&disk->now, str_of(path)))
        return -ENOENT;
    for (size_t i = 0; i < disk->pending_count; i++) {
        struct name_change *change = &disk->pending[i];
        const char *changed = change->to ? change->to : change->from;
        if (str_eq(parent_of(changed), str_of(path))) {
            change_apply(&disk->durable, change);
            change_done(change);
        } else {
            disk->pending[kept++] = *change;
        }
    }
    disk->pending_count = kept;
    return 0;
}

int disk_list(struct disk *disk, const char *path, void (*each)(void *ctx, const char *name),
              void *ctx)
{
    if (!has_dir(&disk->now, str_of(path)))
        return -ENOENT;
    for (size_t i = 0; i < disk->now.count; i++) {
        const char *item = disk->now.items[i].path;
        if (str_eq(parent_of(item), str_of(path)))
            each(ctx, strrchr(item, '/') ? strrchr(item, '/') + 1 : item);
    }
    return 0;
}

// Bytes.

static uint64_t sector_count(uint64_t bytes)
{
    return (bytes + FAULT_SECTOR_BYTES - 1) / FAULT_SECTOR_BYTES;
}

static uint8_t *grow_bytes(uint8_t *bytes, uint64_t from, uint64_t to)
{
    bytes = mem_realloc(bytes, to);
    memset(bytes + from, 0, to - from);
    return bytes;
}

static void make_room(struct inode *inode, uint64_t size)
{
    if (size <= inode->room)
        return;
    uint64_t room = sector_count(MAX(size, inode->room * 2)) * FAULT_SECTOR_BYTES;
    inode->now = grow_bytes(inode->now, inode->room, room);
    inode->durable = grow_bytes(inode->durable, inode->room, room);
    inode->marks = grow_bytes(inode->marks, sector_count(inode->room), sector_count(room));
    inode->refused = (bool *)grow_bytes((uint8_t *)inode->refused, sector_count(inode->room),
                                        sector_count(room));
    inode->room = room;
}

bool disk_refuses(const struct inode *inode, uint64_t offset, uint64_t end)
{
    uint64_t sectors = sector_count(MIN(end, inode->room));
    for (uint64_t sector = offset / FAULT_SECTOR_BYTES; sector < sectors; sector++)
        if (inode->refused[sector])
            return true;
    return false;
}

void disk_refuse(struct inode *inode, uint64_t offset, uint64_t end, bool is_refused)
{
    uint64_t sectors = sector_count(MIN(end, inode->room));
    for (uint64_t sector = offset / FAULT_SECTOR_BYTES; sector < sectors; sector++)
        inode->refused[sector] = is_refused;
}

// Whether a write needs what stands around it in its first or last page, and cannot have it.
static bool is_write_refused(const struct inode *inode, uint64_t offset, uint64_t end)
{
    uint64_t first = offset - offset % FAULT_PAGE_BYTES;
    uint64_t last = end - end % FAULT_PAGE_BYTES, last_end = last + FAULT_PAGE_BYTES;
    bool is_last_whole = last == end || end >= inode->size; // nothing is behind it
    return (first < offset && disk_refuses(inode, first, first + FAULT_PAGE_BYTES)) ||
           (!is_last_whole && disk_refuses(inode, last, last_end));
}

int disk_resize(struct disk *disk, struct inode *inode, uint64_t size)
{
    if (size > inode->size &&
        disk_used_bytes(disk) + (size - inode->size) > disk->capacity_bytes)
        return -ENOSPC;
    make_room(inode, size);
    if (size < inode->size) // what is cut off reads as zeros if the file grows again
        memset(inode->now + size, 0, inode->size - size);
    uint64_t first = MIN(size, inode->size) / FAULT_SECTOR_BYTES;
    uint64_t end = size < inode->size ? sector_count(inode->size) : first;
    for (uint64_t sector = first; sector < end; sector++)
        inode->marks[sector] = MARK_DIRTY;
    inode->size = size;
    return 0;
}

ssize_t disk_write(struct disk *disk, struct inode *inode, str data, uint64_t offset)
{
    uint64_t end = offset + data.len;
    if (is_write_refused(inode, offset, end))
        return -EIO;
    int failed = end > inode->size ? disk_resize(disk, inode, end) : 0;
    if (failed || data.len == 0)
        return failed;
    disk_refuse(inode, offset, end, false);
    memcpy(inode->now + offset, data.data, data.len);
    for (uint64_t sector = offset / FAULT_SECTOR_BYTES; sector < sector_count(end); sector++)
        inode->marks[sector] = MARK_DIRTY;
    return (ssize_t)data.len;
}

void disk_tear(struct disk *disk, struct inode *inode, str data, uint64_t offset)
{
    size_t at = 0;
    while (at < data.len) { // sector by sector, in no order
        size_t in_sector = (size_t)((offset + at) % FAULT_SECTOR_BYTES);
        size_t len = MIN(data.len - at, FAULT_SECTOR_BYTES - in_sector);
        if (coin(disk))
            (void)disk_write(disk, inode, str_sub(data, at, len), offset + at);
        at += len;
    }
}

static void sector_settle(struct inode *inode, uint64_t sector)
{
    uint64_t offset = sector * FAULT_SECTOR_BYTES;
    memcpy(inode->durable + offset, inode->now + offset, FAULT_SECTOR_BYTES);
    inode->marks[sector] = MARK_CLEAN;
}

void disk_sync(struct inode *inode)
{
    for (uint64_t sector = 0; sector < sector_count(inode->room); sector++) {
        if (inode->marks[sector] == MARK_DIRTY)
            sector_settle(inode, sector);
    }
    inode->durable_size = inode->size;
}

void disk_fail_sync(struct inode *inode)
{
    for (uint64_t sector = 0; sector < sector_count(inode->room); sector++) {
        if (inode->marks[sector] == MARK_DIRTY)
            inode->marks[sector] = MARK_LOST;
    }
}

// The inode as the disk has it.
static void inode_crash(struct disk *disk, struct inode *inode, enum fault_kept kept)
{
    bool is_size_kept = kept == FAULT_KEEP_SOME && coin(disk);
    inode->is_locked = false;
    if (kept == FAULT_KEEP_ALL)
        return;
    for (uint64_t sector = 0; sector < sector_count(inode->room); sector++) {
        if (kept == FAULT_KEEP_SOME && inode->marks[sector] == MARK_DIRTY && coin(disk))
            sector_settle(inode, sector);
        inode->marks[sector] = MARK_CLEAN;
    }
    if (is_size_kept)
        inode->durable_size = inode->size;
    inode->size = inode->durable_size;
    if (inode->room == 0)
        return;
    memset(inode->durable + inode->size, 0, inode->room - inode->size);
    memcpy(inode->now, inode->durable, inode->room);
}

static void names_copy(struct names *to, const struct names *from)
{
    names_done(to);
    for (size_t i = 0; i < from->count; i++)
        names_add(to, from->items[i].path, from->items[i].inode);
}

// Files whose directory is gone are gone.
static void drop_orphans(struct names *names)
{
    for (size_t i = 0; i < names->count;) {
        if (has_dir(names, parent_of(names->items[i].path))) {
            i++;
            continue;
        }
        names_remove(names, names->items[i].path);
        i = 0; // a directory among them has more below it
    }
}

void disk_crash(struct disk *disk, enum fault_kept kept)
{
    size_t survive = 0;
    if (kept == FAULT_KEEP_SOME && disk->pending_count > 0)
        survive = (size_t)rng_below(&disk->rng.rng, disk->pending_count + 1);
    if (kept != FAULT_KEEP_ALL) { // a mere death of the process leaves things unsynced
        for (size_t i = 0; i < survive; i++)
            change_apply(&disk->durable, &disk->pending[i]);
        pending_clear(disk);
        drop_orphans(&disk->durable);
        names_copy(&disk->now, &disk->durable);
    }
    for (struct inode *inode = disk->inodes; inode; inode = inode->next)
        inode_crash(disk, inode, kept);
}
