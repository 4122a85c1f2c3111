// SPDX-License-Identifier: Apache-2.0
// Judges answers.
#include "delivery/judge.h"

#include "delivery/retry.h"

static bool is_throttling(const struct transport_answer *answer)
{
    return answer->status == 429 || answer->status == 408;
}

static enum verdict verdict_of_status(const struct transport_answer *answer)
{
    if (answer->status >= 200 && answer->status < 300)
        return VERDICT_DELIVERED;
    if (answer->status >= 300 && answer->status < 500 && !is_throttling(answer))
        return VERDICT_REJECTED;
    return VERDICT_RETRY;
}

// A URL that cannot be used is the event's fault when the event chose it. When the settings
// did, a change of the settings mends it, so the event waits.
static enum verdict verdict_of(const struct transport_answer *answer, bool url_is_from_event)
{
    switch (answer->outcome) {
    case HTTP_ANSWERED:
        return verdict_of_status(answer);
    case HTTP_BAD_URL:
    case HTTP_EGRESS_REFUSED:
        return url_is_from_event ? VERDICT_REJECTED : VERDICT_RETRY;
    case HTTP_NAME_FAILED:
    case HTTP_CONNECT_FAILED:
    case HTTP_TIMED_OUT:
    case HTTP_BROKEN:
        return VERDICT_RETRY;
    }
    assert(!"an outcome outside of the enum");
    return VERDICT_RETRY;
}

struct judgement judge(const struct delivery_settings *settings, const struct attempt *attempt,
                       const struct transport_answer *answer, struct rng *rng)
{
    struct judgement judgement = {
        .verdict = verdict_of(answer, attempt->url_is_from_event),
    };
    if (judgement.verdict != VERDICT_RETRY)
        return judgement;
    // An event that sends its request elsewhere says nothing about the configured destination.
    judgement.is_down = !attempt->url_is_from_event;
    if (retry_is_over(settings, attempt->attempts, attempt->age_ms, is_throttling(answer))) {
        judgement.verdict = VERDICT_EXHAUSTED;
        return judgement;
    }
    int64_t asked_ms = retry_after_ms(answer->retry_after, attempt->now_wall_ms);
    judgement.delay_ms = retry_delay_ms(settings, attempt->attempts, asked_ms, rng);
    return judgement;
}
