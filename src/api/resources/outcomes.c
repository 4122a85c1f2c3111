// SPDX-License-Identifier: Apache-2.0
// What became of events: counters, backlog, dead letters, live events of destinations.
#include "outcome/outcome.h"

#include "api/resources/destinations.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "api/shown.h"

enum { MINUTES = 60, MINUTES_MAX = 1440 };

static enum err write_stats(struct call *call, str id)
{
    static const char *const words[OUTCOME_COUNTER_COUNT] = {
        [COUNT_RECEIVED] = "received", [COUNT_DELIVERED] = "delivered",
        [COUNT_FAILED] = "failed",     [COUNT_RETRIED] = "retried",
        [COUNT_DROPPED] = "dropped",   [COUNT_SUPPRESSED] = "suppressed",
        [COUNT_BLOCKED] = "blocked",   [COUNT_DUPLICATES] = "duplicates",
    };
    uint64_t counts[OUTCOME_COUNTER_COUNT] = { 0 };
    int64_t minutes;
    enum err err =
        call_query_int(call, "minutes", (int64_t[]){ 1, MINUTES_MAX }, MINUTES, &minutes);
    if (err)
        return err;
    outcome_counts(call->api->parts.outcome, id, (unsigned)minutes, counts);
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("stats"));
    json_open_object(json);
    json_put_int(json, "minutes", minutes);
    for (size_t i = 0; i < OUTCOME_COUNTER_COUNT; i++)
        json_put_int(json, words[i], (int64_t)counts[i]);
    json_close_object(json);
    json_close_object(json);
    return OK;
}

enum err stats_answer(struct call *call, const struct resource_type *resource)
{
    void *row = arena_alloc(call->arena, resource->row_size);
    enum err err = resource_find(call, resource, call->params[0], row);
    return err ? err : write_stats(call, resource->describe(row).id);
}

enum err watch_answer(struct call *call, const struct resource_type *resource)
{
    void *row = arena_alloc(call->arena, resource->row_size);
    enum err err = resource_find(call, resource, call->params[0], row);
    if (err)
        return err;
    call->watched_id = resource->describe(row).id;
    reply_empty(call, 200);
    return OK;
}

enum err handle_get_destination_stats(struct call *call)
{
    return stats_answer(call, &destination_resource);
}

enum err handle_watch_destination_events(struct call *call)
{
    return watch_answer(call, &destination_resource);
}

enum err handle_get_destination_delivery(struct call *call)
{
    const struct api_parts *parts = &call->api->parts;
    struct api_delivery_state state = { 0 };
    struct destination_row row;
    enum err err = resource_find(call, &destination_resource, call->params[0], &row);
    if (err)
        return err;
    // One that delivery has not seen yet has no backlog.
    if (parts->delivery_state &&
        !parts->delivery_state(parts->delivery_ctx, row.id, call->arena, &state))
        state = (struct api_delivery_state){ 0 };
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("delivery"));
    json_open_object(json);
    json_put_int(json, "behindRecords", (int64_t)state.behind_records);
    json_put_int(json, "inFlight", (int64_t)state.in_flight);
    json_put_int(json, "parked", (int64_t)state.parked);
    json_put_bool(json, "isCircuitOpen", state.is_circuit_open);
    reply_time_or_null(json, "retryAt", state.retry_at_wall_ms);
    json_put_str(json, "lastError", state.last_error.len > 0 ? state.last_error : STR_NONE);
    json_close_object(json);
    json_close_object(json);
    return OK;
}

// --- Dead letters

static void write_event(struct call *call, str event)
{
    struct json *json = &call->json;
    yyjson_doc *doc;
    json_key(json, STR("event"));
    if (event.len == 0)
        json_value_null(json);
    else if (json_read_exact(event, 0, call->arena, &doc, NULL) == OK)
        json_value_raw(json, event);
    else
        json_value_str(json, event);
}

static void write_letter(struct call *call, const struct dead_letter *letter)
{
    struct json *json = &call->json;
    char position[48];
    position_format(letter->position, position);
    json_open_object(json);
    json_put_str(json, "position", str_of(position));
    position_format(letter->end, position);
    json_put_str(json, "end", letter->end.record ? str_of(position) : STR_NONE);
    if (letter->source_id.len) {
        json_put_str(json, "sourceId", letter->source_id);
    } else {
        json_key(json, STR("sourceId"));
        json_value_null(json); // a range of lost records, of whatever sources
    }
    json_put_str(json, "destinationId", letter->destination_id);
    json_put_str(json, "reason", str_of(outcome_reason_word(letter->reason)));
    json_key(json, STR("status"));
    if (letter->status)
        json_value_int(json, letter->status);
    else
        json_value_null(json);
    json_put_int(json, "attempts", letter->attempts);
    json_put_time(json, "at", letter->at_wall_ms);
    json_put_str(json, "detail", letter->detail.data ? letter->detail : STR(""));
    write_event(call, letter->event);
    json_put_str(json, "request", letter->request.data ? letter->request : STR(""));
    json_put_str(json, "response", letter->response.data ? letter->response : STR(""));
    json_close_object(json);
}

// Of an event whose user is suppressed, what became of it is told, and nothing of what it was.
static void hide_suppressed(struct call *call, str workspace_id, struct dead_letter *letters,
                            size_t count)
{
    AUTO(workspace_view_close)
    struct workspace_view *view = workspace_view_open(call->api->parts.workspace);
    const struct snapshot *snapshot = workspace_view_get(view);
    for (size_t i = 0; i < count; i++) {
        struct dead_letter *letter = &letters[i];
        if (shown_hides_event(snapshot, workspace_id, letter->source_id, letter->event))
            letter->event = letter->request = letter->response = STR_NONE;
    }
}

static enum err read_cursor(struct call *call, struct position *ret_before)
{
    str text;
    if (!call_query(call, STR("after_cursor"), &text))
        return OK;
    if (!position_parse(text, ret_before))
        return call_invalid(call, STR("after_cursor"), "is not a cursor");
    return OK;
}

static void write_next(struct call *call, str destination_id, struct position last,
                       int64_t size)
{
    char position[48];
    position_format(last, position);
    str next =
        arena_printf(call->arena, "/v2/destinations/%" PRIstr "/dead-letters?after_cursor=%s",
                     STR_ARG(destination_id), position);
    if (size != PAGE_SIZE)
        next = arena_printf(call->arena, "%" PRIstr "&pageSize=%lld", STR_ARG(next),
                            (long long)size);
    json_put_str(&call->json, "next", next);
}

enum err handle_list_dead_letters(struct call *call)
{
    struct destination_row row;
    struct dead_letter *letters = NULL;
    struct position before = { 0 }, *cursors = NULL;
    int64_t size = PAGE_SIZE;
    size_t count = 0;
    enum err err = resource_find(call, &destination_resource, call->params[0], &row);
    if (!err)
        err =
            call_query_int(call, "pageSize", (int64_t[]){ 1, PAGE_SIZE_MAX }, PAGE_SIZE, &size);
    if (!err)
        err = read_cursor(call, &before);
    if (!err)
        err = outcome_dead_letters(call->api->parts.outcome, row.id, before, (size_t)size,
                                   call->arena, &letters, &cursors, &count);
    if (err)
        return err;
    hide_suppressed(call, row.workspace_id, letters, count);
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("deadLetters"));
    json_open_array(json);
    for (size_t i = 0; i < count; i++)
        write_letter(call, &letters[i]);
    json_close_array(json);
    json_key(json, STR("paging"));
    json_open_object(json);
    if (count == (size_t)size)
        write_next(call, row.id, cursors[count - 1], size);
    json_close_object(json);
    json_close_object(json);
    return OK;
}
