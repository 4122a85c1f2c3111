// SPDX-License-Identifier: Apache-2.0
// Latencies counted in buckets that are exact to one part in 64, whatever their size. Pure.
#pragma once

#include "base/base.h"

// Powers of two from 64 up are parted in 64; below, each number has its own bucket.
enum { HISTOGRAM_PARTS = 64, HISTOGRAM_BUCKETS = HISTOGRAM_PARTS * (64 - 5) };

struct histogram {
    uint64_t count;
    uint64_t max;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t value);

// The least value that `share` (0 to 1) of all values are not above, to one part in 64; never
// above the greatest one. 0 when nothing was added.
uint64_t histogram_at(const struct histogram *histogram, double share);
