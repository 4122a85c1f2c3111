// SPDX-License-Identifier: Apache-2.0
// DIR/head: which journal this is, and the lock that keeps a second one out.
#include "journal/inner.h"

enum err journal_is_newer(const char *path, struct problem *ret_problem)
{
    return problem_set(ret_problem, ERR_NEWER_FORMAT, str_of(path),
                       "was written by a newer version; this one knows format %d",
                       FORMAT_VERSION);
}

static enum err check(const struct journal *journal, str data, const char *path,
                      struct problem *ret_problem)
{
    const struct head_wire *wire = (const struct head_wire *)data.data;
    enum format_check check = data.len >= sizeof(*wire) ? format_check_head(wire) : FORMAT_BAD;
    if (check == FORMAT_NEWER)
        return journal_is_newer(path, ret_problem);
    if (check == FORMAT_BAD)
        return problem_set(ret_problem, ERR_CORRUPT, str_of(path),
                           "is damaged; without it the journal is not opened");
    if (memcmp(wire->id, journal->id, sizeof(wire->id)) != 0)
        return problem_set(ret_problem, ERR_CONFLICT, str_of(path),
                           "belongs to another data directory");
    return OK;
}

// Reads and checks the file, or writes it when the directory holds no journal yet.
static enum err read_or_write(struct journal *journal, const char *path, bool has_segments,
                              struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(2 * GROUPS_OFFSET);
    str data;
    enum err err = fs_read_file(journal->fs, path, GROUPS_OFFSET, arena, &data, ret_problem);
    if (err == OK)
        return check(journal, data, path, ret_problem);
    if (err != ERR_NOT_FOUND)
        return err;
    if (has_segments)
        return problem_set(ret_problem, ERR_CORRUPT, str_of(path),
                           "is missing; without it the journal is not opened");
    struct head_wire wire;
    format_put_head(&wire, journal->id);
    return fs_write_file(journal->fs, path, str_make((const char *)&wire, sizeof(wire)),
                         ret_problem);
}

enum err head_open(struct journal *journal, bool has_segments, struct problem *ret_problem)
{
    char path[PATH_MAX];
    int len = snprintf(path, sizeof(path), "%s/head", journal->dir);
    assert(len > 0 && len < PATH_MAX); // journal_open has checked the directory's length
    enum err err = read_or_write(journal, path, has_segments, ret_problem);
    if (err != OK)
        return err;
    int failed = journal->fs->ops->open(journal->fs, path, FS_WRITE, &journal->head);
    if (!failed)
        failed = journal->head->ops->lock(journal->head);
    return failed ? fs_error(failed, path, ret_problem) : OK;
}
