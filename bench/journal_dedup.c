// SPDX-License-Identifier: Apache-2.0
// What remembering messageIds costs: memory for each, and the time of a look at a full memory.
//
// usage: journal_dedup [MEBIBYTES]
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "journal/dedup.h"

enum { ROUNDS = 5, WINDOW_S = 3600 };

static double cpu_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long resident_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    if (file)
        (void)fclose(file);
    return pages * 4;
}

// Mixes a counter, so that ids fall all over the table as hashes do.
static uint64_t mix(uint64_t n)
{
    n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9;
    n = (n ^ (n >> 27)) * 0x94d049bb133111eb;
    return n ^ (n >> 31);
}

static double ns_per_id(struct dedup *dedup, uint64_t from, uint64_t count, size_t *ret_known)
{
    double started = cpu_s();
    *ret_known = 0;
    for (uint64_t n = from; n < from + count; n++) {
        struct dedup_id id = { .check = mix(n), .hash = (uint32_t)n, .expires_s = WINDOW_S };
        *ret_known += dedup_see(dedup, &id, 0);
    }
    return (cpu_s() - started) * 1e9 / (double)count;
}

int main(int argc, char **argv)
{
    size_t mib = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 64;
    long before_kib = resident_kib();
    struct dedup *dedup = dedup_new(mib << 20);
    uint64_t count = dedup_counts(dedup).ids_max;
    size_t known;
    double fill_ns = ns_per_id(dedup, 0, count, &known);
    printf("%" PRIu64 " ids, %.1f bytes each, filled at %.0f ns each\n", count,
           (double)(resident_kib() - before_kib) * 1024 / (double)count, fill_ns);
    for (int round = 0; round < ROUNDS; round++) {
        double same_ns = ns_per_id(dedup, (uint64_t)round * count, count, &known);
        size_t known_again = known;
        double new_ns = ns_per_id(dedup, (uint64_t)(round + 1) * count, count, &known);
        printf("full: %.0f ns for an id that is known (%zu were), %.0f ns for a new one (%zu "
               "were known)\n",
               same_ns, known_again, new_ns, known);
    }
    dedup_free(dedup);
    return 0;
}
