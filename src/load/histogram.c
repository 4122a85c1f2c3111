// SPDX-License-Identifier: Apache-2.0
// Latencies in buckets.
#include "load/histogram.h"

enum { PART_BITS = 6 };
_Static_assert(HISTOGRAM_PARTS == 1 << PART_BITS, "parts of a power of two");

static size_t bucket_of(uint64_t value)
{
    if (value < HISTOGRAM_PARTS)
        return (size_t)value;
    unsigned shift = 63 - (unsigned)__builtin_clzll(value) - PART_BITS;
    return ((size_t)shift + 1) * HISTOGRAM_PARTS + (size_t)(value >> shift) - HISTOGRAM_PARTS;
}

// The greatest value of the bucket.
static uint64_t end_of(size_t bucket)
{
    if (bucket < HISTOGRAM_PARTS)
        return bucket;
    unsigned shift = (unsigned)(bucket / HISTOGRAM_PARTS - 1);
    uint64_t part = bucket % HISTOGRAM_PARTS + HISTOGRAM_PARTS;
    return (part << shift) + (((uint64_t)1 << shift) - 1);
}

void histogram_add(struct histogram *histogram, uint64_t value)
{
    histogram->count++;
    histogram->max = MAX(histogram->max, value);
    histogram->buckets[bucket_of(value)]++;
}

uint64_t histogram_at(const struct histogram *histogram, double share)
{
    assert(share >= 0 && share <= 1);
    double wanted = (double)histogram->count * share;
    uint64_t seen = 0;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->buckets[i];
        if (seen > 0 && (double)seen >= wanted)
            return MIN(end_of(i), histogram->max);
    }
    return histogram->max;
}
