// SPDX-License-Identifier: Apache-2.0
// Whether a request is taken.
#include "gateway/admit.h"

#include "codec/base64.h"
#include "codec/gzip.h"
#include "gateway/rate.h"
#include "gateway/verdict.h"

static const struct refusal none = { 0 };
static const struct refusal no_header_key = { 401, "failed to read writekey from header" };
static const struct refusal no_query_key = { 401, "failed to read writekey from query params" };
static const struct refusal unknown_key = { 401, "invalid write key" };
static const struct refusal disabled = { 404, "source is disabled" };
static const struct refusal unreadable = { 500, "failed to read body from request" };
static const struct refusal too_big = { 413, "request size exceeds max limit" };

bool admit_basic_user(str authorization, struct arena *arena, str *ret_user)
{
    static const str scheme = STR("Basic ");
    str credentials;
    if (!str_eq_nocase(str_sub(authorization, 0, scheme.len), scheme))
        return false;
    str coded = str_sub(authorization, scheme.len, authorization.len);
    if (base64_decode(BASE64_STANDARD, coded, arena, &credentials))
        return false;
    size_t colon = str_find(credentials, ':');
    if (colon == 0 || colon == credentials.len)
        return false;
    *ret_user = str_sub(credentials, 0, colon);
    return true;
}

struct refusal admit_source(const struct snapshot *snapshot, str write_key,
                            const struct ws_source **ret_source)
{
    const struct ws_source *source = snapshot_source_by_write_key(snapshot, write_key);
    if (!source)
        return unknown_key;
    if (!source->is_enabled)
        return disabled;
    *ret_source = source;
    return none;
}

struct refusal admit_body(str content_encoding, str body, size_t cap_bytes, struct arena *arena,
                          str *ret_text)
{
    if (!str_eq(content_encoding, STR("gzip"))) {
        *ret_text = body;
        return none;
    }
    enum err err = gzip_decode(body, cap_bytes, arena, ret_text);
    if (err == ERR_TOO_BIG)
        return too_big;
    return err ? unreadable : none;
}

// What event_decode says goes out as it is: its texts are the wire's.
struct refusal admit_events(str text, const struct endpoint *endpoint,
                            const struct event_hash_key *key, struct arena *arena,
                            struct event_batch *ret_batch)
{
    struct problem *problem = ARENA_NEW(arena, struct problem);
    enum err err =
        event_decode(text, endpoint->shape, endpoint->type, key, arena, ret_batch, problem);
    if (!err)
        return none;
    return (struct refusal){ .status = err_http_status(err), .text = problem->text };
}

struct refusal admit_size(const struct event_batch *batch, size_t limit_bytes)
{
    return batch->wrapped_bytes > limit_bytes && !batch->is_size_exempt ? too_big : none;
}

// What is left of a request that is all suppressed users' is welcome, whatever its size.
struct refusal admit_wanted(struct gateway *gateway, struct http_request *request,
                            struct admission *admission)
{
    verdict(gateway, admission);
    if (admission->batch.count == 0)
        return none;
    struct refusal refusal = rate_events(gateway, request, admission);
    return refusal.status ? refusal
                          : admit_size(&admission->batch, gateway->parts.body_limit_bytes);
}

// The key that stands outside of the body; *ret_key is STR_NONE when it may stand within.
static struct refusal find_key(struct http_request *request, const struct endpoint *endpoint,
                               struct arena *arena, str *ret_key)
{
    *ret_key = STR_NONE;
    if (endpoint->key_place != KEY_IN_HEADER &&
        http_request_query(request, STR("writeKey"), ret_key) && ret_key->len > 0)
        return none;
    if (endpoint->key_place == KEY_IN_QUERY)
        return no_query_key;
    str authorization = http_request_header(request, STR("Authorization"));
    if (authorization.data && admit_basic_user(authorization, arena, ret_key))
        return none;
    if (endpoint->key_place == KEY_IN_QUERY_OR_HEADER)
        return no_query_key;
    return authorization.data ? no_header_key : none;
}

struct refusal admit_head(struct gateway *gateway, struct http_request *request,
                          const struct endpoint *endpoint, struct admission *ret_admission)
{
    str write_key;
    if (endpoint->key_place == KEY_IS_SOURCE_ID)
        return admit_ids(gateway, request, endpoint, ret_admission);
    struct refusal refusal = find_key(request, endpoint, gateway->scratch, &write_key);
    if (refusal.status || !write_key.data)
        return refusal;
    return admit_source(workspace_view_get(gateway->view), write_key, &ret_admission->source);
}

void gateway_judge(struct http_request *request, void *ctx)
{
    struct gateway *gateway = ctx;
    struct admission admission = { 0 };
    if (!http_request_awaits_word(request))
        return;
    struct refusal refusal = admit_head(gateway, request, request->route->row, &admission);
    if (refusal.status)
        gateway_refuse(request, refusal);
    scratch_clear(gateway);
}

static struct refusal read_events(struct gateway *gateway, struct http_request *request,
                                  const struct endpoint *endpoint,
                                  struct event_batch *ret_batch)
{
    str encoding = http_request_header(request, STR("Content-Encoding"));
    str text = STR_NONE;
    struct refusal refusal = admit_body(
        encoding, request->body, gateway->parts.body_hard_cap_bytes, gateway->scratch, &text);
    if (refusal.status)
        return refusal;
    return admit_events(text, endpoint, gateway->parts.hash_key, gateway->scratch, ret_batch);
}

// A body in which no key can be found is a request without a key, whatever else is wrong with
// it.
static struct refusal admit_unkeyed(struct gateway *gateway, struct http_request *request,
                                    const struct endpoint *endpoint,
                                    struct admission *ret_admission)
{
    struct event_batch batch = { 0 };
    struct refusal refusal = read_events(gateway, request, endpoint, &batch);
    if (refusal.status || batch.write_key.len == 0)
        return no_header_key;
    ret_admission->batch = batch;
    const struct snapshot *snapshot = workspace_view_get(gateway->view);
    return admit_source(snapshot, batch.write_key, &ret_admission->source);
}

// A key outside of the body is judged before the body is looked at.
struct refusal admit(struct gateway *gateway, struct http_request *request,
                     const struct endpoint *endpoint, struct admission *ret_admission)
{
    struct refusal refusal = admit_head(gateway, request, endpoint, ret_admission);
    if (!refusal.status)
        refusal = ret_admission->source
                      ? read_events(gateway, request, endpoint, &ret_admission->batch)
                      : admit_unkeyed(gateway, request, endpoint, ret_admission);
    if (!refusal.status)
        refusal = admit_wanted(gateway, request, ret_admission);
    return refusal;
}
