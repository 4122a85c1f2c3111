// SPDX-License-Identifier: Apache-2.0
// Memory that is freed all at once: a chain of blocks, the newest first.
#include "base/arena.h"

#include <stdarg.h>

#include "base/mem.h"

enum { FIRST_BLOCK_BYTES = 4096, ALIGNMENT = 16 };

struct block {
    struct block *older;
    size_t size;
    size_t used;
    _Alignas(ALIGNMENT) char data[];
};

struct arena {
    struct block *newest;
    size_t used_bytes;
    size_t ceiling_bytes;
};

static struct block *block_new(struct block *older, size_t size)
{
    struct block *block = mem_alloc(sizeof(*block) + size);
    *block = (struct block){ .older = older, .size = size };
    return block;
}

struct arena *arena_new(size_t ceiling_bytes)
{
    return arena_new_sized(FIRST_BLOCK_BYTES, ceiling_bytes);
}

struct arena *arena_new_sized(size_t first_bytes, size_t ceiling_bytes)
{
    struct arena *arena = NEW(struct arena);
    arena->ceiling_bytes = ceiling_bytes;
    arena->newest = block_new(NULL, first_bytes);
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    for (struct block *block = arena->newest; block;) {
        struct block *older = block->older;
        mem_free(block);
        block = older;
    }
    mem_free(arena);
}

void arena_reset(struct arena *arena)
{
    while (arena->newest->older) {
        struct block *older = arena->newest->older;
        mem_free(arena->newest);
        arena->newest = older;
    }
    arena->newest->used = 0;
    arena->used_bytes = 0;
}

static size_t rounded(size_t size_bytes)
{
    return (size_bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

void *arena_alloc(struct arena *arena, size_t size_bytes)
{
    assert(size_bytes <= SIZE_MAX - ALIGNMENT);
    size_t size = rounded(size_bytes);
    struct block *block = arena->newest;
    if (block->size - block->used < size) {
        size_t wanted = MAX(size, MIN(block->size * 2, (size_t)1 << 20));
        block = arena->newest = block_new(block, wanted);
    }
    void *ptr = block->data + block->used;
    block->used += size;
    arena->used_bytes += size;
    return ptr;
}

// The block that a reset keeps is not for one big text.
static bool can_move(const struct block *block, size_t at)
{
    return at == 0 && block->older;
}

static void *alloc_copy(struct arena *arena, const void *ptr, size_t old_bytes,
                        size_t size_bytes)
{
    return memcpy(arena_alloc(arena, size_bytes), ptr, MIN(old_bytes, size_bytes));
}

void *arena_grow(struct arena *arena, void *ptr, size_t old_bytes, size_t size_bytes)
{
    assert(size_bytes >= old_bytes && size_bytes <= SIZE_MAX - ALIGNMENT);
    struct block *block = arena->newest;
    size_t old = rounded(old_bytes), size = rounded(size_bytes);
    char *start = block->data;
    bool is_last = (char *)ptr + old == start + block->used && (char *)ptr >= start;
    if (!is_last)
        return alloc_copy(arena, ptr, old_bytes, size_bytes);
    size_t at = block->used - old;
    if (block->size - at < size) {
        if (!can_move(block, at))
            return alloc_copy(arena, ptr, old_bytes, size_bytes);
        block = arena->newest = mem_realloc(block, sizeof(*block) + size);
        block->size = size;
    }
    block->used = at + size;
    arena->used_bytes += size - old;
    return block->data + at;
}

void *arena_zalloc(struct arena *arena, size_t count, size_t size_bytes)
{
    assert(size_bytes == 0 || count <= SIZE_MAX / size_bytes);
    void *ptr = arena_alloc(arena, count * size_bytes);
    memset(ptr, 0, count * size_bytes);
    return ptr;
}

str arena_dup(struct arena *arena, str s)
{
    return str_make(arena_cstr(arena, s), s.len);
}

char *arena_cstr(struct arena *arena, str s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.data, s.len);
    copy[s.len] = '\0';
    return copy;
}

str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(len >= 0);
    char *text = arena_alloc(arena, (size_t)len + 1);
    (void)vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return str_make(text, (size_t)len);
}

size_t arena_used_bytes(const struct arena *arena)
{
    return arena->used_bytes;
}

bool arena_has_room(const struct arena *arena, size_t size_bytes)
{
    return !arena_is_over(arena) && size_bytes <= arena->ceiling_bytes - arena->used_bytes;
}

bool arena_is_over(const struct arena *arena)
{
    return arena->used_bytes > arena->ceiling_bytes;
}
