// SPDX-License-Identifier: Apache-2.0
// Which numbers records may have that nobody can see, because the disk refuses the headers of
// their groups. Inside of the journal room.
#pragma once

#include "journal/walk.h"

// The walk has come to the file's end, which is nobody's but the journal's last segment: the
// next group would begin at `offset`, with `record`. Returns the first number that no record
// can have that stands there: `record` if the disk gives the place back.
uint64_t hidden_end(struct walk *walk, uint64_t offset, uint64_t record);
