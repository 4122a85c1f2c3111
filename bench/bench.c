// SPDX-License-Identifier: Apache-2.0
#include "bench.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/hex.h"

int64_t bench_now_ns(void)
{
    return clock_mono_ns(clock_system());
}

void bench_must(enum err err, const struct problem *problem)
{
    if (!err)
        return;
    (void)fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, problem->field,
                  problem->text);
    exit(1);
}

size_t bench_heap_bytes(void)
{
    (void)malloc_trim(0);
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void bench_sort_times(int64_t *times, size_t count)
{
    qsort(times, count, sizeof(*times), compare);
}

struct bench_call bench_call_read(int argc, char **argv)
{
    struct bench_call call = { 0 };
    if (argc != 5 || !hex_decode(str_of(argv[2]), call.id, sizeof(call.id))) {
        (void)fprintf(stderr, "usage: %s DIR ID WORKSPACE COUNT\n",
                      program_invocation_short_name);
        exit(2);
    }
    call.dir = str_of(argv[1]);
    call.workspace_id = str_of(argv[3]);
    call.count = strtoull(argv[4], NULL, 10);
    return call;
}

struct store *bench_store_open(const struct bench_call *call)
{
    const struct store_parts parts = { .fs = fs_real(),
                                       .dir = call->dir,
                                       .id = call->id,
                                       .clock = clock_system(),
                                       .rng = rng_system(),
                                       .observer = observer_log() };
    struct problem problem = { 0 };
    struct store *store = NULL;
    bench_must(store_open(&parts, &store, &problem), &problem);
    return store;
}
