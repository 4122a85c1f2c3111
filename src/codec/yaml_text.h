// SPDX-License-Identifier: Apache-2.0
// YAML as people write configuration, read into JSON: one document of mappings with text
// keys, sequences and scalars. Plain scalars are what the core schema of YAML 1.2 makes of them
// (null, true, false, decimal numbers), everything else is text. Anchors, aliases, tags and
// further documents are refused, so a small text cannot become a large value.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

enum { YAML_DEPTH_MAX = 32 };

// Appends the JSON text to *json. lines (may be NULL) gets the line of each value by its path
// ("sources[2].config.url"; from 1, as a pointer); the keys live in the arena. ERR_INVALID: the
// text tells line and column; ERR_TOO_BIG: more than the arena holds.
enum err yaml_read(str text, struct arena *arena, struct buf *json, struct map *lines,
                   struct problem *ret_problem);
