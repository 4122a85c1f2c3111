// SPDX-License-Identifier: Apache-2.0
// Puts the three parts of the room behind its door.
#include "outcome/outcome.h"

#include "base/mem.h"
#include "outcome/inner.h"

enum { LIVE_BUDGET_BYTES = 16 << 20 };
enum {
    SEGMENT_STEP_BYTES = 4096,
    SEGMENT_MIN_BYTES = 1 << 20,
    SEGMENT_MAX_BYTES = 16 << 20,
    // Of a letter besides its event: the other texts (letter_format.c), and the frame.
    LETTER_REST_BYTES = 96 << 10,
};

// Dead letters may eat into the reserve that stops ingestion: delivery goes on while the disk
// is too full for new events. A letter holds a whole event, so a segment takes several.
static const struct journal_limits letters_limits = {
    .segment_bytes = SEGMENT_MAX_BYTES,
    .queue_bytes = 16 << 20,
    .spare_segments = 1,
    .retention_ms = 30 * INT64_C(86400000),
    .max_bytes = INT64_C(1) << 30,
    .reserve_bytes = 64 << 20,
};

static uint64_t whole_steps(uint64_t bytes)
{
    return (bytes + SEGMENT_STEP_BYTES - 1) / SEGMENT_STEP_BYTES * SEGMENT_STEP_BYTES;
}

// Half of a small reserve is to do for a segment and what is kept free behind it: else letters
// would stop before events do, and with them the deliveries that end in one. But a letter that
// waits for room is better than one without its event: so the longest fits, whatever the
// reserve.
static struct journal_limits limits_of(const struct outcome_parts *parts)
{
    struct journal_limits limits = letters_limits;
    uint64_t quarter = parts->reserve_bytes / 4;
    uint64_t wanted = MIN(whole_steps(quarter), (uint64_t)SEGMENT_MAX_BYTES);
    uint64_t longest = parts->event_max_bytes + OUTCOME_EVENT_GROWTH_BYTES + LETTER_REST_BYTES;
    uint64_t needed = MAX(whole_steps(longest), (uint64_t)SEGMENT_MIN_BYTES);
    limits.segment_bytes = (size_t)MAX(wanted, needed);
    limits.max_bytes = MAX(limits.max_bytes, 4 * (uint64_t)limits.segment_bytes);
    limits.reserve_bytes = MIN(limits.reserve_bytes, quarter);
    return limits;
}

static const char *const reason_words[] = {
#define X(name, word, prose) [name] = word,
    OUTCOME_REASON_TABLE(X)
#undef X
};

const char *outcome_reason_word(enum outcome_reason reason)
{
    assert((size_t)reason < ARRAY_LEN(reason_words));
    return reason_words[reason];
}

enum err outcome_open(const struct outcome_parts *parts, struct outcome **ret_outcome,
                      struct problem *ret_problem)
{
    struct journal *letters;
    struct journal_limits limits = limits_of(parts);
    enum err err = journal_open(parts->fs, parts->dir, parts->id, &limits, parts->clock,
                                parts->observer, &letters, ret_problem);
    if (err)
        return err;
    struct outcome *outcome = NEW(struct outcome);
    outcome->letters = letters;
    outcome->counters = counters_new(parts->clock);
    outcome->live = live_new(parts->clock, LIVE_BUDGET_BYTES);
    *ret_outcome = outcome;
    return OK;
}

void outcome_close(struct outcome *outcome)
{
    if (!outcome)
        return;
    journal_close(outcome->letters);
    counters_free(outcome->counters);
    live_free(outcome->live);
    mem_free(outcome);
}

void outcome_count(struct outcome *outcome, str id, enum outcome_counter counter, uint64_t by)
{
    counters_add(outcome->counters, id, counter, by);
}

void outcome_counts(struct outcome *outcome, str id, unsigned minutes,
                    uint64_t ret_counts[OUTCOME_COUNTER_COUNT])
{
    counters_sum(outcome->counters, id, minutes, ret_counts);
}

void outcome_live(struct outcome *outcome, str id, str json)
{
    live_add(outcome->live, id, json);
}

bool outcome_live_wanted(struct outcome *outcome, str id)
{
    return live_wanted(outcome->live, id);
}

void outcome_live_watch(struct outcome *outcome, str id, struct outcome_watch *watch)
{
    live_watch(outcome->live, id, watch);
}

void outcome_live_unwatch(struct outcome *outcome, struct outcome_watch *watch)
{
    live_unwatch(outcome->live, watch);
}
