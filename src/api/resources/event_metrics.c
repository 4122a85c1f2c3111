// SPDX-License-Identifier: Apache-2.0
// Usage of the organisation: how many events each source was sent, by day, week or month.
#include "api/resources/resources.h"
#include "api/router.h"
#include "api/usage.h"
#include "codec/timestamp.h"
#include "store/usage.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, DATE_LEN = 10 };

// --- What is asked for

static enum err read_granularity(struct call *call, struct usage_question *question)
{
    str text = STR_NONE;
    if (call_query(call, STR("granularity"), &text) &&
        usage_granularity_of(text, &question->granularity))
        return OK;
    return call_invalid(call, STR("granularity"), "must be day, week or month");
}

// "2026-01-31" → days since 1970; absent: as it is.
static enum err read_date(struct call *call, const char *name, int64_t *ret_day)
{
    str text;
    int64_t wall_ms;
    if (!call_query(call, str_of(name), &text))
        return OK;
    str midnight = arena_printf(call->arena, "%" PRIstr "T00:00:00Z", STR_ARG(text));
    if (text.len != DATE_LEN || !timestamp_parse(midnight, &wall_ms) || wall_ms < 0)
        return call_invalid(call, str_of(name), "must be a date like 2026-01-31");
    *ret_day = usage_day_of(wall_ms);
    return OK;
}

static enum err check_dates(struct call *call, const struct usage_question *question,
                            int64_t start, int64_t today)
{
    if (start < 0)
        return call_invalid(call, STR("start"), "must be a date like 2026-01-31");
    if (start < today - usage_look_back_days(question->granularity))
        return call_invalid(call, STR("start"), "must not be more than %s ago",
                            usage_look_back_words(question->granularity));
    if (question->until_day <= start)
        return call_invalid(call, STR("end"), "must be after start");
    return OK;
}

// Buckets are whole: the first one is that in which `start` lies.
static enum err read_question(struct call *call, struct usage_question *ret_question)
{
    struct usage_question question = { .organization_id = call->principal.organization_id };
    int64_t today = usage_day_of(clock_wall_ms(call->api->parts.clock));
    int64_t start = -1;
    question.until_day = today + 1;
    (void)call_query(call, STR("workspace_id"), &question.workspace_id);
    (void)call_query(call, STR("source_id"), &question.source_id);
    enum err granularity_err = read_granularity(call, &question);
    enum err start_err = read_date(call, "start", &start);
    enum err end_err = read_date(call, "end", &question.until_day);
    if (granularity_err || start_err || end_err)
        return ERR_INVALID;
    enum err err = check_dates(call, &question, start, today);
    if (err)
        return err;
    question.from_day = usage_bucket(question.granularity, start);
    *ret_question = question;
    return OK;
}

// --- The answer

static void put_date(struct json *json, const char *key, int64_t day)
{
    char text[TIMESTAMP_LEN + 1];
    timestamp_format(day * DAY_MS, text);
    json_put_str(json, key, str_sub(str_of(text), 0, DATE_LEN));
}

static void write_row(struct json *json, const struct usage_row *row)
{
    json_open_object(json);
    put_date(json, "start", row->start_day);
    json_put_str(json, "workspaceId", row->workspace_id);
    json_put_str(json, "sourceId", row->source_id);
    json_put_str(json, "sourceName", row->source_name);
    json_put_str(json, "sourceType", row->source_type);
    json_put_str(json, "product", row->product);
    json_put_int(json, "count", row->events);
    json_close_object(json);
}

static enum err list(struct call *call, const struct usage_question *question,
                     const struct page *page, struct store_list *ret_list)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct store_page part = page_of_store(page);
    enum err err = usage_catch_up(call->api->usage, &call->problem);
    if (!err)
        err = read_begin(call, &tx);
    return err ? err : store_usage_list(tx, question, &part, ret_list, &call->problem);
}

enum err handle_list_event_metrics(struct call *call)
{
    static const char *const filters[] = { "granularity",  "start",     "end",
                                           "workspace_id", "source_id", NULL };
    struct usage_question question;
    struct store_list found = { 0 };
    struct page page;
    enum err err = call_allow(call);
    if (!err)
        err = page_read(call, &page);
    if (!err)
        err = read_question(call, &question);
    if (!err)
        err = list(call, &question, &page, &found);
    if (err)
        return err;
    const struct usage_row *rows = found.rows;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("data"));
    json_open_array(json);
    for (size_t i = 0; i < found.count; i++)
        write_row(json, &rows[i]);
    json_close_array(json);
    page.filters = page_repeat_filters(call, filters);
    page_write(call, STR("/v2/organizations/usage/event-metrics"), &page, found.total);
    json_close_object(json);
    return OK;
}
