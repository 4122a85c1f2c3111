// SPDX-License-Identifier: Apache-2.0
// Who stands in for a head that the disk refuses to read: a segment, whose header says the same
// id. Inside of the journal room.
#pragma once

#include "journal/names.h"

// The newest segment whose header the disk itself gives back. It is open: refused_* can ask it
// in place of the head. NULL: there is none.
struct fs_file *witness_open(struct fs *fs, const char *dir, const struct sequences *segments,
                             uint8_t ret_id[16]);
