// SPDX-License-Identifier: Apache-2.0
// Backoff and giving up.
#include "delivery/retry.h"

static int64_t with_spread(int64_t base_ms, int64_t spread_ms, struct rng *rng)
{
    return base_ms + (int64_t)rng_below(rng, (uint64_t)spread_ms + 1);
}

int64_t retry_delay_ms(const struct delivery_settings *settings, uint32_t attempts,
                       int64_t asked_ms, struct rng *rng)
{
    assert(attempts > 0);
    if (asked_ms >= 0) {
        int64_t wait_ms = MAX(asked_ms, (int64_t)1000);
        return with_spread(wait_ms, wait_ms / 10, rng);
    }
    int64_t wait_ms = settings->retry_first_ms;
    for (uint32_t i = 1; i < attempts && wait_ms < settings->retry_max_ms; i++)
        wait_ms *= 2;
    wait_ms = MIN(wait_ms, settings->retry_max_ms);
    return with_spread(wait_ms - wait_ms / 10, wait_ms / 5, rng);
}

bool retry_is_over(const struct delivery_settings *settings, uint32_t attempts, int64_t age_ms,
                   bool is_throttled)
{
    if (age_ms > settings->retry_expiry_ms)
        return true;
    return !is_throttled && attempts >= settings->retry_min_attempts &&
           age_ms > settings->retry_window_ms;
}

static int64_t whole_ms(const struct cursor_parked *parked)
{
    int64_t whole_ms;
    if (__builtin_sub_overflow(parked->not_before_wall_ms, parked->first_failure_wall_ms,
                               &whole_ms))
        return 0;
    return MAX(whole_ms, (int64_t)0);
}

int64_t retry_left_ms(const struct cursor_parked *parked, int64_t now_wall_ms)
{
    int64_t left_ms;
    if (__builtin_sub_overflow(parked->not_before_wall_ms, now_wall_ms, &left_ms))
        return 0;
    int64_t most_ms = MIN(whole_ms(parked), (int64_t)RETRY_WAIT_MAX_MS);
    return MIN(MAX(left_ms, (int64_t)0), most_ms);
}

int64_t retry_age_ms(const struct cursor_parked *parked, int64_t now_wall_ms)
{
    return whole_ms(parked) - retry_left_ms(parked, now_wall_ms);
}

static int64_t date_wait_ms(str value, int64_t now_wall_ms)
{
    char text[64];
    struct tm parts = { 0 };
    if (!str_copy(value, text, sizeof(text)))
        return -1;
    const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (!end || *end)
        return -1;
    int64_t at_ms = (int64_t)timegm(&parts) * 1000;
    return at_ms > now_wall_ms ? at_ms - now_wall_ms : 0;
}

int64_t retry_after_ms(str value, int64_t now_wall_ms)
{
    value = str_trim(value);
    uint64_t seconds;
    int64_t wait_ms;
    if (value.len == 0)
        return -1;
    if (str_to_u64(value, &seconds))
        wait_ms = seconds > RETRY_AFTER_MAX_MS ? RETRY_AFTER_MAX_MS : (int64_t)seconds * 1000;
    else
        wait_ms = date_wait_ms(value, now_wall_ms);
    return MIN(wait_ms, (int64_t)RETRY_AFTER_MAX_MS);
}
