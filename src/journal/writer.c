// SPDX-License-Identifier: Apache-2.0
// Writing at the end of the active segment, so that a sync costs one trip to the disk: into
// blocks that were written before, and by whole pages.
#include "journal/inner.h"

enum {
    AHEAD_BYTES = 256 * 1024, // of zeros
    // The kernel keeps what is written in one piece in one piece, and counts all of it as
    // written again when a part is.
    AHEAD_PIECE_BYTES = 16 * 1024,
    SMALL_GROUPS_BYTES = AHEAD_BYTES / 4,
    REMEMBERED_BYTES = 4 * 1024 * 1024, // behind the end
};

static const char zeros[AHEAD_PIECE_BYTES];

// The first sync of a preallocated block has to note down that the block is in use, which can
// take longer than the group itself. So where groups are small they find zeros. Large ones
// would pay as much as they win, and overwrite what a small one among them has left.
static int write_ahead(struct writer *writer, uint64_t page_end, size_t group_bytes)
{
    size_t usual_bytes = writer->usual_bytes ? writer->usual_bytes : group_bytes;
    writer->usual_bytes = (3 * usual_bytes + group_bytes) / 4;
    if (page_end <= writer->written_offset)
        return 0;
    uint64_t end = page_end;
    if (writer->usual_bytes <= SMALL_GROUPS_BYTES)
        end = MIN(page_end + AHEAD_BYTES, writer->segment->file_bytes);
    for (uint64_t at = page_end; at < end; at += AHEAD_PIECE_BYTES) {
        struct iovec part = {
            .iov_base = (void *)zeros,
            .iov_len = MIN((uint64_t)AHEAD_PIECE_BYTES, end - at),
        };
        ssize_t written = writer->file->ops->pwritev(writer->file, &part, 1, at);
        if (written < 0)
            return (int)written;
    }
    writer->written_offset = end;
    return 0;
}

int writer_put(struct writer *writer, str head, str records)
{
    struct fs_file *file = writer->file;
    uint64_t offset = writer->segment->end_offset;
    uint64_t end = offset + head.len + records.len;
    uint64_t page_end = (end + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    // Zeros to the end of the page: of a recycled file the kernel would have to read the rest.
    struct iovec parts[] = {
        { .iov_base = (void *)head.data, .iov_len = head.len },
        { .iov_base = (void *)records.data, .iov_len = records.len },
        { .iov_base = (void *)zeros, .iov_len = page_end - end },
    };
    ssize_t written = file->ops->pwritev(file, parts, ARRAY_LEN(parts), offset);
    if (written < 0)
        return (int)written;
    int failed = write_ahead(writer, page_end, end - offset);
    return failed ? failed : file->ops->datasync(file);
}

void writer_forget(struct writer *writer)
{
    if (writer->segment->end_offset < writer->forgotten_offset + 2 * REMEMBERED_BYTES)
        return;
    uint64_t end = writer->segment->end_offset - REMEMBERED_BYTES;
    end -= end % PAGE_BYTES; // the last one is still written to
    writer->file->ops->forget(writer->file, writer->forgotten_offset,
                              end - writer->forgotten_offset);
    writer->forgotten_offset = end;
}
