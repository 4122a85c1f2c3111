// SPDX-License-Identifier: Apache-2.0
// What the benchmarks that are programs of C share: time, memory, and the store of a data
// directory. What goes wrong ends the program.
#pragma once

#include "base/err.h"
#include "store/store.h"

int64_t bench_now_ns(void);

// With err the program says where and why, and ends.
void bench_must(enum err err, const struct problem *problem);

// Bytes in use on the heap, of which what is free has been given back.
size_t bench_heap_bytes(void);

// Puts them into order, so that times[count / 2] is the median.
void bench_sort_times(int64_t *times, size_t count);

// The command line DIR ID WORKSPACE COUNT. DIR is a data directory and ID the one in its file.
struct bench_call {
    str dir;
    uint8_t id[STORE_DIRECTORY_ID_LEN];
    str workspace_id;
    uint64_t count;
};

// Another command line is told how it should be, and ends the program with 2.
struct bench_call bench_call_read(int argc, char **argv);
struct store *bench_store_open(const struct bench_call *call);
