// SPDX-License-Identifier: Apache-2.0
// Sealing of secret fields: XChaCha20-Poly1305 (libsodium), bound to its place {table, row,
// field}, so that a sealed value copied to another place does not open.
//
// Sealed value: format 1 (1 byte), key id (4), nonce (24), ciphertext, tag (16).
// Key file: the line "pintle secret keys 1", then a line for each key, the current one first:
// key id (8 hexadecimal digits, the first bytes of the key's BLAKE2b-256), a space, the key (64
// digits). Older keys stay in the file until nothing is sealed with them.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"
#include "base/rand.h"
#include "base/str.h"
#include "os/fs.h"

struct sealer;

// Where a sealed value stands.
struct seal_place {
    str table;
    str row;
    str field;
};

// Reads the key file. may_create: an absent file is made (0600) with a new key. ERR_NOT_FOUND,
// ERR_FORBIDDEN, ERR_INVALID: no key file; ERR_NEWER_FORMAT. The problem names the file.
enum err sealer_open(struct fs *fs, str path, bool may_create, struct rng *rng,
                     struct sealer **ret_sealer, struct problem *ret_problem);
void sealer_close(struct sealer *sealer); // wipes the keys
AUTO_DEFINE(struct sealer *, sealer_close)

// A new key is the current one from now on; the others stay. After an error the current one is
// as before.
enum err sealer_add_key(struct sealer *sealer, struct fs *fs, struct problem *ret_problem);
// Takes all keys but the current one out of the file.
enum err sealer_drop_old_keys(struct sealer *sealer, struct fs *fs,
                              struct problem *ret_problem);
// Of the current key, as the key file has it.
str sealer_key_id(const struct sealer *sealer, struct arena *arena);
// Whether the bytes look like a value that one of the keys has sealed.
bool sealer_has_sealed(const struct sealer *sealer, str bytes);

// With the current key. The result lives in the arena.
str seal(struct sealer *sealer, struct seal_place place, str plain, struct arena *arena);

// ERR_INVALID: sealed with a key that is not in the file (the problem names key id and file);
// ERR_CORRUPT: altered, or moved from another place; ERR_NEWER_FORMAT.
enum err unseal(struct sealer *sealer, struct seal_place place, str sealed, struct arena *arena,
                str *ret_plain, struct problem *ret_problem);
