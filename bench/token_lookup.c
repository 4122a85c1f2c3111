// SPDX-License-Identifier: Apache-2.0
// The table of tokens: memory for each, and how long looking one up takes.
// usage: token_lookup COUNT; prints one line of JSON.
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "bench.h"
#include "codec/hash.h"
#include "workspace/inside.h"

enum { LOOKUPS = 1000000 };

static void digest_of(uint64_t number, uint8_t ret_digest[TOKEN_DIGEST_LEN])
{
    hash_sha256(&number, sizeof(number), ret_digest);
}

static void fill(struct token_table *table, uint64_t count)
{
    const struct token_binding binding = {
        .id = STR("2QHVKQJeojt6Ae9e4iiOhycHrdG"),
        .name = STR("nightly sync of orders"),
        .user_id = STR("2QHVKQJeojt6Ae9e4iiOhycHrdH"),
        .organization_id = STR("2QHVKQJeojt6Ae9e4iiOhycHrdI"),
        .workspace_id = STR("2QHVKQJeojt6Ae9e4iiOhycHrdJ"),
    };
    for (uint64_t i = 0; i < count; i++) {
        uint8_t digest[TOKEN_DIGEST_LEN];
        digest_of(i, digest);
        token_table_put(table, digest, &binding);
    }
}

// Half of what is asked for exists.
static void look_up(struct token_table *table, uint64_t count, int64_t *ret_times)
{
    struct arena *arena = arena_new(1 << 20);
    for (uint64_t i = 0; i < LOOKUPS; i++) {
        struct token_binding binding;
        uint8_t digest[TOKEN_DIGEST_LEN];
        uint64_t number = i * 2654435761u % count;
        digest_of(i & 1 ? number : number + count, digest);
        int64_t began = bench_now_ns();
        bool is_found = token_table_find(table, digest, arena, &binding);
        ret_times[i] = bench_now_ns() - began;
        assert(is_found == (i & 1));
        (void)is_found;
        arena_reset(arena);
    }
    arena_free(arena);
}

int main(int argc, char **argv)
{
    uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    size_t before = bench_heap_bytes();
    struct token_table *table = token_table_new();
    int64_t began = bench_now_ns();
    fill(table, count);
    int64_t filled_ms = (bench_now_ns() - began) / 1000000;
    size_t bytes = bench_heap_bytes() - before;
    int64_t *times = mem_zalloc(LOOKUPS, sizeof(*times));
    look_up(table, count, times);
    bench_sort_times(times, LOOKUPS);
    printf("{\"tokens\": %llu, \"bytes_each\": %.0f, \"fill_ms\": %lld, \"p50_ns\": %lld, "
           "\"p99_ns\": %lld, \"p999_ns\": %lld, \"max_ns\": %lld}\n",
           (unsigned long long)count, (double)bytes / (double)count, (long long)filled_ms,
           (long long)times[LOOKUPS / 2], (long long)times[LOOKUPS / 100 * 99],
           (long long)times[LOOKUPS / 1000 * 999], (long long)times[LOOKUPS - 1]);
    mem_free(times);
    token_table_free(table);
    return 0;
}
