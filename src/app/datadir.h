// SPDX-License-Identifier: Apache-2.0
// The data directory: its lock (one process at a time), its id (the same in journal, cursors
// and store, so that a mixture is refused) and the paths inside.
//
//   lock            held by whoever works on the directory
//   id              "pintle data directory format 1\n" and 32 hexadecimal digits
//   control.sock    management requests of commands while the server runs (0600)
//   pintle.db       the control store          secret.key   seals its secret fields
//   journal/        events and cursors         outcomes/    dead letters
//   revocations     digests of revoked tokens
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/rand.h"
#include "base/str.h"
#include "event/event.h"

struct datadir;

// For commands that read files of the directory without its lock. ERR_NOT_FOUND: path/name is
// not there; the problem tells how to name another directory.
enum err datadir_expect(str path, const char *name, struct problem *ret_problem);

// Takes the lock, reads or makes the id; with may_create also makes the directory (0700).
// ERR_NOT_FOUND: there is no data directory and none may be made; ERR_LOCKED:
// another process works on it; ERR_NEWER_FORMAT; ERR_FORBIDDEN, ERR_IO, ERR_INVALID (not a data
// directory).
enum err datadir_open(str path, bool may_create, struct rng *rng, struct datadir **ret_dir,
                      struct problem *ret_problem);
void datadir_close(struct datadir *dir);
AUTO_DEFINE(struct datadir *, datadir_close)

const uint8_t *datadir_id(const struct datadir *dir); // 16 bytes
str datadir_path(const struct datadir *dir);          // NUL-terminated

// Key of the event hashes, derived from the id.
void datadir_event_key(const struct datadir *dir, struct event_hash_key *ret_key);

// The control socket's path, also without holding the directory. False when it does not fit.
bool datadir_control_path(str dir_path, char *ret_path, size_t size) MUST_CHECK;
