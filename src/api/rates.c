// SPDX-License-Identifier: Apache-2.0
// Rates of calls with tokens. The headers are those of draft-ietf-httpapi-ratelimit-headers-07;
// Retry-After is RFC 9110's.
#include "api/rates.h"

#include "api/reply.h"

enum { KIND_TOKEN, KIND_UNKNOWN };
enum { TOKEN_BURST_S = 10, UNKNOWN_BURST_S = 60 }; // of the rate, at once

static long long seconds_up(int64_t ms)
{
    return (long long)(ms + 999) / 1000;
}

static void tell_number(struct call *call, str header, long long number)
{
    reply_header(call, header, arena_printf(call->arena, "%lld", number));
}

static void tell_state(struct call *call, const struct limit_rule *rule,
                       const struct limit_state *state)
{
    tell_number(call, STR("RateLimit-Limit"), rule->burst);
    tell_number(call, STR("RateLimit-Remaining"), state->remaining);
    tell_number(call, STR("RateLimit-Reset"), seconds_up(state->reset_ms));
    reply_header(call, STR("RateLimit-Policy"),
                 arena_printf(call->arena, "%lld;w=%lld", (long long)rule->burst,
                              (long long)(rule->burst * rule->period_ms / rule->count / 1000)));
}

static enum err refuse(struct call *call, const struct limit_state *state, const char *what)
{
    long long wait_s = seconds_up(state->wait_ms);
    tell_number(call, STR("Retry-After"), wait_s);
    return call_fail(call, ERR_TOO_MANY, "Too many requests %s; the next one in %lld s.", what,
                     wait_s);
}

enum err rate_token(struct call *call, str name)
{
    int64_t per_s = call->api->parts.token_requests_per_s;
    if (per_s == 0)
        return OK;
    struct limit_rule rule = { .count = per_s,
                               .period_ms = 1000,
                               .burst = per_s * TOKEN_BURST_S };
    struct limit_state state =
        limits_take(call->api->limits, &(struct limit_ask){ &rule, KIND_TOKEN, name, 1 });
    tell_state(call, &rule, &state);
    return state.is_allowed ? OK : refuse(call, &state, "with this access token");
}

enum err rate_unknown_token(struct call *call)
{
    int64_t per_s = call->api->parts.unknown_tokens_per_s;
    char buffer[LIMIT_ADDRESS_MAX];
    if (per_s == 0)
        return OK;
    struct limit_rule rule = { .count = per_s,
                               .period_ms = 1000,
                               .burst = per_s * UNKNOWN_BURST_S };
    str site = limit_address(call->client_address, buffer);
    struct limit_state state =
        limits_take(call->api->limits, &(struct limit_ask){ &rule, KIND_UNKNOWN, site, 1 });
    return state.is_allowed ? OK : refuse(call, &state, "with tokens that are not known");
}
