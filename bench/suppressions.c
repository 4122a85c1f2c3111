// SPDX-License-Identifier: Apache-2.0
// Snapshots of a workspace with many suppressed users: how long the first takes and what it
// needs meanwhile, memory for each user, how long one more takes to reach all readers, and a
// look-up. usage: suppressions DIR ID WORKSPACE COUNT; prints one line of JSON. DIR is a data
// directory and ID the one in its file.
#include <stdio.h>
#include <sys/resource.h>

#include "bench.h"
#include "store/regulations.h"
#include "workspace/rules.h"

enum { AT_ONCE = 10000, ROUNDS = 51, LOOKS = 1000000 };

struct bench {
    struct store *store;
    struct workspace *workspace;
    struct workspace_view *view;
    struct arena *arena;
    str workspace_id;
    struct problem problem;
};

static void must(enum err err, const struct bench *bench)
{
    bench_must(err, &bench->problem);
}

static void suppress(struct bench *bench, uint64_t from, uint64_t end)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    arena_reset(bench->arena);
    must(store_begin(bench->store, STORE_WRITE, bench->arena, &tx, &bench->problem), bench);
    for (uint64_t number = from; number < end; number++) {
        struct regulation_row row = {
            .workspace_id = bench->workspace_id,
            .kind = STR("suppress"),
            .source_ids = STR(""),
            .user_id =
                arena_printf(bench->arena, "user-%llu@example.com", (unsigned long long)number),
            .attributes = STR("{}"),
        };
        must(store_regulation_create(tx, &row, &bench->problem), bench);
    }
    must(store_commit(tx, &bench->problem), bench);
}

static long peak_kib(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void measure_open(struct bench *bench, uint64_t count)
{
    size_t before = bench_heap_bytes();
    int64_t began = bench_now_ns();
    must(workspace_open(bench->store, clock_system(), observer_log(), &bench->workspace,
                        &bench->problem),
         bench);
    double open_ms = (double)(bench_now_ns() - began) / 1e6;
    printf("{\"users\": %llu, \"open_ms\": %.0f, \"peak_mib\": %.0f, \"bytes_each\": %.0f",
           (unsigned long long)count, open_ms, (double)peak_kib() / 1024,
           (double)(bench_heap_bytes() - before) / (double)count);
}

static void measure_change(struct bench *bench, uint64_t count)
{
    int64_t times[ROUNDS];
    for (uint64_t i = 0; i < ROUNDS; i++) {
        suppress(bench, count + i, count + i + 1);
        int64_t began = bench_now_ns();
        must(workspace_publish(bench->workspace), bench);
        times[i] = bench_now_ns() - began;
        (void)workspace_view_get(bench->view);
    }
    bench_sort_times(times, ROUNDS);
    printf(", \"one_more_us\": %.0f", (double)times[ROUNDS / 2] / 1e3);
}

static void measure_look(struct bench *bench)
{
    const struct ws_suppressions *suppressions =
        snapshot_suppressions(workspace_view_get(bench->view), bench->workspace_id);
    uint64_t hash = 1, found = 0;
    int64_t began = bench_now_ns();
    for (int i = 0; i < LOOKS; i++) {
        hash = hash * 6364136223846793005u + 1442695040888963407u;
        found += suppressions_may_cover(suppressions, hash);
    }
    printf(", \"look_ns\": %.0f, \"found\": %llu}\n", (double)(bench_now_ns() - began) / LOOKS,
           (unsigned long long)found);
}

int main(int argc, char **argv)
{
    const struct bench_call call = bench_call_read(argc, argv);
    struct bench bench = { .store = bench_store_open(&call),
                           .arena = arena_new(SIZE_MAX),
                           .workspace_id = call.workspace_id };
    for (uint64_t done = 0; done < call.count; done += AT_ONCE)
        suppress(&bench, done, MIN(done + AT_ONCE, call.count));
    arena_reset(bench.arena);
    measure_open(&bench, call.count);
    bench.view = workspace_view_open(bench.workspace);
    measure_change(&bench, call.count);
    measure_look(&bench);
    workspace_view_close(bench.view);
    workspace_close(bench.workspace);
    store_close(bench.store);
    arena_free(bench.arena);
    return 0;
}
