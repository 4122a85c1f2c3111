// SPDX-License-Identifier: Apache-2.0
// What a workspace wants of its events: names that are blocked, messageIds that are compared.
#include "api/resources/event_rules.h"

#include "api/resources/resources.h"
#include "api/router.h"

enum { NAMES_MAX = 1000, NAME_BYTES_MAX = 512, SOURCES_MAX = 100 };
enum { WINDOW_S = 3600, WINDOW_S_MAX = 7 * 24 * 3600 };
enum { KEY_SHOWN_MAX = 64 };

enum { BLOCKING, DEDUP };
static const struct body_field members[] = {
    [BLOCKING] = EVENT_RULES_BLOCKING,
    [DEDUP] = EVENT_RULES_DEDUP,
};
enum { MEMBER_COUNT = ARRAY_LEN(members) };

// --- Writing

static void write_blocking(const struct event_rules_row *row, struct json *json)
{
    json_key(json, STR("eventBlocking"));
    json_open_object(json);
    json_key(json, STR("events"));
    json_open_object(json);
    json_put_raw(json, "track", row->blocked_track);
    json_close_object(json);
    json_close_object(json);
}

void event_rules_write(const struct event_rules_row *row, struct json *json)
{
    write_blocking(row, json);
    json_key(json, STR("deduplication"));
    json_open_object(json);
    json_put_bool(json, "enabled", row->dedup_window_s > 0);
    json_put_int(json, "windowSeconds", row->dedup_window_s ? row->dedup_window_s : WINDOW_S);
    source_ids_write(row->dedup_source_ids, json);
    json_close_object(json);
}

static enum err write(struct call *call, struct store_tx *tx, const void *rules)
{
    (void)tx;
    json_open_object(&call->json);
    event_rules_write(rules, &call->json);
    json_close_object(&call->json);
    return OK;
}

// --- Reading

// known: names with a NULL behind the last one.
static enum err refuse_unknown(struct call *call, const char *prefix, yyjson_val *object,
                               const char *const *known)
{
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&iter));) {
        const char *const *name = known;
        while (*name && !yyjson_equals_str(key, *name))
            name++;
        str shown = str_sub(json_str(key), 0, KEY_SHOWN_MAX);
        if (!*name)
            return call_invalid(
                call, arena_printf(call->arena, "%s.%" PRIstr, prefix, STR_ARG(shown)),
                "is not known here");
    }
    return OK;
}

static enum err read_names(struct call *call, yyjson_val *names, struct event_rules_row *row)
{
    size_t index, max;
    yyjson_val *name;
    if (!yyjson_is_arr(names) || yyjson_arr_size(names) > NAMES_MAX)
        return call_invalid(call, STR("eventBlocking.events.track"),
                            "must be an array of at most %d names", NAMES_MAX);
    yyjson_arr_foreach(names, index, max, name)
    {
        size_t len = json_str(name).len;
        if (!yyjson_is_str(name) || len < 1 || len > NAME_BYTES_MAX)
            return call_invalid(
                call, arena_printf(call->arena, "eventBlocking.events.track[%zu]", index),
                "must be a text of 1 to %d bytes", NAME_BYTES_MAX);
    }
    row->blocked_track = json_text(names, call->arena);
    return OK;
}

static enum err read_blocking(struct call *call, yyjson_val *object,
                              struct event_rules_row *row)
{
    static const char *const above[] = { "events", NULL }, *const types[] = { "track", NULL };
    yyjson_val *events = yyjson_obj_get(object, "events");
    enum err err = refuse_unknown(call, "eventBlocking", object, above);
    if (err || !events)
        return err;
    if (!yyjson_is_obj(events))
        return call_invalid(call, STR("eventBlocking.events"), "must be an object");
    err = refuse_unknown(call, "eventBlocking.events", events, types);
    yyjson_val *names = yyjson_obj_get(events, "track");
    return err || !names ? err : read_names(call, names, row);
}

static enum err read_window(struct call *call, yyjson_val *object, struct event_rules_row *row)
{
    yyjson_val *enabled = yyjson_obj_get(object, "enabled");
    yyjson_val *window = yyjson_obj_get(object, "windowSeconds");
    uint64_t window_s = row->dedup_window_s ? (uint64_t)row->dedup_window_s : WINDOW_S;
    bool is_enabled = enabled ? yyjson_get_bool(enabled) : row->dedup_window_s > 0;
    if (enabled && !yyjson_is_bool(enabled))
        return call_invalid(call, STR("deduplication.enabled"), "must be true or false");
    if (window)
        window_s = yyjson_is_uint(window) ? yyjson_get_uint(window) : 0;
    if (window_s < 1 || window_s > WINDOW_S_MAX)
        return call_invalid(call, STR("deduplication.windowSeconds"),
                            "must be a whole number from 1 to %d", WINDOW_S_MAX);
    row->dedup_window_s = is_enabled ? (int64_t)window_s : 0;
    return OK;
}

static enum err read_dedup(struct call *call, struct store_tx *tx, yyjson_val *object,
                           struct event_rules_row *row)
{
    static const char *const known[] = { "enabled", "windowSeconds", "sourceIds", NULL };
    yyjson_val *ids = yyjson_obj_get(object, "sourceIds"), *id;
    enum err err = refuse_unknown(call, "deduplication", object, known);
    if (!err)
        err = read_window(call, object, row);
    if (err || !ids)
        return err;
    size_t index, max, count = yyjson_arr_size(ids);
    if (!yyjson_is_arr(ids) || count > SOURCES_MAX)
        return call_invalid(call, STR("deduplication.sourceIds"),
                            "must be an array of at most %d ids", SOURCES_MAX);
    str *texts = ARENA_ARRAY(call->arena, str, count + 1);
    yyjson_arr_foreach(ids, index, max, id) texts[index] =
        yyjson_is_str(id) ? json_str(id) : STR("");
    struct source_ids wish = { "deduplication.sourceIds", texts, count };
    return source_ids_find(call, tx, &wish, &row->dedup_source_ids);
}

enum err event_rules_read(struct call *call, struct store_tx *tx,
                          const struct event_rules_wish *wish, struct event_rules_row *row)
{
    enum err err = wish->blocking ? read_blocking(call, wish->blocking, row) : OK;
    return err || !wish->deduplication ? err : read_dedup(call, tx, wish->deduplication, row);
}

// --- The resource

static struct target describe(const void *rules)
{
    const struct event_rules_row *row = rules;
    return (struct target){ .id = row->workspace_id, .name = STR("event rules") };
}

static enum err get(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    (void)id; // the caller's workspace, and no other
    return store_event_rules_get(tx, call->principal.workspace_id, ret_row, &call->problem);
}

static enum err update(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *rules)
{
    struct event_rules_row *row = rules;
    const struct event_rules_wish wish = {
        .blocking = values[BLOCKING].is_set ? values[BLOCKING].json : NULL,
        .deduplication = values[DEDUP].is_set ? values[DEDUP].json : NULL,
    };
    enum err err = event_rules_read(call, tx, &wish, row);
    return err ? err : store_event_rules_put(tx, row, &call->problem);
}

const struct resource_type event_rules_resource = {
    .kind = "workspace",
    .one = "settings",
    .row_size = sizeof(struct event_rules_row),
    .describe = describe,
    .write = write,
    .get = get,
    .update = update,
};

enum err handle_get_workspace_settings(struct call *call)
{
    return resource_get(call, &event_rules_resource, call->principal.workspace_id);
}

enum err handle_update_workspace_settings(struct call *call)
{
    struct event_rules_row row;
    struct body_value values[MEMBER_COUNT];
    enum err err =
        resource_find(call, &event_rules_resource, call->principal.workspace_id, &row);
    if (!err)
        err = body_read(call, members, MEMBER_COUNT, values);
    return err ? err : resource_update(call, &event_rules_resource, values, &row);
}
