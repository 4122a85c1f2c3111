// SPDX-License-Identifier: Apache-2.0
// The file system behind a table: the real one, and a simulated disk for tests (os/fault.h)
// that fails the n-th call, tears writes and drops what was not synced. This room is the only
// one with raw file calls.
#pragma once

#include <errno.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

struct fs;
struct fs_file;

enum fs_open_mode {
    FS_READ,       // must exist
    FS_UPDATE,     // read and write; must exist
    FS_WRITE,      // read and write; created (0600) when absent
    FS_CREATE_NEW, // read and write; must not exist
};

enum { FS_PARTS_MAX = 8 };         // of one pwritev
enum { FS_NO_FILE = EMEDIUMTYPE }; // an errno of open: a pipe or the like stands there

// Slots return 0 or a value ≥ 0, and -errno on failure. Paths are NUL-terminated.
struct fs_ops {
    int (*open)(struct fs *fs, const char *path, enum fs_open_mode mode,
                struct fs_file **ret_file);
    void (*close)(struct fs_file *file);
    ssize_t (*pread)(struct fs_file *file, void *dest, size_t len,
                     uint64_t offset); // short only at the end
    ssize_t (*pwritev)(struct fs_file *file, const struct iovec *parts, int count,
                       uint64_t offset);   // all of it, or -errno
    int (*datasync)(struct fs_file *file); // fdatasync
    // Whole pages of the range need not stay in memory, once they are synced: a hint.
    void (*forget)(struct fs_file *file, uint64_t offset, uint64_t len);
    int (*allocate)(struct fs_file *file, uint64_t size_bytes);
    int (*truncate)(struct fs_file *file, uint64_t size_bytes);
    int64_t (*size)(struct fs_file *file);
    int (*rename)(struct fs *fs, const char *from, const char *to);
    int (*remove)(struct fs *fs, const char *path);
    int (*make_dir)(struct fs *fs, const char *path); // 0700; existing is fine
    int (*sync_dir)(struct fs *fs,
                    const char *path); // makes creations, renames and removals durable
    // Calls `each` for every name but "." and "..", in no order.
    int (*list)(struct fs *fs, const char *path, void (*each)(void *ctx, const char *name),
                void *ctx);
    int (*free_bytes)(struct fs *fs, const char *path, uint64_t *ret_free, uint64_t *ret_total);
    int (*lock)(
        struct fs_file *file); // exclusive, at once; -EWOULDBLOCK: held by another process
};

struct fs {
    const struct fs_ops *ops;
};
struct fs_file {
    const struct fs_ops *ops;
};

struct fs *fs_real(void);

void fs_file_close(struct fs_file *file); // NULL is accepted
AUTO_DEFINE(struct fs_file *, fs_file_close)

// -errno → err: ENOSPC/EDQUOT ERR_DISK_FULL, ENOENT ERR_NOT_FOUND, EWOULDBLOCK ERR_LOCKED,
// EACCES/EPERM/EROFS ERR_FORBIDDEN, EEXIST ERR_CONFLICT, else ERR_IO. Fills the problem with
// path and reason.
enum err fs_error(int negative_errno, const char *path, struct problem *ret_problem);

// Makes a directory (0700; existing is fine) and its entry durable.
enum err fs_make_dir(struct fs *fs, const char *path, struct problem *ret_problem);

// Whole small files. fs_read_file: ERR_TOO_BIG beyond max_bytes.
enum err fs_read_file(struct fs *fs, const char *path, size_t max_bytes, struct arena *arena,
                      str *ret_data, struct problem *ret_problem);
// Whether the file gives any of the rights, such as S_IRGRP | S_IROTH (the real file system's).
enum err fs_is_exposed(const char *path, mode_t rights, bool *ret_is_exposed,
                       struct problem *ret_problem);
// Written beside, synced, renamed over, directory synced: the old or the new content after a
// crash.
enum err fs_write_file(struct fs *fs, const char *path, str data, struct problem *ret_problem);
