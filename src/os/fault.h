// SPDX-License-Identifier: Apache-2.0
// A simulated disk in memory for tests. It remembers what was synced, sector by sector and name
// by name, so that it can fail the n-th call, tear a write, and crash: drop what was not
// synced.
//
// What it holds a program to, stricter than most disks:
// - bytes are durable when their file was synced after they were written;
// - a name is durable when its directory was synced after the creation, renaming or removal;
//   pending ones become durable in their order or not at all;
// - a failed sync makes nothing durable, and a later sync of the file does not make up for it:
//   the sectors count as clean, as in Linux, until they are written again;
// - a sector is written whole or not at all;
// - of a page with a sector that is refused, nothing can be written but all of it, since the
// kernel
//   reads the rest; then it can be read again.
#pragma once

#include "os/fs.h"

enum { FAULT_SECTOR_BYTES = 512, FAULT_PAGE_BYTES = 4096 };

// The calls of struct fs_ops, as bits. close is not among them: it cannot fail.
enum fault_call {
    FAULT_OPEN = 1 << 0,
    FAULT_PREAD = 1 << 1,
    FAULT_PWRITEV = 1 << 2,
    FAULT_DATASYNC = 1 << 3,
    FAULT_ALLOCATE = 1 << 4,
    FAULT_TRUNCATE = 1 << 5,
    FAULT_SIZE = 1 << 6,
    FAULT_RENAME = 1 << 7,
    FAULT_REMOVE = 1 << 8,
    FAULT_MAKE_DIR = 1 << 9,
    FAULT_SYNC_DIR = 1 << 10,
    FAULT_LIST = 1 << 11,
    FAULT_FREE_BYTES = 1 << 12,
    FAULT_LOCK = 1 << 13,
    FAULT_ANY = (1 << 14) - 1,
};

enum fault_action {
    FAULT_FAIL,  // the call returns -error and does nothing
    FAULT_TEAR,  // a write leaves some of its sectors, then fails; other calls just fail
    FAULT_CRASH, // as FAULT_TEAR, and every later call fails until fault_restart
};

struct fault_plan {
    unsigned calls;   // which calls count
    uint64_t nth;     // from 1: the first one counted; 0: none
    uint64_t repeats; // how many further ones fail too (FAULT_FAIL)
    enum fault_action action;
    int error; // EIO when 0
};

struct fault;

// capacity_bytes: what all files together may hold.
struct fault *fault_new(uint64_t seed, uint64_t capacity_bytes);
void fault_free(struct fault *fault); // every file is closed
AUTO_DEFINE(struct fault *, fault_free)
struct fs *fault_fs(struct fault *fault);

// Sets the plan, and counts from here.
void fault_set(struct fault *fault, struct fault_plan plan);
// Whether the plan's n-th call has come.
bool fault_has_struck(struct fault *fault);
// Calls of these kinds since fault_set.
uint64_t fault_count(struct fault *fault, unsigned calls);

// What has been said of all files to need no memory.
uint64_t fault_forgotten_bytes(struct fault *fault);

void fault_set_capacity(struct fault *fault, uint64_t capacity_bytes);

// Called before each call, on its thread and without a lock: a test can hold a thread here.
void fault_set_hook(struct fault *fault, void (*hook)(void *ctx, enum fault_call call),
                    void *ctx);

enum fault_kept {
    FAULT_KEEP_SYNCED, // nothing but what was synced survives
    FAULT_KEEP_SOME,   // some of the sectors and names that were not synced survive too
    FAULT_KEEP_ALL,    // only the process has died
};
// The machine comes up again: files are as the crash left them, locks are free, the plan is
// gone. Files that are still open can only be closed.
void fault_restart(struct fault *fault, enum fault_kept kept);

// A file's bytes, on disk and in memory alike. false: no such file, or beyond its end.
bool fault_flip_bit(struct fault *fault, const char *path, uint64_t offset, int bit);
bool fault_peek(struct fault *fault, const char *path, uint64_t offset, void *dest, size_t len);
bool fault_poke(struct fault *fault, const char *path, uint64_t offset, const void *data,
                size_t len);
// The sectors of the range are refused: reading any byte of one gives EIO, until it is written
// or the file's are allowed again. false: no such file, or beyond its end.
bool fault_refuse(struct fault *fault, const char *path, uint64_t offset, size_t len);
void fault_allow(struct fault *fault, const char *path);
// -1: no such file.
int64_t fault_size(struct fault *fault, const char *path);
