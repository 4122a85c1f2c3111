// SPDX-License-Identifier: Apache-2.0
// The names of the journal's files: seg-, spare- and ids-<16 hex digits>.
#pragma once

#include "os/fs.h"

enum name_kind { NAME_SEGMENT, NAME_SPARE, NAME_IDS, NAME_KINDS };
enum { NAME_BYTES = 32 };

void name_format(enum name_kind kind, uint64_t sequence, char ret_name[NAME_BYTES]);

struct sequences {
    uint64_t *items; // ascending
    size_t count;
    size_t cap;
};

struct names {
    struct sequences of[NAME_KINDS];
};

// What is in the directory; other files are passed over. names is zeroed, and to be done after
// a failure too.
enum err names_list(struct fs *fs, const char *dir, struct names *names,
                    struct problem *ret_problem);
void names_done(struct names *names);
static inline void names_done_auto_(struct names *names)
{
    names_done(names);
}
