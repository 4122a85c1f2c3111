// SPDX-License-Identifier: Apache-2.0
// Publishing of a store with many sources, destinations and connections: how long one change
// takes, and memory for each object. The objects stay in the store.
// usage: config_publish DIR ID WORKSPACE COUNT; prints one line of JSON. DIR is a data
// directory and ID the one in its file.
#include <stdio.h>

#include "bench.h"
#include "store/connections.h"
#include "store/destinations.h"
#include "store/sources.h"
#include "workspace/workspace.h"

enum { AT_ONCE = 1000, ROUNDS = 51 };

#define CONFIG                                                                                 \
    "{\"webhookUrl\":\"https://example.com/hook\",\"webhookMethod\":\"POST\","                 \
    "\"headers\":[{\"from\":\"x-key\",\"to\":\"a value of some length\"}]}"

struct bench {
    struct store *store;
    struct workspace *workspace;
    struct arena *arena;
    str workspace_id;
    struct source_row source; // any of each
    struct destination_row destination;
    struct connection_row connection;
};

static enum err make_triple(struct bench *bench, struct store_tx *tx, uint64_t number,
                            struct problem *problem)
{
    str name = arena_printf(bench->arena, "object %llu", (unsigned long long)number);
    bench->source = (struct source_row){ .workspace_id = bench->workspace_id,
                                         .name = name,
                                         .type = STR("HTTP"),
                                         .is_enabled = true,
                                         .config = STR("{}") };
    bench->destination = (struct destination_row){ .workspace_id = bench->workspace_id,
                                                   .name = name,
                                                   .type = STR("WEBHOOK"),
                                                   .is_enabled = false, // no reader is opened
                                                   .config = STR(CONFIG),
                                                   .version = 1 };
    enum err err = store_source_create(tx, &bench->source, problem);
    if (!err)
        err = store_destination_create(tx, &bench->destination, problem);
    if (err)
        return err;
    bench->connection = (struct connection_row){ .workspace_id = bench->workspace_id,
                                                 .source_id = bench->source.id,
                                                 .destination_id = bench->destination.id,
                                                 .is_enabled = true,
                                                 .from_record = 1 };
    return store_connection_create(tx, &bench->connection, problem);
}

static void fill(struct bench *bench, uint64_t count)
{
    struct problem problem = { 0 };
    for (uint64_t done = 0; done < count;) {
        AUTO(store_end) struct store_tx *tx = NULL;
        arena_reset(bench->arena);
        bench_must(store_begin(bench->store, STORE_WRITE, bench->arena, &tx, &problem),
                   &problem);
        for (uint64_t end = MIN(done + AT_ONCE, count); done < end; done++)
            bench_must(make_triple(bench, tx, done, &problem), &problem);
        bench_must(store_commit(tx, &problem), &problem);
    }
}

// --- One change. The rows' other texts are the round's afterwards: they are changed in a copy.

static enum err change_source(struct bench *bench, struct store_tx *tx, struct problem *problem)
{
    bench->source.is_enabled = !bench->source.is_enabled;
    struct source_row row = bench->source;
    return store_source_update(tx, &row, problem);
}

static enum err change_destination(struct bench *bench, struct store_tx *tx,
                                   struct problem *problem)
{
    struct destination_row row = bench->destination;
    return store_destination_update(tx, &row, problem);
}

// Its settings can be used every other time.
static enum err change_usable(struct bench *bench, struct store_tx *tx, struct problem *problem)
{
    bool is_empty = str_eq(bench->destination.config, STR("{}"));
    bench->destination.config =
        is_empty ? STR("{\"webhookUrl\":\"https://example.com/\"}") : STR("{}");
    struct destination_row row = bench->destination;
    return store_destination_update(tx, &row, problem);
}

static enum err change_connection(struct bench *bench, struct store_tx *tx,
                                  struct problem *problem)
{
    bench->connection.is_enabled = !bench->connection.is_enabled;
    struct connection_row row = bench->connection;
    return store_connection_update(tx, &row, problem);
}

typedef enum err change_fn(struct bench *bench, struct store_tx *tx, struct problem *problem);

static void measure(struct bench *bench, const char *name, change_fn *change)
{
    int64_t times[ROUNDS];
    struct problem problem = { 0 };
    struct workspace_view *view = workspace_view_open(bench->workspace);
    for (int i = 0; i < ROUNDS; i++) {
        AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
        AUTO(store_end) struct store_tx *tx = NULL;
        bench_must(store_begin(bench->store, STORE_WRITE, arena, &tx, &problem), &problem);
        bench_must(change(bench, tx, &problem), &problem);
        bench_must(store_commit(tx, &problem), &problem);
        int64_t began = bench_now_ns();
        bench_must(workspace_publish(bench->workspace), &problem);
        times[i] = bench_now_ns() - began;
        (void)workspace_view_get(view);
    }
    workspace_view_close(view);
    bench_sort_times(times, ROUNDS);
    printf(", \"%s_us\": %.0f, \"%s_max_us\": %.0f", name, (double)times[ROUNDS / 2] / 1e3,
           name, (double)times[ROUNDS - 1] / 1e3);
}

static void measure_open(struct bench *bench, uint64_t objects)
{
    struct problem problem = { 0 };
    size_t before = bench_heap_bytes();
    int64_t began = bench_now_ns();
    bench_must(workspace_open(bench->store, clock_system(), observer_log(), &bench->workspace,
                              &problem),
               &problem);
    double open_ms = (double)(bench_now_ns() - began) / 1e6;
    printf("{\"objects\": %llu, \"open_ms\": %.0f, \"bytes_each\": %.0f",
           (unsigned long long)objects, open_ms,
           (double)(bench_heap_bytes() - before) / (double)objects);
}

int main(int argc, char **argv)
{
    const struct bench_call call = bench_call_read(argc, argv);
    struct bench bench = { .store = bench_store_open(&call),
                           .arena = arena_new(SIZE_MAX),
                           .workspace_id = call.workspace_id };
    fill(&bench, call.count);
    measure_open(&bench, call.count * 3);
    measure(&bench, "source", change_source);
    measure(&bench, "destination", change_destination);
    measure(&bench, "usable", change_usable);
    measure(&bench, "connection", change_connection);
    printf("}\n");
    workspace_close(bench.workspace);
    store_close(bench.store);
    arena_free(bench.arena);
    return 0;
}
