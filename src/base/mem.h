// SPDX-License-Identifier: Apache-2.0
// Heap memory. The system being out of memory ends the process (the journal makes that safe),
// so nothing here returns NULL and no caller has an out-of-memory branch.
#pragma once

#include "base/base.h"

// Uninitialised memory of at least one byte; the caller frees it with mem_free.
void *mem_alloc(size_t size_bytes) __attribute__((malloc, returns_nonnull));

// Zeroed memory for count items; count * size_bytes must not overflow (asserted).
void *mem_zalloc(size_t count, size_t size_bytes) __attribute__((malloc, returns_nonnull));

void *mem_realloc(void *ptr, size_t size_bytes) __attribute__((returns_nonnull));

// A copy of a NUL-terminated text.
char *mem_dup_cstr(const char *text) __attribute__((malloc, returns_nonnull));

// NULL is accepted.
void mem_free(void *ptr);

// To be called once, before there are threads: from then on what is large goes back to the
// system when it is freed, whoever frees it. Who needs it again soon keeps it knowingly, and
// lets go of it at rest (loop/rest.h).
void mem_init(void);

// Gives back what is left of small blocks: after a busy time, when nobody waits, since it takes
// some milliseconds for each 100 MB. From any thread.
void mem_give_back(void);

#define NEW(type) ((type *)mem_zalloc(1, sizeof(type)))
