// SPDX-License-Identifier: Apache-2.0
// Looking at the files of messageIds.
#include "journal/ids_file.h"
#include "journal/inspect_inner.h"

#include <errno.h>

// 0 or -errno.
static int open_ids(const struct inspect *inspect, uint64_t sequence, struct fs_file **ret_file)
{
    char name[NAME_BYTES], path[PATH_MAX];
    struct problem problem;
    name_format(NAME_IDS, sequence, name);
    if (inspect_path(inspect, name, path, &problem))
        return -ENAMETOOLONG;
    return inspect->fs->ops->open(inspect->fs, path, FS_READ, ret_file);
}

static uint64_t size_of(struct fs_file *file)
{
    return (uint64_t)MAX(file->ops->size(file), (int64_t)0);
}

static bool is_listed(const struct sequences *sequences, uint64_t sequence)
{
    for (size_t i = 0; i < sequences->count; i++)
        if (sequences->items[i] == sequence)
            return true;
    return false;
}

void inspect_ids_find(const struct inspect *inspect, struct inspect_segment *segment)
{
    AUTO(fs_file_close) struct fs_file *file = NULL;
    if (!open_ids(inspect, segment->sequence, &file))
        segment->ids_bytes = size_of(file);
}

enum inspect_ids inspect_ids(const struct inspect *inspect,
                             const struct inspect_segment *segment)
{
    AUTO(fs_file_close) struct fs_file *file = NULL;
    struct ids_owner owner = {
        .id = inspect->id,
        .segment = segment->sequence,
        .first_record = segment->first_record,
        .end_record = segment->end_record,
    };
    struct ids_wire wire;
    int failed = open_ids(inspect, segment->sequence, &file);
    if (failed)
        return failed == -ENOENT ? INSPECT_IDS_NONE : INSPECT_IDS_DAMAGED;
    switch (ids_file_header(file, size_of(file), &owner, &wire)) {
    case IDS_WHOLE:
        return ids_file_entries(file, &wire, NULL, 0) ? INSPECT_IDS_WHOLE : INSPECT_IDS_DAMAGED;
    case IDS_DAMAGED:
        break;
    case IDS_FOREIGN:
        return INSPECT_IDS_FOREIGN;
    case IDS_NEWER:
        return INSPECT_IDS_NEWER;
    }
    return INSPECT_IDS_DAMAGED;
}

size_t inspect_stray_ids_count(const struct inspect *inspect)
{
    const struct sequences *found = &inspect->names.of[NAME_IDS];
    size_t count = 0;
    for (size_t i = 0; i < found->count; i++)
        count += !is_listed(&inspect->names.of[NAME_SEGMENT], found->items[i]);
    return count;
}
