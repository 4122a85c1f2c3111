// SPDX-License-Identifier: Apache-2.0
// What fuzz targets over a simulated disk share: a file that is there from the start.
#pragma once

#include "os/fs.h"
#include "check.h"

static inline void put_file(struct fs *fs, const char *path, const void *bytes, size_t len)
{
    AUTO(fs_file_close) struct fs_file *file = NULL;
    struct iovec part = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = len };
    check(fs->ops->open(fs, path, FS_WRITE, &file) == 0);
    check(len == 0 || file->ops->pwritev(file, &part, 1, 0) >= 0);
    check(file->ops->datasync(file) == 0);
}
