// SPDX-License-Identifier: Apache-2.0
// Rows of the table usage.
#include "store/usage.h"

#include "codec/timestamp.h"
#include "store/meta.h"
#include "store/tables.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, MONTH_DAYS_MAX = 31 };
#define META_RECORD STR("usage_record")

static const struct {
    const char *word;
    int64_t look_back_days;
    const char *look_back_words;
} granularities[] = {
#define X(id, word, days, prose) [id] = { word, days, prose },
    USAGE_GRANULARITY_TABLE(X)
#undef X
};

static const struct table table = { .name = "usage" };

// --- The calendar

bool usage_granularity_of(str word, enum usage_granularity *ret_granularity)
{
    for (unsigned i = 0; i < USAGE_GRANULARITY_COUNT; i++) {
        if (!str_eq(word, str_of(granularities[i].word)))
            continue;
        *ret_granularity = (enum usage_granularity)i;
        return true;
    }
    return false;
}

int64_t usage_look_back_days(enum usage_granularity granularity)
{
    return granularities[granularity].look_back_days;
}

const char *usage_look_back_words(enum usage_granularity granularity)
{
    return granularities[granularity].look_back_words;
}

int64_t usage_day_of(int64_t wall_ms)
{
    return MAX(wall_ms, (int64_t)0) / DAY_MS;
}

static int64_t day_of_month(int64_t day)
{
    char text[TIMESTAMP_LEN + 1];
    int64_t number = 1;
    timestamp_format(day * DAY_MS, text);
    bool is_number = str_to_i64(str_sub(str_of(text), 8, 2), &number);
    assert(is_number);
    (void)is_number;
    return number;
}

int64_t usage_bucket(enum usage_granularity granularity, int64_t day)
{
    switch (granularity) {
    case USAGE_DAY:
        return day;
    case USAGE_WEEK: // the first day of 1970 was a Thursday
        return day - (day + 3) % 7;
    case USAGE_MONTH:
        return day - (day_of_month(day) - 1);
    case USAGE_GRANULARITY_COUNT:
        break;
    }
    return day;
}

// --- Counting

enum err store_usage_add(struct store_tx *tx, const struct usage_count *count,
                         struct problem *ret_problem)
{
    enum err err = OK;
    for (unsigned i = 0; !err && i < USAGE_GRANULARITY_COUNT; i++)
        err = tx_run(tx, &table,
                     "INSERT INTO usage (granularity, start_day, source_id, product, events)"
                     " VALUES ($1, $2, $3, $4, $5)"
                     " ON CONFLICT (granularity, start_day, source_id, product)"
                     " DO UPDATE SET events = usage.events + excluded.events",
                     DB_VALUES(DB_TEXT(str_of(granularities[i].word)),
                               DB_INT(usage_bucket((enum usage_granularity)i, count->day)),
                               DB_TEXT(count->source_id), DB_TEXT(count->product),
                               DB_INT(count->events)),
                     NULL, ret_problem);
    return err;
}

enum err store_usage_drop_old(struct store_tx *tx, int64_t today, struct problem *ret_problem)
{
    enum err err = OK;
    for (unsigned i = 0; !err && i < USAGE_GRANULARITY_COUNT; i++)
        err =
            tx_run(tx, &table, "DELETE FROM usage WHERE granularity = $1 AND start_day < $2",
                   DB_VALUES(DB_TEXT(str_of(granularities[i].word)),
                             DB_INT(today - granularities[i].look_back_days - MONTH_DAYS_MAX)),
                   NULL, ret_problem);
    return err;
}

enum err store_usage_position(struct store_tx *tx, uint64_t *ret_record,
                              struct problem *ret_problem)
{
    str digits;
    int64_t record = 0;
    *ret_record = 0;
    enum err err = store_meta_get(tx, META_RECORD, &digits, ret_problem);
    if (err)
        return err == ERR_NOT_FOUND ? OK : err;
    if (!str_to_i64(digits, &record) || record < 1)
        return problem_set(ret_problem, ERR_CORRUPT, META_RECORD, "is no position");
    *ret_record = (uint64_t)record;
    return OK;
}

enum err store_usage_reached(struct store_tx *tx, uint64_t record, struct problem *ret_problem)
{
    str digits = arena_printf(tx->arena, "%llu", (unsigned long long)record);
    return store_meta_put(tx, META_RECORD, digits, ret_problem);
}

// --- Reports

#define AT(field) offsetof(struct usage_row, field)

static const struct column shown_columns[] = {
    { "usage.start_day", COLUMN_INT, AT(start_day) },
    { "sources.workspace_id", COLUMN_TEXT, AT(workspace_id) },
    { "usage.source_id", COLUMN_TEXT, AT(source_id) },
    { "sources.name", COLUMN_TEXT, AT(source_name) },
    { "sources.type", COLUMN_TEXT, AT(source_type) },
    { "usage.product", COLUMN_TEXT, AT(product) },
    { "usage.events", COLUMN_INT, AT(events) },
};

#define SHOWN                                                                                  \
    "usage JOIN sources ON sources.id = usage.source_id"                                       \
    " JOIN workspaces ON workspaces.id = sources.workspace_id"
#define ASKED_FOR                                                                              \
    " WHERE usage.granularity = $1 AND usage.start_day >= $2 AND usage.start_day < $3"         \
    " AND workspaces.organization_id = $4 AND ($5 = '' OR sources.workspace_id = $5)"          \
    " AND ($6 = '' OR usage.source_id = $6)"
#define ASKED_FOR_VALUES(question)                                                             \
    DB_TEXT(str_of(granularities[(question)->granularity].word)),                              \
        DB_INT((question)->from_day), DB_INT((question)->until_day),                           \
        DB_TEXT((question)->organization_id), DB_TEXT((question)->workspace_id),               \
        DB_TEXT((question)->source_id)

static const struct table shown = {
    .name = SHOWN,
    .columns = shown_columns,
    .column_count = ARRAY_LEN(shown_columns),
    .row_size = sizeof(struct usage_row),
};

enum err store_usage_list(struct store_tx *tx, const struct usage_question *question,
                          const struct store_page *page, struct store_list *ret_list,
                          struct problem *ret_problem)
{
    int64_t total = 0;
    enum err err = tx_int(tx, "SELECT COUNT(*) FROM " SHOWN ASKED_FOR,
                          DB_VALUES(ASKED_FOR_VALUES(question)), &total, ret_problem);
    if (!err)
        err = table_list(
            tx, &shown,
            ASKED_FOR
            " ORDER BY usage.start_day, sources.workspace_id, usage.source_id, usage.product"
            " LIMIT $7 OFFSET $8",
            DB_VALUES(ASKED_FOR_VALUES(question), page_limit(page), page_offset(page)),
            &ret_list->rows, &ret_list->count, ret_problem);
    ret_list->total = (size_t)total;
    return err;
}
