// SPDX-License-Identifier: Apache-2.0
// The real file system, and what is made of the table: error mapping, whole small files.
#include "os/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/mem.h"

struct real_file {
    struct fs_file file;
    int fd;
};

static int fd_of(const struct fs_file *file)
{
    return ((const struct real_file *)file)->fd;
}

static const struct fs_ops real_ops;

static int result_of(int returned)
{
    return returned < 0 ? -errno : 0;
}

// 0, or why its bytes cannot be read from any place: a pipe would hold up the reader for ever.
static int kind_error(int fd)
{
    struct stat info;
    if (fstat(fd, &info) < 0)
        return -errno;
    if (S_ISDIR(info.st_mode))
        return -EISDIR;
    return S_ISREG(info.st_mode) || S_ISCHR(info.st_mode) ? 0 : -FS_NO_FILE;
}

static int real_open(struct fs *fs, const char *path, enum fs_open_mode mode,
                     struct fs_file **ret_file)
{
    int flags = O_RDONLY;
    (void)fs;
    switch (mode) {
    case FS_READ:
        break;
    case FS_UPDATE:
        flags = O_RDWR;
        break;
    case FS_WRITE:
        flags = O_RDWR | O_CREAT;
        break;
    case FS_CREATE_NEW:
        flags = O_RDWR | O_CREAT | O_EXCL;
        break;
    }
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0600);
    if (fd < 0)
        return -errno;
    int failed = kind_error(fd);
    if (failed) {
        (void)close(fd);
        return failed;
    }
    struct real_file *real = NEW(struct real_file);
    *real = (struct real_file){ .file.ops = &real_ops, .fd = fd };
    *ret_file = &real->file;
    return 0;
}

static void real_close(struct fs_file *file)
{
    if (!file)
        return;
    (void)close(fd_of(file)); // what had to be durable was synced before
    mem_free(CONTAINER_OF(file, struct real_file, file));
}

static ssize_t real_pread(struct fs_file *file, void *dest, size_t len, uint64_t offset)
{
    size_t done = 0;
    while (done < len) {
        ssize_t got =
            pread(fd_of(file), (char *)dest + done, len - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

// Drops `written` bytes from the front of the parts; returns how many parts are finished.
static int parts_advance(struct iovec *parts, int count, size_t written)
{
    int finished = 0;
    while (finished < count && written >= parts[finished].iov_len)
        written -= parts[finished++].iov_len;
    if (finished < count) {
        parts[finished].iov_base = (char *)parts[finished].iov_base + written;
        parts[finished].iov_len -= written;
    }
    return finished;
}

static ssize_t real_pwritev(struct fs_file *file, const struct iovec *parts, int count,
                            uint64_t offset)
{
    struct iovec rest[FS_PARTS_MAX];
    struct iovec *at = rest;
    uint64_t end = offset;
    assert(count >= 0 && count <= FS_PARTS_MAX);
    memcpy(rest, parts, (size_t)count * sizeof(*parts));
    count -= parts_advance(at, count, 0); // empty parts at the front
    while (count > 0) {
        ssize_t written = pwritev(fd_of(file), at, count, (off_t)end);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -errno;
        if (written == 0)
            return -EIO; // no progress and no reason given
        end += (uint64_t)written;
        int finished = parts_advance(at, count, (size_t)written);
        at += finished;
        count -= finished;
    }
    return (ssize_t)(end - offset);
}

static int real_datasync(struct fs_file *file)
{
    return result_of(fdatasync(fd_of(file)));
}

static void real_forget(struct fs_file *file, uint64_t offset, uint64_t len)
{
    (void)posix_fadvise(fd_of(file), (off_t)offset, (off_t)len, POSIX_FADV_DONTNEED);
}

static int64_t real_size(struct fs_file *file)
{
    struct stat info;
    return fstat(fd_of(file), &info) < 0 ? -errno : (int64_t)info.st_size;
}

static int real_truncate(struct fs_file *file, uint64_t size_bytes)
{
    return result_of(ftruncate(fd_of(file), (off_t)size_bytes));
}

static int real_allocate(struct fs_file *file, uint64_t size_bytes)
{
    int failed;
    do {
        failed = result_of(fallocate(fd_of(file), 0, 0, (off_t)size_bytes));
    } while (failed == -EINTR);
    if (failed != -EOPNOTSUPP)
        return failed;
    // Without fallocate the space cannot be promised; the size still can.
    int64_t size = real_size(file);
    if (size < 0)
        return (int)size;
    return (uint64_t)size < size_bytes ? real_truncate(file, size_bytes) : 0;
}

static int real_rename(struct fs *fs, const char *from, const char *to)
{
    (void)fs;
    return result_of(rename(from, to));
}

static int real_remove(struct fs *fs, const char *path)
{
    (void)fs;
    return result_of(unlink(path));
}

static int real_make_dir(struct fs *fs, const char *path)
{
    struct stat info;
    (void)fs;
    if (mkdir(path, 0700) == 0)
        return 0;
    if (errno != EEXIST)
        return -errno;
    if (stat(path, &info) < 0)
        return -errno;
    return S_ISDIR(info.st_mode) ? 0 : -ENOTDIR;
}

static int real_sync_dir(struct fs *fs, const char *path)
{
    (void)fs;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int failed = result_of(fsync(fd));
    (void)close(fd);
    return failed;
}

static int real_list(struct fs *fs, const char *path, void (*each)(void *ctx, const char *name),
                     void *ctx)
{
    (void)fs;
    DIR *dir = opendir(path);
    if (!dir)
        return -errno;
    struct dirent *entry;
    while (errno = 0, (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            each(ctx, entry->d_name);
    }
    int failed = -errno;
    (void)closedir(dir);
    return failed;
}

static int real_free_bytes(struct fs *fs, const char *path, uint64_t *ret_free,
                           uint64_t *ret_total)
{
    struct statvfs info;
    (void)fs;
    if (statvfs(path, &info) < 0)
        return -errno;
    *ret_free = (uint64_t)info.f_bavail * info.f_frsize;
    *ret_total = (uint64_t)info.f_blocks * info.f_frsize;
    return 0;
}

static int real_lock(struct fs_file *file)
{
    return result_of(flock(fd_of(file), LOCK_EX | LOCK_NB));
}

static const struct fs_ops real_ops = {
    .open = real_open,
    .close = real_close,
    .pread = real_pread,
    .pwritev = real_pwritev,
    .datasync = real_datasync,
    .forget = real_forget,
    .allocate = real_allocate,
    .truncate = real_truncate,
    .size = real_size,
    .rename = real_rename,
    .remove = real_remove,
    .make_dir = real_make_dir,
    .sync_dir = real_sync_dir,
    .list = real_list,
    .free_bytes = real_free_bytes,
    .lock = real_lock,
};

struct fs *fs_real(void)
{
    static struct fs real = { .ops = &real_ops };
    return &real;
}

static enum err err_of(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return ERR_DISK_FULL;
    case ENOENT:
        return ERR_NOT_FOUND;
    case EWOULDBLOCK:
        return ERR_LOCKED;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERR_FORBIDDEN;
    case EEXIST:
        return ERR_CONFLICT;
    default:
        return ERR_IO;
    }
}

enum err fs_error(int negative_errno, const char *path, struct problem *ret_problem)
{
    char text[128];
    assert(negative_errno < 0);
    const char *reason = negative_errno == -FS_NO_FILE
                             ? "is no regular file"
                             : strerror_r(-negative_errno, text, sizeof(text));
    return problem_set(ret_problem, err_of(-negative_errno), str_of(path), "%s", reason);
}

void fs_file_close(struct fs_file *file)
{
    if (file)
        file->ops->close(file);
}

// The directory that holds path; dest takes PATH_MAX bytes.
static void parent_of(const char *path, char *dest)
{
    const char *slash = strrchr(path, '/');
    str parent = !slash ? STR(".") : slash == path ? STR("/") : str_make(path, slash - path);
    (void)str_copy(parent, dest, PATH_MAX);
}

enum err fs_make_dir(struct fs *fs, const char *path, struct problem *ret_problem)
{
    char parent[PATH_MAX];
    parent_of(path, parent);
    int failed = fs->ops->make_dir(fs, path);
    if (!failed)
        failed = fs->ops->sync_dir(fs, parent);
    return failed ? fs_error(failed, path, ret_problem) : OK;
}

enum err fs_read_file(struct fs *fs, const char *path, size_t max_bytes, struct arena *arena,
                      str *ret_data, struct problem *ret_problem)
{
    AUTO(fs_file_close) struct fs_file *file = NULL;
    int failed = fs->ops->open(fs, path, FS_READ, &file);
    if (failed)
        return fs_error(failed, path, ret_problem);
    int64_t size = fs->ops->size(file);
    if (size < 0)
        return fs_error((int)size, path, ret_problem);
    if ((uint64_t)size > max_bytes)
        return problem_set(ret_problem, ERR_TOO_BIG, str_of(path),
                           "has %lld bytes, at most %zu are read", (long long)size, max_bytes);
    char *data = arena_alloc(arena, (size_t)size + 1);
    ssize_t got = fs->ops->pread(file, data, (size_t)size, 0);
    if (got < 0)
        return fs_error((int)got, path, ret_problem);
    data[got] = '\0';
    *ret_data = str_make(data, (size_t)got);
    return OK;
}

static int write_and_sync(struct fs *fs, const char *path, str data)
{
    AUTO(fs_file_close) struct fs_file *file = NULL;
    struct iovec part = { .iov_base = (void *)data.data, .iov_len = data.len };
    int failed = fs->ops->open(fs, path, FS_WRITE, &file);
    if (failed)
        return failed;
    failed = fs->ops->truncate(file, 0); // left over from a crash
    if (failed)
        return failed;
    ssize_t written = fs->ops->pwritev(file, &part, data.len ? 1 : 0, 0);
    return written < 0 ? (int)written : fs->ops->datasync(file);
}

enum err fs_write_file(struct fs *fs, const char *path, str data, struct problem *ret_problem)
{
    char beside[PATH_MAX], parent[PATH_MAX];
    int len = snprintf(beside, sizeof(beside), "%s.new", path);
    if (len < 0 || (size_t)len >= sizeof(beside))
        return fs_error(-ENAMETOOLONG, path, ret_problem);
    int failed = write_and_sync(fs, beside, data);
    if (failed) {
        (void)fs->ops->remove(fs, beside); // the first failure is the one to tell
        return fs_error(failed, beside, ret_problem);
    }
    parent_of(path, parent);
    failed = fs->ops->rename(fs, beside, path);
    if (!failed)
        failed = fs->ops->sync_dir(fs, parent);
    return failed ? fs_error(failed, path, ret_problem) : OK;
}

enum err fs_is_exposed(const char *path, mode_t rights, bool *ret_is_exposed,
                       struct problem *ret_problem)
{
    struct stat info;
    if (stat(path, &info))
        return fs_error(-errno, path, ret_problem);
    *ret_is_exposed = (info.st_mode & rights) != 0;
    return OK;
}
