// SPDX-License-Identifier: Apache-2.0
// Passwords as the resources need them: checked at a bounded rate, hashed, asked for again.
#pragma once

#include "api/body.h"
#include "api/call.h"
#include "store/password.h"
#include "store/users.h"

// How long a password that was given counts for what asks for it again.
#define CONFIRMED_FOR_MS ((int64_t)10 * 60 * 1000)

// Whether the password is that of the user with the address. ERR_UNAUTHORIZED, without a
// sentence: it is not, or nobody has the address, which takes as long; ERR_TOO_MANY: answered
// with the time to wait; ERR_BUSY.
enum err passphrase_check(struct call *call, str email, str password,
                          struct user_row *ret_user);

// Hashes a new password and wipes it. ERR_BUSY: too many at once.
enum err passphrase_hash(struct call *call, str password, char ret_hash[PASSWORD_HASH_SIZE]);

// ERR_REAUTHENTICATE when a session's password was given too long ago. Other callers have none.
enum err passphrase_is_fresh(struct call *call);

// --- One-time links: a random text whose digest alone is kept

enum { LINK_TOKEN_LEN = 43 };
// Makes the token and its digest.
void link_token_make(struct call *call, char ret_token[LINK_TOKEN_LEN + 1],
                     uint8_t ret_digest[STORE_DIGEST_LEN]);
// Bounds guesses by address. ERR_TOO_MANY. To be followed by link_token_forgive when it was
// right.
enum err link_token_try(struct call *call);
void link_token_forgive(struct call *call);
enum err link_token_refuse(struct call *call);
// "https://host/page#token=…": browsers do not send what stands behind the #.
str link_of(struct call *call, const char *page, const char *token);
