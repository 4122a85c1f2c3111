// SPDX-License-Identifier: Apache-2.0
// Memory that is freed all at once: one arena per request, per batch, per test. An arena has a
// ceiling in bytes; beyond it arena_is_over becomes true and allocations still succeed from a
// small overdraft, so that code checks once at a convenient place and answers ERR_TOO_BIG.
#pragma once

#include "base/base.h"
#include "base/str.h"

struct arena;

// ceiling_bytes bounds what the arena hands out.
struct arena *arena_new(size_t ceiling_bytes);
// The same with room for first_bytes in the block that a reset keeps: little for what is small
// and lives long, much for what is filled again and again.
struct arena *arena_new_sized(size_t first_bytes, size_t ceiling_bytes);
void arena_free(struct arena *arena);
AUTO_DEFINE(struct arena *, arena_free)

// Forgets everything but keeps the first block for reuse.
void arena_reset(struct arena *arena);

// Uninitialised, aligned for any type; never NULL.
void *arena_alloc(struct arena *arena, size_t size_bytes) __attribute__((returns_nonnull));

// Makes what was allocated with old_bytes larger; it moves. The last allocation grows where it
// is if it can, and leaves nothing behind: so a text that grows step by step costs its own
// size.
void *arena_grow(struct arena *arena, void *ptr, size_t old_bytes, size_t size_bytes)
    __attribute__((returns_nonnull));

// Zeroed items.
void *arena_zalloc(struct arena *arena, size_t count, size_t size_bytes)
    __attribute__((returns_nonnull));

#define ARENA_NEW(arena, type)          ((type *)arena_zalloc((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_zalloc((arena), (count), sizeof(type)))

// Copies; a NUL stands behind the returned bytes (not counted).
str arena_dup(struct arena *arena, str s);
char *arena_cstr(struct arena *arena, str s);
str arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

// Bytes handed out since the last reset, and whether that is above the ceiling.
size_t arena_used_bytes(const struct arena *arena);
bool arena_is_over(const struct arena *arena);
// Whether that many more stay below it.
bool arena_has_room(const struct arena *arena, size_t size_bytes);
