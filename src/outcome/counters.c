// SPDX-License-Identifier: Apache-2.0
// Counters per minute. An id that counts nothing for a day costs nothing any more: its hours
// are freed when they are reused, the id itself when the table has doubled.
#include "outcome/counters.h"

#include <pthread.h>

#include "base/map.h"
#include "base/mem.h"

enum {
    HOURS = 25,
    MINUTES_MAX = 1440,
    FIRST_SWEEP = 256
}; // the 25th hour is the one that runs

struct hour {
    uint64_t counts[60][OUTCOME_COUNTER_COUNT];
};

struct series {
    int64_t hour_numbers[HOURS]; // of hours[i]
    struct hour *hours[HOURS];   // NULL: nothing was counted
    int64_t newest_hour;
    size_t id_len;
    char id[];
};

struct counters {
    const struct clock *clock;
    pthread_mutex_t lock;
    struct map *series; // id → struct series
    size_t sweep_at;
};

struct counters *counters_new(const struct clock *clock)
{
    struct counters *counters = NEW(struct counters);
    counters->clock = clock;
    counters->series = map_new();
    counters->sweep_at = FIRST_SWEEP;
    pthread_mutex_init(&counters->lock, NULL);
    return counters;
}

static void series_free(struct series *series)
{
    for (size_t i = 0; i < HOURS; i++)
        mem_free(series->hours[i]);
    mem_free(series);
}

void counters_free(struct counters *counters)
{
    if (!counters)
        return;
    size_t at = 0;
    struct series *series;
    while ((series = map_each(counters->series, &at)))
        series_free(series);
    map_free(counters->series);
    pthread_mutex_destroy(&counters->lock);
    mem_free(counters);
}

// Frees the ids that counted nothing within the last day.
static void sweep(struct counters *counters, int64_t hour)
{
    size_t at = 0, count = 0;
    struct series *series;
    struct map *kept = map_new();
    while ((series = map_each(counters->series, &at))) {
        if (hour - series->newest_hour < HOURS) {
            (void)map_put(kept, str_make(series->id, series->id_len), series);
            count++;
        } else {
            series_free(series);
        }
    }
    map_free(counters->series);
    counters->series = kept;
    counters->sweep_at = MAX(count * 2, (size_t)FIRST_SWEEP);
}

static struct series *series_of(struct counters *counters, str id, int64_t hour)
{
    struct series *series = map_get(counters->series, id);
    if (series)
        return series;
    if (map_count(counters->series) >= counters->sweep_at)
        sweep(counters, hour);
    series = mem_zalloc(1, sizeof(*series) + id.len);
    series->newest_hour = hour;
    series->id_len = id.len;
    if (id.len)
        memcpy(series->id, id.data, id.len);
    (void)map_put(counters->series, str_make(series->id, id.len), series);
    return series;
}

static struct hour *hour_of(struct series *series, int64_t hour)
{
    size_t slot = (size_t)(hour % HOURS);
    if (!series->hours[slot])
        series->hours[slot] = NEW(struct hour);
    else if (series->hour_numbers[slot] != hour)
        *series->hours[slot] = (struct hour){ 0 };
    series->hour_numbers[slot] = hour;
    series->newest_hour = MAX(series->newest_hour, hour);
    return series->hours[slot];
}

// Only how long ago it was is asked for, so it is not the wall clock's: that may be set.
static int64_t minute_now(const struct counters *counters)
{
    return clock_mono_ms(counters->clock) / 60000;
}

void counters_add(struct counters *counters, str id, enum outcome_counter counter, uint64_t by)
{
    assert(counter < OUTCOME_COUNTER_COUNT);
    int64_t minute = minute_now(counters);
    pthread_mutex_lock(&counters->lock);
    struct series *series = series_of(counters, id, minute / 60);
    hour_of(series, minute / 60)->counts[minute % 60][counter] += by;
    pthread_mutex_unlock(&counters->lock);
}

static void sum(const struct series *series, int64_t newest, unsigned minutes,
                uint64_t ret_counts[OUTCOME_COUNTER_COUNT])
{
    for (int64_t minute = newest; minute > newest - (int64_t)minutes && minute >= 0; minute--) {
        size_t slot = (size_t)(minute / 60 % HOURS);
        if (!series->hours[slot] || series->hour_numbers[slot] != minute / 60)
            continue;
        for (size_t i = 0; i < OUTCOME_COUNTER_COUNT; i++)
            ret_counts[i] += series->hours[slot]->counts[minute % 60][i];
    }
}

void counters_sum(struct counters *counters, str id, unsigned minutes,
                  uint64_t ret_counts[OUTCOME_COUNTER_COUNT])
{
    memset(ret_counts, 0, OUTCOME_COUNTER_COUNT * sizeof(*ret_counts));
    int64_t newest = minute_now(counters);
    pthread_mutex_lock(&counters->lock);
    const struct series *series = map_get(counters->series, id);
    if (series)
        sum(series, newest, MIN(minutes, (unsigned)MINUTES_MAX), ret_counts);
    pthread_mutex_unlock(&counters->lock);
}
