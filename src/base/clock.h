// SPDX-License-Identifier: Apache-2.0
// Time comes in as a value, so that no test sleeps. Wall time only for what people see;
// waiting, backoff and rates use the monotonic clock.
#pragma once

#include "base/base.h"

struct clock {
    int64_t (*wall_ms)(const struct clock *clock); // since 1970-01-01T00:00:00Z
    int64_t (*mono_ns)(const struct clock *clock); // since an arbitrary start
};

// The system's clocks.
const struct clock *clock_system(void);

static inline int64_t clock_wall_ms(const struct clock *clock)
{
    return clock->wall_ms(clock);
}

static inline int64_t clock_mono_ns(const struct clock *clock)
{
    return clock->mono_ns(clock);
}

static inline int64_t clock_mono_ms(const struct clock *clock)
{
    return clock->mono_ns(clock) / 1000000;
}

// A clock that a test moves by hand: &fake.clock is passed, fake.wall_ms_now and
// fake.mono_ns_now set.
struct clock_fake {
    struct clock clock;
    _Atomic int64_t wall_ms_now; // a test moves them while other threads look
    _Atomic int64_t mono_ns_now;
};

void clock_fake_init(struct clock_fake *fake, int64_t wall_ms);
void clock_fake_advance_ms(struct clock_fake *fake, int64_t ms);
