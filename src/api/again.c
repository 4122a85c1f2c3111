// SPDX-License-Identifier: Apache-2.0
// Answers given again, and tags of answers. A tag is the digest of what this caller is shown,
// so it tells nothing that the answer does not tell.
#include "api/again.h"

#include "api/reply.h"
#include "codec/hash.h"
#include "codec/hex.h"
#include "store/kept_answers.h"

enum { KEY_LEN_MAX = 255, TAG_BYTES = 16 };

static bool is_key(str key)
{
    for (size_t i = 0; i < key.len; i++)
        if (key.data[i] < 0x21 || key.data[i] > 0x7e)
            return false;
    return key.len >= 1 && key.len <= KEY_LEN_MAX;
}

// Of everything that makes two creates the same; lengths keep the parts apart.
static void digest_key(const struct call *call, uint8_t *ret_digest)
{
    const struct principal *principal = &call->principal;
    str who = principal->token_id.len ? principal->token_id : principal->user_id;
    str what = str_of(call->operation->name);
    str text = arena_printf(call->arena, "%zu %" PRIstr " %" PRIstr " %" PRIstr " %" PRIstr,
                            who.len, STR_ARG(who), STR_ARG(principal->workspace_id),
                            STR_ARG(what), STR_ARG(call->idempotency_key));
    hash_sha256(text.data, text.len, ret_digest);
}

enum err again_give(struct call *call, struct store_tx *tx, bool *ret_is_given)
{
    uint8_t digest[KEPT_ANSWER_DIGEST_LEN], request[KEPT_ANSWER_DIGEST_LEN];
    struct kept_answer_row row;
    *ret_is_given = false;
    if (!call->idempotency_key.data)
        return OK;
    if (!is_key(call->idempotency_key))
        return call_invalid(call, STR("Idempotency-Key"),
                            "must be 1 to %d visible ASCII characters", KEY_LEN_MAX);
    digest_key(call, digest);
    enum err err = store_kept_answer_get(tx, digest, &row, &call->problem);
    if (err)
        return err == ERR_NOT_FOUND ? OK : err;
    hash_sha256(call->body.data, call->body.len, request);
    if (!hash_equal(request, row.request, sizeof(request)))
        return call_fail(call, ERR_CONFLICT,
                         "This Idempotency-Key was used for another request");
    json_value_raw(reply_json(call, (int)row.status), row.answer);
    reply_header(call, STR("Idempotency-Replayed"), STR("true"));
    *ret_is_given = true;
    return OK;
}

enum err again_keep(struct call *call, struct store_tx *tx)
{
    struct kept_answer_row row = { .status = call->status, .answer = buf_str(&call->out) };
    if (!call->idempotency_key.data)
        return OK;
    digest_key(call, row.digest);
    hash_sha256(call->body.data, call->body.len, row.request);
    return store_kept_answer_add(tx, &row, &call->problem);
}

// --- Tags

static str tag_of(struct call *call)
{
    uint8_t digest[HASH_SHA256_LEN];
    char hex[2 * TAG_BYTES + 1] = { 0 };
    hash_sha256(call->out.data, call->out.len, digest);
    hex_encode(digest, TAG_BYTES, hex);
    return arena_printf(call->arena, "\"%.*s\"", 2 * TAG_BYTES, hex);
}

void again_tag(struct call *call)
{
    reply_header(call, STR("ETag"), tag_of(call));
}

enum err again_match(struct call *call)
{
    str rest = call->if_match, wanted;
    if (!call->if_match.data || str_eq(str_trim(call->if_match), STR("*")))
        return OK;
    str tag = tag_of(call);
    while (str_next(&rest, ',', &wanted))
        if (str_eq(str_trim(wanted), tag))
            return OK;
    return call_fail(call, ERR_CHANGED,
                     "It is not what If-Match names any more: read it again");
}
