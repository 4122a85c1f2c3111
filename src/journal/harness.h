// SPDX-License-Identifier: Apache-2.0
// For the journal's tests: a journal on a given disk, appends that are waited for, records that
// can be recognised, an observer that counts.
#pragma once

#include <pthread.h>

#include "base/clock.h"
#include "journal/journal.h"

struct harness {
    struct fs *fs;
    char dir[64];
    uint8_t id[16];
    struct journal_limits limits;
    struct clock_fake clock;
    struct observer observer;
    _Atomic int notices[4]; // by level
    struct journal *journal;
    struct problem problem;
};

// Small segments, so that a few records fill several.
void harness_init(struct harness *harness, struct fs *fs, const char *dir);

enum err harness_try_open(struct harness *harness);
void harness_open(struct harness *harness); // must succeed
void harness_close(struct harness *harness);

// Appends, waits; the record's position in *ret_position when not NULL.
enum err harness_append(struct harness *harness, const struct journal_record *record,
                        struct position *ret_position);

// Record number `number` has a body of `bytes` bytes that is a function of the number.
enum err harness_append_number(struct harness *harness, uint64_t number, size_t bytes,
                               struct position *ret_position);
void harness_append_numbers(struct harness *harness, uint64_t from, uint64_t to, size_t bytes);

// The number of a record made above; fails the test if the body is not what was appended.
uint64_t harness_number(const struct journal_record *record);

// Reads everything from `from`; fails unless it is the numbers `from` to `to`, each at the
// position of the same record number, with nothing lost.
void harness_expect(struct harness *harness, uint64_t from, uint64_t to);
