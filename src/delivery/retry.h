// SPDX-License-Identifier: Apache-2.0
// When to try again, and when not to any more. Pure.
#pragma once

#include "base/base.h"
#include "base/rand.h"
#include "base/str.h"
#include "delivery/delivery.h"
#include "journal/cursors.h"

// What a destination may ask for in Retry-After; longer is taken as this.
enum { RETRY_AFTER_MAX_MS = 24 * 3600 * 1000 };
// No wait is longer than this.
enum { RETRY_WAIT_MAX_MS = RETRY_AFTER_MAX_MS + RETRY_AFTER_MAX_MS / 10 };

// The wait before the next try after `attempts` failures (≥ 1): retry_first_ms doubled each
// time, at most retry_max_ms, give or take a tenth. asked_ms ≥ 0 is the destination's own wish
// and replaces it (at least a second, at most a tenth more).
int64_t retry_delay_ms(const struct delivery_settings *settings, uint32_t attempts,
                       int64_t asked_ms, struct rng *rng);

// Whether an event that failed `attempts` times, first age_ms ago, is given up. is_throttled:
// the last answer was 429 or 408, which only age ends.
bool retry_is_over(const struct delivery_settings *settings, uint32_t attempts, int64_t age_ms,
                   bool is_throttled);

// What a cursor holds of a parked event, as of when it was written: the wall clock may have
// been set since, so only the distance between its two times can be relied on.
//
// How long the event had failed when it was parked, and has waited since; time in which no
// process ran counts only up to the end of its wait.
int64_t retry_age_ms(const struct cursor_parked *parked, int64_t now_wall_ms);

// How long it still has to wait: 0 if it is due, never longer than its whole wait was.
int64_t retry_left_ms(const struct cursor_parked *parked, int64_t now_wall_ms);

// A Retry-After header (RFC 9110 section 10.2.3: seconds or a date) as a wait; -1: none or
// garbled.
int64_t retry_after_ms(str value, int64_t now_wall_ms);
