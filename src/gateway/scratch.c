// SPDX-License-Identifier: Apache-2.0
// What a request is looked at in is kept for the next one: fresh pages cost more than parsing.
#include "gateway/inner.h"

enum {
    BYTES_PER_BODY_BYTE = 10, // dense JSON takes many times its size; beyond, it is too big
    KEPT_BYTES = 1 << 20,     // nearly all bodies need less
    BUSY_BYTES = 16 << 20,    // kept while bodies are large
};

static void make(struct gateway *gateway, size_t kept_bytes)
{
    gateway->scratch_bytes = kept_bytes;
    gateway->scratch =
        arena_new_sized(kept_bytes, gateway->parts.body_hard_cap_bytes * BYTES_PER_BODY_BYTE);
}

static void let_go(struct rest *rest)
{
    struct gateway *gateway = CONTAINER_OF(rest, struct gateway, rest);
    arena_free(gateway->scratch);
    make(gateway, KEPT_BYTES);
}

void scratch_init(struct gateway *gateway)
{
    make(gateway, KEPT_BYTES);
    rest_init(&gateway->rest, gateway->parts.loop, let_go);
}

void scratch_clear(struct gateway *gateway)
{
    size_t used = arena_used_bytes(gateway->scratch);
    if (used <= gateway->scratch_bytes || used > BUSY_BYTES) {
        arena_reset(gateway->scratch);
    } else {
        arena_free(gateway->scratch);
        make(gateway, MIN(used + used / 4, (size_t)BUSY_BYTES)); // the next may need more
    }
    rest_note(&gateway->rest, used);
    rest_note(&gateway->rest, 0);
}

void scratch_done(struct gateway *gateway)
{
    rest_done(&gateway->rest);
    arena_free(gateway->scratch);
}
