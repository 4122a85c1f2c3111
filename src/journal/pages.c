// SPDX-License-Identifier: Apache-2.0
// Reading around pages that the disk refuses.
#include "journal/pages.h"

#include <errno.h>

#include "base/mem.h"
#include "journal/format.h"

bool pages_is_refusal(int negative_errno)
{
    return negative_errno == -EIO || negative_errno == -EBADMSG || negative_errno == -EUCLEAN ||
           negative_errno == -ENODATA;
}

bool pages_is_given_up(const struct pages *pages, uint64_t page)
{
    uint64_t bit = page / PAGE_BYTES;
    return bit / 8 < pages->room && (pages->given_up[bit / 8] >> bit % 8 & 1);
}

bool pages_touch(const struct pages *pages, uint64_t offset, uint64_t end)
{
    if (pages->room == 0)
        return false;
    for (uint64_t page = offset - offset % PAGE_BYTES; page < end; page += PAGE_BYTES)
        if (pages_is_given_up(pages, page))
            return true;
    return false;
}

static void make_room(struct pages *pages, size_t room)
{
    if (room <= pages->room)
        return;
    pages->given_up = mem_realloc(pages->given_up, room);
    memset(pages->given_up + pages->room, 0, room - pages->room);
    pages->room = room;
}

void pages_give_up(struct pages *pages, uint64_t page)
{
    uint64_t bit = page / PAGE_BYTES;
    make_room(pages, (size_t)(bit / 8 + 1));
    pages->given_up[bit / 8] |= (uint8_t)(1U << bit % 8);
}

void pages_give_up_all(struct pages *pages, const struct pages *others)
{
    make_room(pages, others->room);
    for (size_t i = 0; i < others->room; i++)
        pages->given_up[i] |= others->given_up[i];
}

uint64_t pages_count(const struct pages *pages)
{
    uint64_t count = 0;
    for (size_t i = 0; i < pages->room; i++)
        count += (uint64_t)__builtin_popcount(pages->given_up[i]);
    return count;
}

void pages_clear(struct pages *pages)
{
    mem_free(pages->given_up);
    *pages = (struct pages){ .asked = PAGES_NONE };
}

// Bytes from `done` on, of one page; those of one that was given up are zeros.
static ssize_t read_within(struct pages *pages, struct fs_file *file,
                           const struct pages_read *read, size_t done)
{
    uint64_t offset = read->offset + done, page = offset - offset % PAGE_BYTES;
    size_t len = MIN(read->wanted - done, (size_t)(page + PAGE_BYTES - offset));
    char *dest = (char *)read->dest + done;
    if (pages_is_given_up(pages, page)) {
        memset(dest, 0, len);
        return (ssize_t)len;
    }
    ssize_t got = file->ops->pread(file, dest, len, offset);
    if (got < 0 && pages_is_refusal((int)got))
        pages->asked = page;
    return got;
}

// Up to the file's end or, when what is needed is there, to what is refused.
static ssize_t read_by_page(struct pages *pages, struct fs_file *file,
                            const struct pages_read *read)
{
    size_t done = 0;
    while (done < read->wanted) {
        ssize_t got = read_within(pages, file, read, done);
        if (got < 0 && done < read->needed)
            return got;
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

static ssize_t read_some(struct pages *pages, struct fs_file *file,
                         const struct pages_read *read)
{
    if (!pages_touch(pages, read->offset, read->offset + read->wanted)) {
        ssize_t got = file->ops->pread(file, read->dest, read->wanted, read->offset);
        if (got >= 0 || !pages_is_refusal((int)got))
            return got;
    }
    return read_by_page(pages, file, read);
}

ssize_t pages_read(struct pages *pages, struct fs_file *file, const struct pages_read *read)
{
    pages->asked = PAGES_NONE;
    ssize_t got = read_some(pages, file, read);
    if (got > 0) {
        bool goes_on = pages->read_from <= read->offset && read->offset <= pages->read_end;
        pages->read_from = goes_on ? pages->read_from : read->offset;
        pages->read_end = read->offset + (uint64_t)got;
    }
    return got;
}
