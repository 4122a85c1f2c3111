// SPDX-License-Identifier: Apache-2.0
// Publishing of a store with many sources, destinations and connections: how long one change
// takes, and memory for each object. The objects stay in the store.
// usage: config_publish DIR ID WORKSPACE COUNT; prints one line of JSON. DIR is a data
// directory and ID the one in its file.
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "codec/hex.h"
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

static int64_t now_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000000LL + at.tv_nsec;
}

static void must(enum err err, const struct problem *problem)
{
    if (!err)
        return;
    (void)fprintf(stderr, "config_publish: %s: %s\n", problem->field, problem->text);
    exit(1);
}

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
        must(store_begin(bench->store, STORE_WRITE, bench->arena, &tx, &problem), &problem);
        for (uint64_t end = MIN(done + AT_ONCE, count); done < end; done++)
            must(make_triple(bench, tx, done, &problem), &problem);
        must(store_commit(tx, &problem), &problem);
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

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
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
        must(store_begin(bench->store, STORE_WRITE, arena, &tx, &problem), &problem);
        must(change(bench, tx, &problem), &problem);
        must(store_commit(tx, &problem), &problem);
        int64_t began = now_ns();
        must(workspace_publish(bench->workspace), &problem);
        times[i] = now_ns() - began;
        (void)workspace_view_get(view);
    }
    workspace_view_close(view);
    qsort(times, ROUNDS, sizeof(*times), compare);
    printf(", \"%s_us\": %.0f, \"%s_max_us\": %.0f", name, (double)times[ROUNDS / 2] / 1e3,
           name, (double)times[ROUNDS - 1] / 1e3);
}

int main(int argc, char **argv)
{
    struct bench bench = { .arena = arena_new(SIZE_MAX) };
    struct problem problem = { 0 };
    uint8_t id[STORE_DIRECTORY_ID_LEN];
    if (argc != 5 || !hex_decode(str_of(argv[2]), id, sizeof(id))) {
        (void)fprintf(stderr, "usage: config_publish DIR ID WORKSPACE COUNT\n");
        return 2;
    }
    const struct store_parts parts = { .fs = fs_real(),
                                       .dir = str_of(argv[1]),
                                       .id = id,
                                       .clock = clock_system(),
                                       .rng = rng_system(),
                                       .observer = observer_log() };
    uint64_t count = strtoull(argv[4], NULL, 10);
    bench.workspace_id = str_of(argv[3]);
    must(store_open(&parts, &bench.store, &problem), &problem);
    fill(&bench, count);
    (void)malloc_trim(0);
    struct mallinfo2 before = mallinfo2();
    int64_t began = now_ns();
    must(workspace_open(bench.store, parts.clock, parts.observer, &bench.workspace, &problem),
         &problem);
    double open_ms = (double)(now_ns() - began) / 1e6;
    struct mallinfo2 after = mallinfo2();
    size_t bytes = after.uordblks + after.hblkhd - before.uordblks - before.hblkhd;
    printf("{\"objects\": %llu, \"open_ms\": %.0f, \"bytes_each\": %.0f",
           (unsigned long long)count * 3, open_ms, (double)bytes / (double)count / 3);
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
