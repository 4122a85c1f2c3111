// SPDX-License-Identifier: Apache-2.0
// For tests of damage: a journal of some segments, where each of its records stands, and what
// may be lost with a part of a file.
#pragma once

#include "journal/harness.h"

enum { LAST = 42 };

// Records 1 to LAST in groups of one and of six, over several segments. The journal stays open.
void damage_fill(struct scene *scene);
// The process and the machine stop; only what was synced stays.
void damage_die(struct scene *scene);

struct outcome {
    uint64_t read;
    uint64_t lost; // by what the reader says
};
struct outcome damage_read_all(struct scene *scene);
// A read that is tried again, as time goes by, where the disk refuses something.
enum err damage_read(struct scene *scene, struct journal_reader *reader,
                     struct journal_read *ret_read);

// Where in the file record `number` has its body.
uint64_t damage_body(struct scene *scene, const char *path, uint64_t number);

// Where a record stands: its group, and its own bytes.
struct place {
    uint64_t group;
    uint64_t offset;
    uint64_t end;
};
// Of the records of a segment file; those of others stay zero. Returns where the last group is.
uint64_t damage_places(const uint8_t *bytes, size_t size, struct place places[LAST + 1]);

struct range {
    uint64_t begin;
    uint64_t end;
};
// A group's header costs its group, a record itself and the one behind it, which was chained to
// it; in the segment's last group nothing proves those further on.
bool damage_may_be_lost(const struct place *places, uint64_t number, struct range range,
                        uint64_t last_group);
// Reads all: no other records are lost, and each is counted once.
void damage_expect_at_most(struct scene *scene, const struct place *places, struct range range,
                           uint64_t last_group);
