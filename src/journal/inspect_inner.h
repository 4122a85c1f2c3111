// SPDX-License-Identifier: Apache-2.0
// What the files of inspect share. Only inspect*.c include it.
#pragma once

#include <limits.h>

#include "journal/inspect.h"
#include "journal/names.h"
#include "journal/record.h"
#include "journal/walk.h"

struct inspect {
    struct fs *fs;
    char dir[PATH_MAX];
    uint8_t id[16];
    struct fs_file
        *head; // asked whether the disk is there; of a refused one a segment in place
    bool is_head_refused;
    struct names names;
    size_t damaged_cursors; // files of them
    struct inspect_segment *segments;

    size_t at; // segment that is being walked; == count: none
    struct fs_file *file;
    struct walk walk;
    uint64_t refused_heads; // first pages of segments that the disk does not give back
    uint64_t refused_count; // pages of segments that were walked since inspect_seek
    struct record_events events;
    uint64_t expected; // the next record; 0: any
};

enum err inspect_path(const struct inspect *inspect, const char *name, char *ret_path,
                      struct problem *ret_problem);
// ERR_NOT_FOUND: there is none.
enum err inspect_head_open(struct inspect *inspect, struct problem *ret_problem);
// Takes the id; wants the names.
enum err inspect_head_read(struct inspect *inspect, struct problem *ret_problem);
// Sets the segment's ids_bytes.
void inspect_ids_find(const struct inspect *inspect, struct inspect_segment *segment);
