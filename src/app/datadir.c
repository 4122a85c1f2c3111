// SPDX-License-Identifier: Apache-2.0
// The data directory's lock and id.
#include "app/datadir.h"

#include <errno.h>
#include <limits.h>

#include "base/arena.h"
#include "base/mem.h"
#include "codec/hex.h"
#include "os/fs.h"

enum { FORMAT = 1, ID_BYTES = 16, ID_FILE_MAX_BYTES = 256 };

static const char id_prefix[] = "pintle data directory format ";

struct datadir {
    char path[PATH_MAX];
    struct fs_file *lock;
    uint8_t id[ID_BYTES];
};

static enum err path_in(const struct datadir *dir, const char *name, char ret_path[PATH_MAX],
                        struct problem *ret_problem)
{
    int len = snprintf(ret_path, PATH_MAX, "%s/%s", dir->path, name);
    if (len < 0 || len >= PATH_MAX)
        return problem_set(ret_problem, ERR_INVALID, STR("data"), "the path is too long");
    return OK;
}

static enum err take_lock(struct datadir *dir, struct problem *ret_problem)
{
    char path[PATH_MAX];
    struct fs *fs = fs_real();
    enum err err = path_in(dir, "lock", path, ret_problem);
    if (err)
        return err;
    int failed = fs->ops->open(fs, path, FS_WRITE, &dir->lock);
    if (failed)
        return fs_error(failed, path, ret_problem);
    failed = fs->ops->lock(dir->lock);
    if (failed == -EWOULDBLOCK)
        return problem_set(ret_problem, ERR_LOCKED, str_of(dir->path),
                           "another pintle process is using this data directory");
    return failed ? fs_error(failed, path, ret_problem) : OK;
}

static enum err parse_id(struct datadir *dir, str text, struct problem *ret_problem)
{
    str line;
    uint64_t format;
    if (!str_next(&text, '\n', &line) || !str_starts(line, str_of(id_prefix)) ||
        !str_to_u64(str_sub(line, strlen(id_prefix), SIZE_MAX), &format))
        return problem_set(ret_problem, ERR_INVALID, str_of(dir->path),
                           "its file `id` is not a Pintle data directory's");
    if (format > FORMAT)
        return problem_set(ret_problem, ERR_NEWER_FORMAT, str_of(dir->path),
                           "was written by a newer version (format %lu; this one knows %d)",
                           (unsigned long)format, FORMAT);
    if (!str_next(&text, '\n', &line) || line.len != 2 * ID_BYTES ||
        !hex_decode(line, dir->id, sizeof(dir->id)))
        return problem_set(ret_problem, ERR_INVALID, str_of(dir->path),
                           "its file `id` is damaged");
    return OK;
}

static enum err make_id(struct datadir *dir, const char *path, struct rng *rng,
                        struct problem *ret_problem)
{
    char hex[2 * ID_BYTES + 1];
    char text[ID_FILE_MAX_BYTES];
    rng_fill(rng, dir->id, sizeof(dir->id));
    hex_encode(dir->id, sizeof(dir->id), hex);
    int len = snprintf(text, sizeof(text), "%s%d\n%s\n", id_prefix, FORMAT, hex);
    return fs_write_file(fs_real(), path, str_make(text, (size_t)len), ret_problem);
}

static enum err read_or_make_id(struct datadir *dir, struct rng *rng,
                                struct problem *ret_problem)
{
    char path[PATH_MAX];
    str text;
    AUTO(arena_free) struct arena *arena = arena_new(ID_FILE_MAX_BYTES);
    enum err err = path_in(dir, "id", path, ret_problem);
    if (err)
        return err;
    err = fs_read_file(fs_real(), path, ID_FILE_MAX_BYTES, arena, &text, ret_problem);
    if (err == ERR_NOT_FOUND)
        return make_id(dir, path, rng, ret_problem);
    return err ? err : parse_id(dir, text, ret_problem);
}

enum err datadir_expect(str path, const char *name, struct problem *ret_problem)
{
    char file[PATH_MAX];
    struct fs *fs = fs_real();
    AUTO(fs_file_close) struct fs_file *found = NULL;
    int len = snprintf(file, sizeof(file), "%" PRIstr "/%s", STR_ARG(path), name);
    if (len < 0 || (size_t)len >= sizeof(file))
        return problem_set(ret_problem, ERR_INVALID, STR("data"), "the path is too long");
    int failed = fs->ops->open(fs, file, FS_READ, &found);
    if (failed == -ENOENT)
        return problem_set(ret_problem, ERR_NOT_FOUND, path,
                           "there is no data directory here; --data names another one");
    return failed ? fs_error(failed, file, ret_problem) : OK;
}

enum err datadir_open(str path, bool may_create, struct rng *rng, struct datadir **ret_dir,
                      struct problem *ret_problem)
{
    AUTO(datadir_close) struct datadir *dir = NEW(struct datadir);
    enum err err = OK;
    if (path.len == 0 || !str_copy(path, dir->path, sizeof(dir->path)))
        return problem_set(ret_problem, ERR_INVALID, STR("data"),
                           "the data directory's path is empty or too long");
    if (may_create)
        err = fs_make_dir(fs_real(), dir->path, ret_problem);
    else // a mistyped path must not become an empty installation
        err = datadir_expect(path, "id", ret_problem);
    if (!err)
        err = take_lock(dir, ret_problem);
    if (!err)
        err = read_or_make_id(dir, rng, ret_problem);
    if (!err)
        *ret_dir = TAKE(dir);
    return err;
}

void datadir_close(struct datadir *dir)
{
    if (!dir)
        return;
    if (dir->lock)
        dir->lock->ops->close(dir->lock);
    mem_free(dir);
}

const uint8_t *datadir_id(const struct datadir *dir)
{
    return dir->id;
}

str datadir_path(const struct datadir *dir)
{
    return str_of(dir->path);
}

void datadir_event_key(const struct datadir *dir, struct event_hash_key *ret_key)
{
    _Static_assert(ID_BYTES == 16, "as the key is made of it");
    event_hash_key_init(ret_key, dir->id);
}

bool datadir_control_path(str dir_path, char *ret_path, size_t size)
{
    int len = snprintf(ret_path, size, "%" PRIstr "/control.sock", STR_ARG(dir_path));
    return len >= 0 && (size_t)len < size;
}
