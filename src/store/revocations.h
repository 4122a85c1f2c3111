// SPDX-License-Identifier: Apache-2.0
// The log of revoked token digests: a file beside the database that only grows, so that a
// database restored from an older copy does not revive a token that was revoked since.
//
// Little-endian. Header (40 bytes): "PTLREVOC", format 1 (u32), reserved zero (u32), directory
// id (16), reserved zero (u32), CRC-32C of the 36 bytes before (u32). Then entries (48 bytes):
// SHA-256 digest (32), time of revocation in ms (u64), reserved zero (u32), CRC-32C of the 44
// bytes before (u32). What a crash leaves of an unfinished last entry is overwritten.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "os/fs.h"

struct revocations;

struct revocation {
    uint8_t digest[32];
    int64_t revoked_ms;
};

// Opens or creates the file. ERR_CONFLICT: of another data directory; ERR_NEWER_FORMAT;
// ERR_CORRUPT: the header is damaged. A damaged entry is left out and told to the observer.
enum err revocations_open(struct fs *fs, str path, const uint8_t id[16],
                          struct observer *observer, struct revocations **ret_revocations,
                          struct problem *ret_problem);
void revocations_close(struct revocations *revocations);
AUTO_DEFINE(struct revocations *, revocations_close)

// What the file holds, oldest first.
const struct revocation *revocations_all(const struct revocations *revocations,
                                         size_t *ret_count);

// Durable when it returns OK. Not thread-safe.
enum err revocations_add(struct revocations *revocations, const struct revocation *entries,
                         size_t count, struct problem *ret_problem);
