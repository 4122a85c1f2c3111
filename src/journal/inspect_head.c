// SPDX-License-Identifier: Apache-2.0
// The journal's id, from its head or in place of it.
#include <errno.h>

#include "journal/inspect_inner.h"
#include "journal/refused.h"
#include "journal/witness.h"

enum err inspect_head_open(struct inspect *inspect, struct problem *ret_problem)
{
    char path[PATH_MAX];
    enum err err = inspect_path(inspect, "head", path, ret_problem);
    if (err)
        return err;
    int failed = inspect->fs->ops->open(inspect->fs, path, FS_READ, &inspect->head);
    return failed ? fs_error(failed, path, ret_problem) : OK;
}

// The disk refuses it, and would be taken for one that is away if it were asked for it again.
static enum err stand_in(struct inspect *inspect, const char *path, struct problem *ret_problem)
{
    struct fs_file *witness =
        witness_open(inspect->fs, inspect->dir, &inspect->names.of[NAME_SEGMENT], inspect->id);
    if (!witness)
        return fs_error(-EIO, path, ret_problem);
    fs_file_close(inspect->head);
    inspect->head = witness;
    inspect->is_head_refused = true;
    return OK;
}

enum err inspect_head_read(struct inspect *inspect, struct problem *ret_problem)
{
    struct head_wire wire = { 0 };
    char path[PATH_MAX];
    enum err err = inspect_path(inspect, "head", path, ret_problem);
    if (err)
        return err;
    ssize_t got = refused_pread(inspect->head, &wire, sizeof(wire), 0);
    if (got < 0 && pages_is_refusal((int)got))
        return stand_in(inspect, path, ret_problem);
    if (got < 0)
        return fs_error((int)got, path, ret_problem);
    enum format_check check = format_check_head(&wire); // of a short one, too: zeros follow
    if (check == FORMAT_NEWER)
        return journal_is_newer(path, ret_problem);
    if (check == FORMAT_BAD)
        return problem_set(ret_problem, ERR_CORRUPT, str_of(path), "is damaged");
    memcpy(inspect->id, wire.id, sizeof(inspect->id));
    return OK;
}

bool inspect_is_head_refused(const struct inspect *inspect)
{
    return inspect->is_head_refused;
}
