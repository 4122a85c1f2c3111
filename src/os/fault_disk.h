// SPDX-License-Identifier: Apache-2.0
// The state of the simulated disk: files with their bytes now and their durable bytes, names
// now and durable. One thread at a time.
#pragma once

#include "base/base.h"
#include "base/buf.h"
#include "base/rand.h"
#include "os/fault.h"

struct inode {
    struct inode *next; // all that ever were; freed with the disk
    bool is_dir;
    bool is_locked;
    uint8_t *now;
    uint64_t size;
    uint8_t *durable;
    uint64_t durable_size;
    uint64_t room;  // bytes that now, durable, the marks and refused have memory for
    uint8_t *marks; // per sector: enum mark
    bool *refused;  // per sector: it cannot be read
};

enum mark {
    MARK_CLEAN,
    MARK_DIRTY,
    MARK_LOST, // a sync has failed: clean for the machine, not on the disk
};

struct name {
    char *path;
    struct inode *inode;
};

struct names {
    struct name *items;
    size_t count;
    size_t cap;
};

// A change of names that is not durable yet.
struct name_change {
    char *from; // NULL: creation
    char *to;   // NULL: removal
    struct inode *inode;
};

struct disk {
    struct rng_fake rng;
    uint64_t capacity_bytes;
    struct inode *inodes;
    struct names now;
    struct names durable;
    struct name_change *pending; // in their order
    size_t pending_count;
    size_t pending_cap;
};

void disk_init(struct disk *disk, uint64_t seed, uint64_t capacity_bytes);
void disk_done(struct disk *disk);
uint64_t disk_used_bytes(const struct disk *disk);

// Names. "/" and "." are always there.
struct inode *disk_find(struct disk *disk, const char *path);
int disk_create(struct disk *disk, const char *path, bool is_dir, struct inode **ret_inode);
int disk_rename(struct disk *disk, const char *from, const char *to);
int disk_remove(struct disk *disk, const char *path);
int disk_sync_dir(struct disk *disk, const char *path);
int disk_list(struct disk *disk, const char *path, void (*each)(void *ctx, const char *name),
              void *ctx);

// Bytes.
bool disk_refuses(const struct inode *inode, uint64_t offset, uint64_t end);
void disk_refuse(struct inode *inode, uint64_t offset, uint64_t end, bool is_refused);
ssize_t disk_write(struct disk *disk, struct inode *inode, str data, uint64_t offset);
void disk_tear(struct disk *disk, struct inode *inode, str data, uint64_t offset);
int disk_resize(struct disk *disk, struct inode *inode, uint64_t size);
void disk_sync(struct inode *inode);
void disk_fail_sync(struct inode *inode);

void disk_crash(struct disk *disk, enum fault_kept kept);
