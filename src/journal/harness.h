// SPDX-License-Identifier: Apache-2.0
// For the journal's tests: a journal on a given disk, appends that are waited for, records that
// can be recognised, an observer that counts.
#pragma once

#include <pthread.h>

#include "base/clock.h"
#include "journal/journal.h"

// A fake clock that one thread moves while others read it.
struct harness_clock {
    struct clock clock;
    _Atomic int64_t wall_ms_now;
    _Atomic int64_t mono_ns_now;
};

struct harness {
    struct fs *fs;
    char dir[64];
    uint8_t id[16];
    struct journal_limits limits;
    struct harness_clock clock;
    struct observer observer;
    _Atomic int notices[4]; // by level
    bool is_restless;       // each third record is transient, and before each the clock steps
    struct journal *journal;
    struct problem problem;
};

// Small segments, so that a few records fill several.
void harness_init(struct harness *harness, struct fs *fs, const char *dir);

void harness_advance_ms(struct harness *harness, int64_t ms);

enum err harness_try_open(struct harness *harness);
void harness_open(struct harness *harness); // must succeed
void harness_close(struct harness *harness);

// An append that can be waited for.
struct waited {
    struct journal_append append;
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool is_done;
    enum err err;
};
void waited_init(struct waited *waited);
MUST_CHECK enum err waited_result(struct waited *waited); // waits
enum err harness_start_number(struct harness *harness, uint64_t number, size_t bytes,
                              struct waited *waited);

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

// Holds the log thread at its next calls of these kinds, so that a test can queue appends
// behind it. One at a time on a simulated disk.
struct fault;
struct gate {
    struct fault *fault;
    unsigned calls;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_closed;
    bool is_reached;
};
void gate_close(struct gate *gate, struct fault *fault, unsigned calls);
void gate_await(struct gate *gate); // returns when the thread stands at the gate
void gate_open(struct gate *gate);

// Appends numbers `from` to `to` in one group, behind one of its own with number `from` - 1.
void harness_append_group(struct harness *harness, struct fault *fault, uint64_t from,
                          uint64_t to, size_t bytes);

// A journal on a simulated disk of its own, as cmocka's *state; not open yet.
enum { SCENE_SEGMENT = 16 * 1024, SCENE_CAPACITY = 1024 * 1024 };
struct scene {
    struct harness h;
    struct fault *fault;
};
int scene_set_up(void **state);
int scene_tear_down(void **state);
#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, scene_set_up, scene_tear_down)
struct journal_stats scene_stats(const struct scene *scene);

// An append of one event with the messageId `id`, in a record that takes 2 KiB of its segment;
// *ret_is_duplicate what the journal said. window_s 0: it asks for nothing.
enum err scene_append_id(struct scene *scene, uint64_t id, uint32_t window_s,
                         bool *ret_is_duplicate);
bool scene_comes_again(struct scene *scene, uint64_t id, uint32_t window_s); // must succeed
