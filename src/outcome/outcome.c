// SPDX-License-Identifier: Apache-2.0
// Puts the three parts of the room behind its door.
#include "outcome/outcome.h"

#include "base/mem.h"
#include "outcome/inner.h"

enum { LIVE_BUDGET_BYTES = 16 << 20 };

// Dead letters may eat into the reserve that stops ingestion: delivery goes on while the disk
// is too full for new events. A letter holds a whole event, so a segment takes several.
static const struct journal_limits letters_limits = {
    .segment_bytes = 16 << 20,
    .queue_bytes = 16 << 20,
    .spare_segments = 1,
    .retention_ms = 30 * INT64_C(86400000),
    .max_bytes = INT64_C(1) << 30,
    .reserve_bytes = 64 << 20,
};

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

enum err outcome_open(struct fs *fs, str dir, const uint8_t id[16], const struct clock *clock,
                      struct observer *observer, struct outcome **ret_outcome,
                      struct problem *ret_problem)
{
    struct journal *letters;
    enum err err =
        journal_open(fs, dir, id, &letters_limits, clock, observer, &letters, ret_problem);
    if (err)
        return err;
    struct outcome *outcome = NEW(struct outcome);
    outcome->letters = letters;
    outcome->counters = counters_new(clock);
    outcome->live = live_new(clock, LIVE_BUDGET_BYTES);
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
