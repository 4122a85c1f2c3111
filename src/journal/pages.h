// SPDX-License-Identifier: Apache-2.0
// Reading a segment file of which the disk refuses parts. The kernel reads whole pages, so that
// is what a refusal costs: a page that is given up reads as zeros, which no checksum takes for
// what stood there, and what stands around it is read. When one is given up, refused.h decides.
// Inside of the journal room.
#pragma once

#include "os/fs.h"

#define PAGES_NONE UINT64_MAX

// Of one file. Zeroed: nothing has been refused.
struct pages {
    uint8_t *given_up; // a bit for each page
    size_t room;       // bytes of it
    uint64_t asked;    // page that the last failed read was refused; PAGES_NONE: it failed
                       // otherwise
    // What has been read in one piece: [from, end). Whoever looks at it empties it.
    uint64_t read_from;
    uint64_t read_end;
};

struct pages_read {
    void *dest;
    uint64_t offset;
    size_t needed; // at least
    size_t wanted; // if nothing is in the way
};

// How many bytes were read: fewer than needed at the file's end only. Or -errno.
ssize_t pages_read(struct pages *pages, struct fs_file *file, const struct pages_read *read);

void pages_give_up(struct pages *pages, uint64_t page); // its offset
void pages_give_up_all(struct pages *pages, const struct pages *others);
bool pages_is_given_up(const struct pages *pages, uint64_t page);
// Whether one of them is touched by [offset, end).
bool pages_touch(const struct pages *pages, uint64_t offset, uint64_t end);
uint64_t pages_count(const struct pages *pages);
void pages_clear(struct pages *pages);
static inline void pages_clear_auto_(struct pages *pages)
{
    pages_clear(pages);
}

// Whether an errno says that the disk, or what checks it, does not give back what it holds.
bool pages_is_refusal(int negative_errno);
