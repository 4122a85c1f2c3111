// SPDX-License-Identifier: Apache-2.0
// Looking for the segment that says which journal this is.
#include "journal/witness.h"

#include <limits.h>
#include <stdio.h>

#include "journal/format.h"

static struct fs_file *open_segment(struct fs *fs, const char *dir, uint64_t sequence)
{
    char name[NAME_BYTES], path[PATH_MAX];
    struct fs_file *file = NULL;
    name_format(NAME_SEGMENT, sequence, name);
    int len = snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (len < 0 || len >= PATH_MAX || fs->ops->open(fs, path, FS_READ, &file))
        return NULL;
    return file;
}

static bool read_id(struct fs_file *file, uint8_t ret_id[16])
{
    struct segment_wire wire;
    file->ops->forget(file, 0, PAGE_BYTES); // what is in memory says nothing of the disk
    if (file->ops->pread(file, &wire, sizeof(wire), 0) != (ssize_t)sizeof(wire) ||
        format_check_segment(&wire) != FORMAT_GOOD)
        return false;
    memcpy(ret_id, wire.id, sizeof(wire.id));
    return true;
}

struct fs_file *witness_open(struct fs *fs, const char *dir, const struct sequences *segments,
                             uint8_t ret_id[16])
{
    for (size_t i = segments->count; i-- > 0;) {
        AUTO(fs_file_close) struct fs_file *file = open_segment(fs, dir, segments->items[i]);
        if (file && read_id(file, ret_id))
            return TAKE(file);
    }
    return NULL;
}
