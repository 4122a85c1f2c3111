// SPDX-License-Identifier: Apache-2.0
// The system's clocks, and one for tests.
#include "base/clock.h"

static int64_t read_ns(clockid_t id)
{
    struct timespec now;
    (void)clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t system_wall_ms(const struct clock *clock)
{
    (void)clock;
    return read_ns(CLOCK_REALTIME) / 1000000;
}

static int64_t system_mono_ns(const struct clock *clock)
{
    (void)clock;
    return read_ns(CLOCK_MONOTONIC);
}

const struct clock *clock_system(void)
{
    static const struct clock system = { .wall_ms = system_wall_ms, .mono_ns = system_mono_ns };
    return &system;
}

static int64_t fake_wall_ms(const struct clock *clock)
{
    return ((const struct clock_fake *)clock)->wall_ms_now;
}

static int64_t fake_mono_ns(const struct clock *clock)
{
    return ((const struct clock_fake *)clock)->mono_ns_now;
}

void clock_fake_init(struct clock_fake *fake, int64_t wall_ms)
{
    *fake = (struct clock_fake){
        .clock = { .wall_ms = fake_wall_ms, .mono_ns = fake_mono_ns },
        .wall_ms_now = wall_ms,
        .mono_ns_now = 1000000000,
    };
}

void clock_fake_advance_ms(struct clock_fake *fake, int64_t ms)
{
    fake->wall_ms_now += ms;
    fake->mono_ns_now += ms * 1000000;
}
