// SPDX-License-Identifier: Apache-2.0
// Files of what is remembered of sealed segments: ids-<sequence>. Inside of the journal room;
// for the log thread, and for opening and closing.
#pragma once

#include "journal/inner.h"

// Writes what is remembered from entry `from` on, all of it the segment's.
void ids_store(struct journal *journal, struct segment *segment, uint64_t from);
void ids_remove(struct journal *journal, struct segment *segment);
// Remembers what the segment's file says. ERR_NOT_FOUND: there is none that is whole.
enum err ids_load(struct journal *journal, const struct segment *segment, uint32_t now_s,
                  struct problem *ret_problem);
// How many it says; 0 also when it is not whole.
enum err ids_count(struct journal *journal, const struct segment *segment, uint64_t *ret_count,
                   struct problem *ret_problem);
// Takes the files that were found; those whose segment is gone or counts no more are removed.
void ids_find(struct journal *journal, const struct sequences *found, uint32_t now_s);
