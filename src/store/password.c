// SPDX-License-Identifier: Apache-2.0
// Argon2id by libsodium.
#include "store/password.h"

#include <sodium.h>

enum { PASSES = 2, MEMORY_BYTES = 19 << 20 };
_Static_assert(PASSWORD_HASH_SIZE >= crypto_pwhash_argon2id_STRBYTES, "room for the text form");

// Nobody's: compared against when there is no hash, so that the time tells nothing.
static const char nobodys_hash[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

enum err password_hash(struct secret password, char ret_hash[PASSWORD_HASH_SIZE])
{
    str text = secret_reveal(password);
    if (text.len > PASSWORD_LEN_MAX)
        return ERR_INVALID;
    if (sodium_init() < 0)
        return ERR_IO;
    char hash[crypto_pwhash_argon2id_STRBYTES];
    if (crypto_pwhash_argon2id_str(hash, text.data ? text.data : "", text.len, PASSES,
                                   MEMORY_BYTES) != 0)
        return ERR_BUSY;
    memcpy(ret_hash, hash, sizeof(hash));
    return OK;
}

bool password_is_right(struct secret password, str hash)
{
    str text = secret_reveal(password);
    char copy[PASSWORD_HASH_SIZE];
    if (text.len > PASSWORD_LEN_MAX || sodium_init() < 0)
        return false;
    bool is_real = hash.len > 0 && str_copy(hash, copy, sizeof(copy));
    const char *compared = is_real ? copy : nobodys_hash;
    int rc = crypto_pwhash_argon2id_str_verify(compared, text.data ? text.data : "", text.len);
    return is_real && rc == 0;
}
