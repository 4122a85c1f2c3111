// SPDX-License-Identifier: Apache-2.0
// Rates of events: data plane rules A.6.6 and A.7.
#include "gateway/rate.h"

enum { KIND_SOURCE, KIND_WORKSPACE };

static bool is_of_job_run(struct http_request *request, const struct event_batch *batch)
{
    return batch->job_run_id.len ||
           http_request_header(request, STR("X-Rudder-Job-Run-Id")).len;
}

struct refusal rate_events(struct gateway *gateway, struct http_request *request,
                           const struct admission *admission)
{
    const struct gateway_rates *rates = &gateway->parts.rates;
    const struct ws_source *source = admission->source;
    const struct {
        int64_t events;
        int kind;
        str id;
    } limits[] = { { rates->source_events, KIND_SOURCE, source->id },
                   { rates->workspace_events, KIND_WORKSPACE, source->workspace_id } };
    struct limit_rule rules[ARRAY_LEN(limits)];
    struct limit_ask asks[ARRAY_LEN(limits)];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        int64_t events = limits[i].events;
        if (events == 0)
            continue;
        rules[count] = (struct limit_rule){ events, rates->window_ms, .burst = events };
        asks[count] = (struct limit_ask){ &rules[count], limits[i].kind, limits[i].id,
                                          (int64_t)admission->batch.count };
        count++;
    }
    int64_t wait_ms = 0;
    if (count == 0 || is_of_job_run(request, &admission->batch) ||
        limits_take_all(rates->limits, asks, count, &wait_ms))
        return (struct refusal){ 0 };
    return (struct refusal){
        .status = 429,
        .text = "max requests limit reached",
        .wait_s = (int)((wait_ms + 999) / 1000),
    };
}
