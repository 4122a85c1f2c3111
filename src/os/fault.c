// SPDX-License-Identifier: Apache-2.0
// The simulated disk: the calls. Files and names: fault_disk.c.
#include "os/fault.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>

#include "base/mem.h"
#include "base/rand.h"
#include "os/fault_disk.h"

enum { CALL_KINDS = 14 };

struct fault {
    struct fs fs;
    pthread_mutex_t lock;
    struct disk disk;
    struct fault_plan plan;
    uint64_t counted; // calls of the plan's kinds
    uint64_t counts[CALL_KINDS];
    uint64_t forgotten_bytes;
    bool has_struck;
    bool is_down;
    uint64_t life; // restarts so far; files of an earlier one are dead
    void (*hook)(void *ctx, enum fault_call call);
    void *hook_ctx;
};

struct fault_file {
    struct fs_file file;
    struct fault *fault;
    struct inode *inode;
    uint64_t life;
    bool is_writable;
    bool has_lock;
};

// What becomes of a call.
enum fate {
    FATE_GOOD,
    FATE_FAIL,
    FATE_TEAR,
};

static void count_call(struct fault *fault, enum fault_call call)
{
    fault->counts[__builtin_ctz((unsigned)call)]++;
    if (fault->plan.calls & (unsigned)call)
        fault->counted++;
}

// Takes the lock. The hook runs before.
static enum fate begin(struct fault *fault, enum fault_call call)
{
    pthread_mutex_lock(&fault->lock);
    void (*hook)(void *, enum fault_call) = fault->hook;
    void *ctx = fault->hook_ctx;
    if (hook) {
        pthread_mutex_unlock(&fault->lock);
        hook(ctx, call);
        pthread_mutex_lock(&fault->lock);
    }
    count_call(fault, call);
    const struct fault_plan *plan = &fault->plan;
    if (fault->is_down)
        return FATE_FAIL;
    bool strikes = plan->nth && (plan->calls & (unsigned)call) && fault->counted >= plan->nth &&
                   fault->counted <= plan->nth + plan->repeats;
    if (!strikes)
        return FATE_GOOD;
    fault->has_struck = true;
    fault->is_down = plan->action == FAULT_CRASH;
    return plan->action == FAULT_FAIL ? FATE_FAIL : FATE_TEAR;
}

static int error_of(const struct fault *fault)
{
    return fault->plan.error && !fault->is_down ? -fault->plan.error : -EIO;
}

static ssize_t end(struct fault *fault, ssize_t result)
{
    pthread_mutex_unlock(&fault->lock);
    return result;
}

static struct fault *fault_of(struct fs *fs)
{
    return CONTAINER_OF(fs, struct fault, fs);
}

static struct fault_file *file_of(struct fs_file *file)
{
    return CONTAINER_OF(file, struct fault_file, file);
}

// As begin, for calls on a file.
static enum fate begin_file(struct fault_file *file, enum fault_call call)
{
    enum fate fate = begin(file->fault, call);
    return file->life == file->fault->life ? fate : FATE_FAIL;
}

static const struct fs_ops fault_ops;

static struct fs_file *file_new(struct fault *fault, struct inode *inode, bool is_writable)
{
    struct fault_file *file = NEW(struct fault_file);
    *file = (struct fault_file){
        .file.ops = &fault_ops,
        .fault = fault,
        .inode = inode,
        .life = fault->life,
        .is_writable = is_writable,
    };
    return &file->file;
}

static int fault_open(struct fs *fs, const char *path, enum fs_open_mode mode,
                      struct fs_file **ret_file)
{
    struct fault *fault = fault_of(fs);
    if (begin(fault, FAULT_OPEN) != FATE_GOOD)
        return (int)end(fault, error_of(fault));
    struct inode *inode = disk_find(&fault->disk, path);
    int failed = 0;
    if (inode && inode->is_dir)
        failed = -EISDIR;
    else if (inode && mode == FS_CREATE_NEW)
        failed = -EEXIST;
    else if (!inode && (mode == FS_READ || mode == FS_UPDATE))
        failed = -ENOENT;
    else if (!inode)
        failed = disk_create(&fault->disk, path, false, &inode);
    if (!failed)
        *ret_file = file_new(fault, inode, mode != FS_READ);
    return (int)end(fault, failed);
}

static void fault_close(struct fs_file *fs_file)
{
    if (!fs_file)
        return;
    struct fault_file *file = file_of(fs_file);
    pthread_mutex_lock(&file->fault->lock);
    if (file->has_lock && file->life == file->fault->life)
        file->inode->is_locked = false;
    pthread_mutex_unlock(&file->fault->lock);
    mem_free(file);
}

static ssize_t fault_pread(struct fs_file *fs_file, void *dest, size_t len, uint64_t offset)
{
    struct fault_file *file = file_of(fs_file);
    if (begin_file(file, FAULT_PREAD) != FATE_GOOD)
        return end(file->fault, error_of(file->fault));
    const struct inode *inode = file->inode;
    size_t got = offset < inode->size ? (size_t)MIN((uint64_t)len, inode->size - offset) : 0;
    if (got && disk_refuses(inode, offset, offset + got))
        return end(file->fault, -EIO);
    if (got)
        memcpy(dest, inode->now + offset, got);
    return end(file->fault, (ssize_t)got);
}

static ssize_t fault_pwritev(struct fs_file *fs_file, const struct iovec *parts, int count,
                             uint64_t offset)
{
    struct fault_file *file = file_of(fs_file);
    struct fault *fault = file->fault;
    AUTO(buf_done) struct buf data = { 0 };
    assert(file->is_writable && count <= FS_PARTS_MAX);
    for (int i = 0; i < count; i++)
        buf_add(&data, parts[i].iov_base, parts[i].iov_len);
    switch (begin_file(file, FAULT_PWRITEV)) {
    case FATE_FAIL:
        return end(fault, error_of(fault));
    case FATE_TEAR:
        disk_tear(&fault->disk, file->inode, buf_str(&data), offset);
        return end(fault, error_of(fault));
    case FATE_GOOD:
        break;
    }
    return end(fault, disk_write(&fault->disk, file->inode, buf_str(&data), offset));
}

// No call that could fail: what a disk holds has nothing to do with it.
static void fault_forget(struct fs_file *file, uint64_t offset, uint64_t len)
{
    struct fault *fault = file_of(file)->fault;
    (void)offset;
    pthread_mutex_lock(&fault->lock);
    fault->forgotten_bytes += len;
    pthread_mutex_unlock(&fault->lock);
}

static int fault_datasync(struct fs_file *fs_file)
{
    struct fault_file *file = file_of(fs_file);
    struct fault *fault = file->fault;
    if (begin_file(file, FAULT_DATASYNC) != FATE_GOOD) {
        if (!fault->is_down)
            disk_fail_sync(file->inode);
        return (int)end(fault, error_of(fault));
    }
    disk_sync(file->inode);
    return (int)end(fault, 0);
}

static int fault_allocate(struct fs_file *fs_file, uint64_t size_bytes)
{
    struct fault_file *file = file_of(fs_file);
    if (begin_file(file, FAULT_ALLOCATE) != FATE_GOOD)
        return (int)end(file->fault, error_of(file->fault));
    uint64_t size = MAX(size_bytes, file->inode->size);
    return (int)end(file->fault, disk_resize(&file->fault->disk, file->inode, size));
}

static int fault_truncate(struct fs_file *fs_file, uint64_t size_bytes)
{
    struct fault_file *file = file_of(fs_file);
    if (begin_file(file, FAULT_TRUNCATE) != FATE_GOOD)
        return (int)end(file->fault, error_of(file->fault));
    return (int)end(file->fault, disk_resize(&file->fault->disk, file->inode, size_bytes));
}

static int64_t fault_file_size(struct fs_file *fs_file)
{
    struct fault_file *file = file_of(fs_file);
    if (begin_file(file, FAULT_SIZE) != FATE_GOOD)
        return end(file->fault, error_of(file->fault));
    return end(file->fault, (ssize_t)file->inode->size);
}

static int fault_rename(struct fs *fs, const char *from, const char *to)
{
    struct fault *fault = fault_of(fs);
    if (begin(fault, FAULT_RENAME) != FATE_GOOD)
        return (int)end(fault, error_of(fault));
    return (int)end(fault, disk_rename(&fault->disk, from, to));
}

static int fault_remove(struct fs *fs, const char *path)
{
    struct fault *fault = fault_of(fs);
    if (begin(fault, FAULT_REMOVE) != FATE_GOOD)
        return (int)end(fault, error_of(fault));
    return (int)end(fault, disk_remove(&fault->disk, path));
}

static int fault_make_dir(struct fs *fs, const char *path)
{
    struct fault *fault = fault_of(fs);
    if (begin(fault, FAULT_MAKE_DIR) != FATE_GOOD)
        return (int)end(fault, error_of(fault));
    struct inode *inode = disk_find(&fault->disk, path);
    if (inode)
        return (int)end(fault, inode->is_dir ? 0 : -ENOTDIR);
    return (int)end(fault, disk_create(&fault->disk, path, true, &inode));
}

static int fault_sync_dir(struct fs *fs, const char *path)
{
    struct fault *fault = fault_of(fs);
    if (begin(fault, FAULT_SYNC_DIR) != FATE_GOOD)
        return (int)end(fault, error_of(fault));
    return (int)end(fault, disk_sync_dir(&fault->disk, path));
}

static int fault_list(struct fs *fs, const char *path,
                      void (*each)(void *ctx, const char *name), void *ctx)
{
    struct fault *fault = fault_of(fs);
    if (begin(fault, FAULT_LIST) != FATE_GOOD)
        return (int)end(fault, error_of(fault));
    return (int)end(fault, disk_list(&fault->disk, path, each, ctx));
}

static int fault_free_bytes(struct fs *fs, const char *path, uint64_t *ret_free,
                            uint64_t *ret_total)
{
    struct fault *fault = fault_of(fs);
    (void)path;
    if (begin(fault, FAULT_FREE_BYTES) != FATE_GOOD)
        return (int)end(fault, error_of(fault));
    uint64_t used = disk_used_bytes(&fault->disk), total = fault->disk.capacity_bytes;
    *ret_free = total > used ? total - used : 0;
    *ret_total = total;
    return (int)end(fault, 0);
}

static int fault_lock(struct fs_file *fs_file)
{
    struct fault_file *file = file_of(fs_file);
    if (begin_file(file, FAULT_LOCK) != FATE_GOOD)
        return (int)end(file->fault, error_of(file->fault));
    if (file->inode->is_locked)
        return (int)end(file->fault, file->has_lock ? 0 : -EWOULDBLOCK);
    file->inode->is_locked = file->has_lock = true;
    return (int)end(file->fault, 0);
}

static const struct fs_ops fault_ops = {
    .open = fault_open,
    .close = fault_close,
    .pread = fault_pread,
    .pwritev = fault_pwritev,
    .datasync = fault_datasync,
    .forget = fault_forget,
    .allocate = fault_allocate,
    .truncate = fault_truncate,
    .size = fault_file_size,
    .rename = fault_rename,
    .remove = fault_remove,
    .make_dir = fault_make_dir,
    .sync_dir = fault_sync_dir,
    .list = fault_list,
    .free_bytes = fault_free_bytes,
    .lock = fault_lock,
};

struct fault *fault_new(uint64_t seed, uint64_t capacity_bytes)
{
    struct fault *fault = NEW(struct fault);
    fault->fs.ops = &fault_ops;
    pthread_mutex_init(&fault->lock, NULL);
    disk_init(&fault->disk, seed, capacity_bytes);
    return fault;
}

void fault_free(struct fault *fault)
{
    if (!fault)
        return;
    disk_done(&fault->disk);
    pthread_mutex_destroy(&fault->lock);
    mem_free(fault);
}

struct fs *fault_fs(struct fault *fault)
{
    return &fault->fs;
}

void fault_set(struct fault *fault, struct fault_plan plan)
{
    pthread_mutex_lock(&fault->lock);
    fault->plan = plan;
    fault->counted = 0;
    fault->has_struck = false;
    memset(fault->counts, 0, sizeof(fault->counts));
    pthread_mutex_unlock(&fault->lock);
}

bool fault_has_struck(struct fault *fault)
{
    pthread_mutex_lock(&fault->lock);
    return end(fault, fault->has_struck);
}

uint64_t fault_count(struct fault *fault, unsigned calls)
{
    uint64_t count = 0;
    pthread_mutex_lock(&fault->lock);
    for (unsigned i = 0; i < CALL_KINDS; i++)
        count += calls & (1u << i) ? fault->counts[i] : 0;
    pthread_mutex_unlock(&fault->lock);
    return count;
}

uint64_t fault_forgotten_bytes(struct fault *fault)
{
    pthread_mutex_lock(&fault->lock);
    uint64_t bytes = fault->forgotten_bytes;
    pthread_mutex_unlock(&fault->lock);
    return bytes;
}

void fault_set_capacity(struct fault *fault, uint64_t capacity_bytes)
{
    pthread_mutex_lock(&fault->lock);
    fault->disk.capacity_bytes = capacity_bytes;
    pthread_mutex_unlock(&fault->lock);
}

void fault_set_hook(struct fault *fault, void (*hook)(void *ctx, enum fault_call call),
                    void *ctx)
{
    pthread_mutex_lock(&fault->lock);
    fault->hook = hook;
    fault->hook_ctx = ctx;
    pthread_mutex_unlock(&fault->lock);
}

void fault_restart(struct fault *fault, enum fault_kept kept)
{
    pthread_mutex_lock(&fault->lock);
    disk_crash(&fault->disk, kept);
    fault->plan = (struct fault_plan){ 0 };
    fault->is_down = false;
    fault->life++;
    pthread_mutex_unlock(&fault->lock);
}

bool fault_peek(struct fault *fault, const char *path, uint64_t offset, void *dest, size_t len)
{
    pthread_mutex_lock(&fault->lock);
    const struct inode *inode = disk_find(&fault->disk, path);
    bool is_there = inode && offset + len <= inode->size;
    if (is_there)
        memcpy(dest, inode->now + offset, len);
    return end(fault, is_there);
}

bool fault_poke(struct fault *fault, const char *path, uint64_t offset, const void *data,
                size_t len)
{
    pthread_mutex_lock(&fault->lock);
    struct inode *inode = disk_find(&fault->disk, path);
    bool is_there = inode && offset + len <= inode->size;
    if (is_there)
        memcpy(inode->now + offset, data, len);
    if (is_there && offset + len <= inode->durable_size)
        memcpy(inode->durable + offset, data, len);
    return end(fault, is_there);
}

bool fault_refuse(struct fault *fault, const char *path, uint64_t offset, size_t len)
{
    pthread_mutex_lock(&fault->lock);
    struct inode *inode = disk_find(&fault->disk, path);
    bool is_there = inode && offset + len <= inode->size;
    if (is_there)
        disk_refuse(inode, offset, offset + len, true);
    return end(fault, is_there);
}

void fault_allow(struct fault *fault, const char *path)
{
    pthread_mutex_lock(&fault->lock);
    struct inode *inode = disk_find(&fault->disk, path);
    if (inode)
        disk_refuse(inode, 0, inode->room, false);
    pthread_mutex_unlock(&fault->lock);
}

bool fault_flip_bit(struct fault *fault, const char *path, uint64_t offset, int bit)
{
    uint8_t byte;
    if (!fault_peek(fault, path, offset, &byte, 1))
        return false;
    byte ^= (uint8_t)(1 << bit);
    return fault_poke(fault, path, offset, &byte, 1);
}

int64_t fault_size(struct fault *fault, const char *path)
{
    pthread_mutex_lock(&fault->lock);
    const struct inode *inode = disk_find(&fault->disk, path);
    return end(fault, inode ? (ssize_t)inode->size : -1);
}
