// SPDX-License-Identifier: Apache-2.0
// Rates of events: data plane rules A.6.6 and A.7.
#include "gateway/rate.h"

enum { KIND_SOURCE, KIND_WORKSPACE };

static struct refusal take(const struct gateway_rates *rates, int64_t count, int kind, str id,
                           size_t events)
{
    if (count == 0)
        return (struct refusal){ 0 };
    struct limit_rule rule = { .count = count, .period_ms = rates->window_ms, .burst = count };
    struct limit_ask ask = { .kind = kind, .name = id, .cost = (int64_t)events };
    struct limit_state state = limits_take(rates->limits, &rule, &ask);
    if (state.is_allowed)
        return (struct refusal){ 0 };
    return (struct refusal){
        .status = 429,
        .text = "max requests limit reached",
        .wait_s = (int)((state.wait_ms + 999) / 1000),
    };
}

struct refusal rate_events(struct gateway *gateway, struct http_request *request,
                           const struct admission *admission)
{
    const struct gateway_rates *rates = &gateway->parts.rates;
    const struct event_batch *batch = &admission->batch;
    if (batch->job_run_id.len || http_request_header(request, STR("X-Rudder-Job-Run-Id")).len)
        return (struct refusal){ 0 };
    struct refusal refusal =
        take(rates, rates->source_events, KIND_SOURCE, admission->source->id, batch->count);
    if (refusal.status)
        return refusal;
    return take(rates, rates->workspace_events, KIND_WORKSPACE, admission->source->workspace_id,
                batch->count);
}
