// SPDX-License-Identifier: Apache-2.0
// Passwords and one-time links.
#include "api/resources/passphrase.h"

#include "api/reply.h"
#include "api/resources/resources.h"
#include "base/secret.h"
#include "codec/hash.h"

enum err wait_refuse(struct call *call, int64_t wait_ms)
{
    long long wait_s = (long long)(wait_ms + 999) / 1000;
    reply_header(call, STR("Retry-After"), arena_printf(call->arena, "%lld", wait_s));
    return call_fail(call, ERR_TOO_MANY,
                     "Too many attempts; the next one is possible in %lld s.", wait_s);
}

// --- Checking

// As long for an address nobody has as for a real one.
static enum err compare(struct call *call, str email, str password, struct user_row *ret_user)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct user_row user = { 0 };
    enum err err = read_begin(call, &tx);
    if (!err)
        err = store_user_get_by_email(tx, email, &user, &call->problem);
    if (err && err != ERR_NOT_FOUND)
        return err;
    if (!api_hashing_begin(call->api))
        return ERR_BUSY;
    str hash = err ? STR_NONE : user.password_hash;
    bool is_right = password_is_right(secret_of(password), hash);
    api_hashing_end(call->api);
    memset(&call->problem, 0, sizeof(call->problem)); // does not say which of the two
    *ret_user = user;
    return is_right && !err ? OK : ERR_UNAUTHORIZED;
}

enum err passphrase_check(struct call *call, str email, str password, struct user_row *ret_user)
{
    struct attempts *attempts = call->api->attempts;
    str address = call->client_address;
    int64_t wait_ms = attempts_try(attempts, &attempts_by_address, address);
    if (wait_ms == 0) {
        wait_ms = attempts_try(attempts, &attempts_by_email, email);
        if (wait_ms > 0) // another's address book does not make this address wait longer
            attempts_forgive(attempts, &attempts_by_address, address);
    }
    if (wait_ms > 0)
        return wait_refuse(call, wait_ms);
    enum err err = compare(call, email, password, ret_user);
    if (err == ERR_BUSY || !err)
        attempts_forgive(attempts, &attempts_by_address, address);
    if (!err)
        attempts_forgive(attempts, &attempts_by_email, email);
    return err;
}

enum err passphrase_hash(struct call *call, str password, char ret_hash[PASSWORD_HASH_SIZE])
{
    if (!api_hashing_begin(call->api))
        return ERR_BUSY;
    enum err err = password_hash(secret_of(password), ret_hash);
    api_hashing_end(call->api);
    secret_wipe((char *)password.data, password.len);
    return err;
}

enum err passphrase_is_fresh(struct call *call)
{
    int64_t now_ms = clock_wall_ms(call->api->parts.clock);
    if (call->caller != CALLER_SESSION ||
        now_ms - call->session.confirmed_ms <= CONFIRMED_FOR_MS)
        return OK;
    return call_fail(call, ERR_REAUTHENTICATE,
                     "This asks for the password again: POST /v2/session/confirm.");
}

// --- One-time links

void link_token_make(struct call *call, char ret_token[LINK_TOKEN_LEN + 1],
                     uint8_t ret_digest[STORE_DIGEST_LEN])
{
    api_random_text(call->api, LINK_TOKEN_LEN, ret_token);
    hash_sha256(ret_token, LINK_TOKEN_LEN, ret_digest);
}

enum err link_token_try(struct call *call)
{
    int64_t wait_ms =
        attempts_try(call->api->attempts, &attempts_by_address, call->client_address);
    return wait_ms > 0 ? wait_refuse(call, wait_ms) : OK;
}

void link_token_forgive(struct call *call)
{
    attempts_forgive(call->api->attempts, &attempts_by_address, call->client_address);
}

enum err link_token_refuse(struct call *call)
{
    memset(&call->problem, 0, sizeof(call->problem));
    reply_header(call, STR("WWW-Authenticate"), STR("Bearer realm=\"pintle\""));
    return call_fail(call, ERR_UNAUTHORIZED, "The link does not work any more.");
}

str link_of(struct call *call, const char *page, const char *token)
{
    return arena_printf(call->arena, "%" PRIstr "/%s#token=%s",
                        STR_ARG(call->api->parts.public_url), page, token);
}
