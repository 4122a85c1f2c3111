// SPDX-License-Identifier: Apache-2.0
// Password hashes: Argon2id (RFC 9106), 2 passes, 19 MiB, as libsodium's text form. One call
// takes about 40 ms and 19 MiB in the caller's thread: callers limit how many run at once.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/str.h"

enum { PASSWORD_HASH_SIZE = 128 }; // with the NUL
enum { PASSWORD_LEN_MAX = 1024 };

// ERR_INVALID: longer than PASSWORD_LEN_MAX; ERR_BUSY: no memory for it now.
enum err password_hash(struct secret password, char ret_hash[PASSWORD_HASH_SIZE]);

// Takes as long for an empty hash (a user who does not exist) as for a real one.
bool password_is_right(struct secret password, str hash);
