// SPDX-License-Identifier: Apache-2.0
// Which events of an import are one user's.
#include "event/users.h"

#include <stdlib.h>

struct share {
    uint64_t user_hash;
    uint64_t anon_hash;
    size_t length; // of an event
};

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare(const void *left, const void *right)
{
    const struct share *a = left, *b = right;
    int order = compare_numbers(a->user_hash, b->user_hash);
    return order ? order : compare_numbers(a->anon_hash, b->anon_hash);
}

size_t users_longest_batch(const struct event_row *rows, size_t count, struct arena *arena)
{
    struct share *shares = ARENA_ARRAY(arena, struct share, count);
    size_t longest = 0, length = 0;
    for (size_t i = 0; i < count; i++)
        shares[i] = (struct share){ rows[i].user_hash, rows[i].anon_hash, rows[i].length };
    qsort(shares, count, sizeof(*shares), compare);
    for (size_t i = 0; i < count; i++) {
        bool is_first = i == 0 || compare(&shares[i - 1], &shares[i]) != 0;
        length =
            (is_first ? STR("{\"batch\":[]}").len : length + STR(",").len) + shares[i].length;
        longest = MAX(longest, length);
    }
    return longest;
}
