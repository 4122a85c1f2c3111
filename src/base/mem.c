// SPDX-License-Identifier: Apache-2.0
// Heap memory that is either there or ends the process.
#include "base/mem.h"

#include <malloc.h>

// By itself malloc comes to keep up to 64 MB at the end of each thread's heap, where
// malloc_trim(3) does not look.
enum { MAPPED_BYTES = 1 << 20, KEPT_BYTES = 2 << 20 };

static NO_RETURN void mem_exhausted(size_t size_bytes)
{
    (void)fprintf(stderr, "out of memory (%zu bytes)\n", size_bytes);
    abort();
}

void *mem_alloc(size_t size_bytes)
{
    void *ptr = malloc(size_bytes ? size_bytes : 1);
    if (!ptr)
        mem_exhausted(size_bytes);
    return ptr;
}

void *mem_zalloc(size_t count, size_t size_bytes)
{
    assert(size_bytes == 0 || count <= SIZE_MAX / size_bytes);
    void *ptr = calloc(count ? count : 1, size_bytes ? size_bytes : 1);
    if (!ptr)
        mem_exhausted(count * size_bytes);
    return ptr;
}

void *mem_realloc(void *ptr, size_t size_bytes)
{
    void *grown = realloc(ptr, size_bytes ? size_bytes : 1);
    if (!grown)
        mem_exhausted(size_bytes);
    return grown;
}

char *mem_dup_cstr(const char *text)
{
    size_t len = strlen(text);
    char *copy = mem_alloc(len + 1);
    memcpy(copy, text, len + 1);
    return copy;
}

void mem_free(void *ptr)
{
    free(ptr);
}

void mem_init(void)
{
    // That of valgrind or a sanitizer knows neither, and needs neither.
    (void)mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES); // of each thread's heap
}

void mem_give_back(void)
{
    (void)malloc_trim(0); // says only whether there was something
}
