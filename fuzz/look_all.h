// SPDX-License-Identifier: Apache-2.0
// What fuzz targets of the journal share: looking at the files in /j, as `pintle journal` does.
// Whatever they hold, that comes to an end.
#pragma once

#include "journal/inspect.h"

static inline void look_all(struct fs *fs,
                            void (*see)(const struct journal_read *read, void *ctx), void *ctx)
{
    AUTO(inspect_close) struct inspect *inspect = NULL;
    struct problem problem;
    struct journal_read read;
    if (inspect_open(fs, STR("/j"), &inspect, &problem))
        return;
    while (inspect_next(inspect, &read, &problem) == OK)
        see(&read, ctx);
}
