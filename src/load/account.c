// SPDX-License-Identifier: Apache-2.0
// What became of a load's requests and events.
#include "load/account.h"

#include "base/mem.h"
#include "base/rand.h"
#include "codec/hex.h"

static void name_run(struct load_result *result)
{
    uint8_t random[LOAD_RUN_LEN / 2];
    rng_fill(rng_system(), random, sizeof(random));
    hex_encode(random, sizeof(random), result->run);
}

void account_begin(struct load_result *result, const struct load_plan *plan)
{
    *result = (struct load_result){ .event_count = plan->rate * plan->seconds };
    assert(result->event_count > 0 && result->event_count <= LOAD_EVENTS_MAX);
    result->acknowledged = mem_zalloc(result->event_count / 8 + 1, 1);
    result->latency = NEW(struct histogram);
    result->late = NEW(struct histogram);
    name_run(result);
}

void account_acknowledge(struct load_result *result, uint64_t first, uint64_t count,
                         uint64_t latency_us)
{
    for (uint64_t i = first; i < first + count; i++)
        result->acknowledged[i / 8] |= (uint8_t)(1 << i % 8);
    result->acknowledged_events += count;
    result->acknowledged_requests++;
    histogram_add(result->latency, latency_us);
}

void account_refuse(struct load_result *result, int status, str text)
{
    size_t class = (size_t)status / 100;
    result->refused_requests[MIN(class, ARRAY_LEN(result->refused_requests) - 1)]++;
    if (result->first_refusal[0])
        return;
    if (status == 0)
        (void)snprintf(result->first_refusal, sizeof(result->first_refusal),
                       "no answer: %" PRIstr, STR_ARG(text));
    else
        (void)snprintf(result->first_refusal, sizeof(result->first_refusal), "%d: %" PRIstr,
                       status, STR_ARG(str_trim(text)));
}

bool load_is_acknowledged(const struct load_result *result, uint64_t number)
{
    assert(number < result->event_count);
    return result->acknowledged[number / 8] >> number % 8 & 1;
}

void load_result_done(struct load_result *result)
{
    mem_free(result->acknowledged);
    mem_free(result->latency);
    mem_free(result->late);
    *result = (struct load_result){ 0 };
}
