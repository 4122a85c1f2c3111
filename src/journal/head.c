// SPDX-License-Identifier: Apache-2.0
// DIR/head: which journal this is, and the lock that keeps a second one out.
#include <errno.h>

#include "journal/inner.h"
#include "journal/refused.h"
#include "journal/witness.h"

enum err journal_is_newer(const char *path, struct problem *ret_problem)
{
    return problem_set(ret_problem, ERR_NEWER_FORMAT, str_of(path),
                       "was written by a newer version; this one knows format %d",
                       FORMAT_VERSION);
}

static enum err check(const struct journal *journal, const struct head_wire *wire,
                      const char *path, struct problem *ret_problem)
{
    enum format_check check = format_check_head(wire);
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

// Opened, or written when the directory holds no journal yet.
static enum err open_or_write(struct journal *journal, const char *path, bool has_segments,
                              struct problem *ret_problem)
{
    struct fs *fs = journal->fs;
    struct head_wire wire;
    int failed = fs->ops->open(fs, path, FS_UPDATE, &journal->head);
    if (failed != -ENOENT)
        return failed ? fs_error(failed, path, ret_problem) : OK;
    if (has_segments)
        return problem_set(ret_problem, ERR_CORRUPT, str_of(path),
                           "is missing; without it the journal is not opened");
    format_put_head(&wire, journal->id);
    enum err err =
        fs_write_file(fs, path, str_make((const char *)&wire, sizeof(wire)), ret_problem);
    if (err != OK)
        return err;
    failed = fs->ops->open(fs, path, FS_UPDATE, &journal->head);
    return failed ? fs_error(failed, path, ret_problem) : OK;
}

// Written over itself as a whole page, which disks write elsewhere. In place: a new file would
// not have the lock.
static int write_again(struct fs_file *head, struct head_wire *wire)
{
    char page[PAGE_BYTES] = { 0 };
    struct iovec part = { .iov_base = page, .iov_len = sizeof(page) };
    memcpy(page, wire, sizeof(*wire));
    ssize_t got = head->ops->pwritev(head, &part, 1, 0);
    int failed = got < 0 ? (int)got : head->ops->datasync(head);
    if (failed)
        return failed;
    head->ops->forget(head, 0, PAGE_BYTES); // it is asked later whether the disk is there
    got = head->ops->pread(head, wire, sizeof(*wire), 0);
    return got < 0 ? (int)got : 0;
}

// The disk refuses the head. All that it says is the id, which the first segment that can be
// read says as well.
static enum err mend(struct journal *journal, const char *path,
                     const struct sequences *segments, struct head_wire *wire,
                     struct problem *ret_problem)
{
    uint8_t id[sizeof(journal->id)];
    AUTO(fs_file_close)
    struct fs_file *witness = witness_open(journal->fs, journal->dir, segments, id);
    if (!witness)
        return fs_error(-EIO, path, ret_problem);
    if (memcmp(id, journal->id, sizeof(id)) != 0)
        return problem_set(ret_problem, ERR_CONFLICT, str_of(path),
                           "cannot be read, and the segments beside it belong to another data "
                           "directory");
    format_put_head(wire, journal->id);
    int failed = write_again(journal->head, wire);
    if (failed)
        return fs_error(failed, path, ret_problem);
    observe(journal->observer, LOG_ERROR,
            "the disk refused to read the journal's head: it was written again",
            LOG_CSTR("dir", journal->dir));
    return OK;
}

static enum err read_or_mend(struct journal *journal, const char *path,
                             const struct sequences *segments, struct head_wire *ret_wire,
                             struct problem *ret_problem)
{
    int failed = journal->head->ops->lock(journal->head);
    if (failed)
        return fs_error(failed, path, ret_problem);
    ssize_t got = refused_pread(journal->head, ret_wire, sizeof(*ret_wire), 0);
    if (got < 0 && pages_is_refusal((int)got))
        return mend(journal, path, segments, ret_wire, ret_problem);
    return got < 0 ? fs_error((int)got, path, ret_problem) : OK;
}

enum err head_open(struct journal *journal, const struct sequences *segments,
                   struct problem *ret_problem)
{
    char path[PATH_MAX];
    struct head_wire wire = { 0 };
    int len = snprintf(path, sizeof(path), "%s/head", journal->dir);
    assert(len > 0 && len < PATH_MAX); // journal_open has checked the directory's length
    enum err err = open_or_write(journal, path, segments->count > 0, ret_problem);
    if (err == OK)
        err = read_or_mend(journal, path, segments, &wire, ret_problem);
    return err ? err : check(journal, &wire, path, ret_problem);
}
