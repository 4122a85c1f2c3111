// SPDX-License-Identifier: Apache-2.0
// How many events of each source were accepted, by day, week and month (UTC; weeks begin on
// Monday). The counts and how far they have come in the journal are written together, so
// that after a crash nothing is counted twice or left out.
#pragma once

#include "store/store.h"

// X(id, word, how many days a report may go back, prose)
#define USAGE_GRANULARITY_TABLE(X)                                                             \
    X(USAGE_DAY, "day", 90, "90 days")                                                         \
    X(USAGE_WEEK, "week", 364, "52 weeks")                                                     \
    X(USAGE_MONTH, "month", 1096, "36 months")

enum usage_granularity {
#define X(id, word, days, prose) id,
    USAGE_GRANULARITY_TABLE(X)
#undef X
        USAGE_GRANULARITY_COUNT,
};
bool usage_granularity_of(str word, enum usage_granularity *ret_granularity) MUST_CHECK;
int64_t usage_look_back_days(enum usage_granularity granularity);
const char *usage_look_back_words(enum usage_granularity granularity); // "52 weeks"

// Days since 1970.
int64_t usage_day_of(int64_t wall_ms);
// The first day of the day, week or month that the day is in.
int64_t usage_bucket(enum usage_granularity granularity, int64_t day);

// --- Counting

struct usage_count {
    str source_id;
    str product; // "eventStream", "reverseEtl", "etl"
    int64_t day;
    int64_t events;
};
// To the day's, the week's and the month's.
enum err store_usage_add(struct store_tx *tx, const struct usage_count *count,
                         struct problem *ret_problem);
// Removes what no report may ask for any more.
enum err store_usage_drop_old(struct store_tx *tx, int64_t today, struct problem *ret_problem);
// The next record of the journal that is not counted; 0: counting has not begun.
enum err store_usage_position(struct store_tx *tx, uint64_t *ret_record,
                              struct problem *ret_problem);
enum err store_usage_reached(struct store_tx *tx, uint64_t record, struct problem *ret_problem);

// --- Reports

struct usage_question {
    str organization_id;
    str workspace_id; // empty: all
    str source_id;    // empty: all
    enum usage_granularity granularity;
    int64_t from_day;  // buckets that begin on it or later …
    int64_t until_day; // … and before this
};
struct usage_row {
    int64_t start_day;
    str workspace_id;
    str source_id;
    str source_name;
    str source_type;
    str product;
    int64_t events;
};
// By time, workspace, source and product; deleted sources are among them.
enum err store_usage_list(struct store_tx *tx, const struct usage_question *question,
                          const struct store_page *page, struct store_list *ret_list,
                          struct problem *ret_problem);
