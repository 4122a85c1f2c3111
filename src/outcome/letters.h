// SPDX-License-Identifier: Apache-2.0
// The bytes of a dead letter; inside of the outcome room.
#pragma once

#include "base/buf.h"
#include "outcome/outcome.h"

// Appends the letter but for its source and destination, which stand in the record's envelope.
void letter_encode(const struct dead_letter *letter, struct buf *out);

// Fills everything but source and destination; texts are copied into the arena. ERR_CORRUPT.
enum err letter_decode(str bytes, struct arena *arena,
                       struct dead_letter *ret_letter) MUST_CHECK;
