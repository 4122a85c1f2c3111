// SPDX-License-Identifier: Apache-2.0
// Mending of text that is JSON but for its characters.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/str.h"

// Bytes that are not UTF-8 and escapes of single surrogates ("\ud83d" alone, as JavaScript
// writes a text that was cut within an emoji) become U+FFFD, as rudder-server's decoder does
// it. False when there are none. The mended text lives in the arena.
bool repair_characters(str text, struct arena *arena, str *ret_text);
