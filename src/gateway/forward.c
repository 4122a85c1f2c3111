// SPDX-License-Identifier: Apache-2.0
// Messages of another gateway.
#include "gateway/forward.h"

#include "codec/json.h"
#include "codec/timestamp.h"
#include "event/repair.h"
#include "gateway/verdict.h"

enum { DEPTH_MAX = 512 };

static const struct refusal none = { 0 };
static const struct refusal bad_json = { 400, "invalid json" };
static const struct refusal no_event = { 400, "event is not a valid rudder event" };
static const struct refusal incomplete = { 400, "missing required fields stream in message" };

struct message {
    str request_type, routing_key, workspace_id, source_id, received_at, request_ip;
    str destination_id, job_run_id, task_run_id, trace_id; // may be empty
    int64_t received_wall_ms;
    yyjson_val *payload;
};

// --- Properties

static const struct {
    const char *key;
    size_t offset;
    bool is_needed;
} properties[] = {
    { "requestType", offsetof(struct message, request_type), true },
    { "routingKey", offsetof(struct message, routing_key), true },
    { "workspaceID", offsetof(struct message, workspace_id), true },
    { "sourceID", offsetof(struct message, source_id), true },
    { "receivedAt", offsetof(struct message, received_at), true },
    { "requestIP", offsetof(struct message, request_ip), true },
    { "destinationID", offsetof(struct message, destination_id), false },
    { "sourceJobRunID", offsetof(struct message, job_run_id), false },
    { "sourceTaskRunID", offsetof(struct message, task_run_id), false },
    { "traceID", offsetof(struct message, trace_id), false },
};

// A value that is no text makes the whole request unreadable; an empty one only the message.
static struct refusal read_properties(yyjson_val *object, struct message *message)
{
    bool is_complete = true;
    for (size_t i = 0; i < ARRAY_LEN(properties); i++) {
        yyjson_val *value = yyjson_obj_get(object, properties[i].key);
        if (value && !yyjson_is_null(value) && !yyjson_is_str(value))
            return bad_json;
        str text = yyjson_is_str(value) ? json_str(value) : STR("");
        memcpy((char *)message + properties[i].offset, &text, sizeof(text));
        is_complete = is_complete && (text.len || !properties[i].is_needed);
    }
    if (!message->received_at.len)
        return incomplete;
    if (!timestamp_parse(message->received_at, &message->received_wall_ms))
        return bad_json;
    return is_complete && submission_takes_source_id(message->source_id) ? none : incomplete;
}

// --- Payload

static bool has_text(yyjson_val *object, const char *key)
{
    return str_trim(json_get_str(object, key)).len > 0;
}

// Requests of these types hold events that need not say their own.
static bool needs_type(str request_type)
{
    static const char *const types[] = { "batch", "replay", "retl", "import" };
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_eq(request_type, str_of(types[i])))
            return false;
    return true;
}

// What the other gateway must have put in.
static bool is_judged(yyjson_val *payload, str request_type)
{
    return yyjson_is_obj(payload) && has_text(payload, "messageId") &&
           has_text(payload, "receivedAt") && yyjson_obj_get(payload, "request_ip") &&
           has_text(payload, "rudderId") &&
           (!needs_type(request_type) || has_text(payload, "type"));
}

static struct refusal read_message(yyjson_val *value, struct message *ret_message)
{
    yyjson_val *object = yyjson_obj_get(value, "properties");
    if (!yyjson_is_obj(value) || (object && !yyjson_is_obj(object)))
        return bad_json;
    struct refusal refusal = read_properties(object, ret_message);
    if (refusal.status)
        return refusal;
    ret_message->payload = yyjson_obj_get(value, "payload");
    return is_judged(ret_message->payload, ret_message->request_type) ? none : no_event;
}

// --- All of them

// Whether one record can say both.
static bool is_alike(const struct message *a, const struct message *b)
{
    for (size_t i = 0; i < ARRAY_LEN(properties); i++) {
        const str *text_a = (const void *)((const char *)a + properties[i].offset);
        const str *text_b = (const void *)((const char *)b + properties[i].offset);
        if (!str_eq(*text_a, *text_b))
            return false;
    }
    return true;
}

static str join_payloads(const struct message *messages, size_t count, struct arena *arena)
{
    AUTO(buf_done) struct buf body = { 0 };
    buf_add_str(&body, STR("{\"batch\":["));
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(&body, ',');
        buf_add_str(&body, json_text(messages[i].payload, arena));
    }
    buf_add_str(&body, STR("]}"));
    return arena_dup(arena, buf_str(&body));
}

static struct forward_group make_group(const struct message *messages, size_t count,
                                       struct arena *arena)
{
    return (struct forward_group){
        .origin = {
            .source_id = messages->source_id,
            .client_address = messages->request_ip,
            .anonymous_id_header = messages->routing_key,
            .job_run_id = messages->job_run_id,
            .task_run_id = messages->task_run_id,
            .traceparent = messages->trace_id,
            .received_wall_ms = messages->received_wall_ms,
        },
        .destination_id = messages->destination_id,
        .body = join_payloads(messages, count, arena),
    };
}

static size_t make_groups(const struct message *messages, size_t count,
                          struct forward_group *groups, struct arena *arena)
{
    size_t group_count = 0, length;
    for (size_t first = 0; first < count; first += length) {
        for (length = 1; first + length < count; length++)
            if (!is_alike(&messages[first], &messages[first + length]))
                break;
        groups[group_count++] = make_group(&messages[first], length, arena);
    }
    return group_count;
}

// Numbers stay the text they are: nothing of a payload is rounded on its way.
static yyjson_doc *read_doc(str text, struct arena *arena)
{
    yyjson_alc alc = json_alc(arena);
    return yyjson_read_opts((char *)text.data, text.len, YYJSON_READ_NUMBER_AS_RAW, &alc, NULL);
}

// Characters are mended as those of any event: one that is none must not keep the others back.
static yyjson_val *read_list(str text, struct arena *arena)
{
    str mended;
    yyjson_doc *doc = read_doc(text, arena);
    if (!doc && repair_characters(text, arena, &mended))
        doc = read_doc(mended, arena);
    yyjson_val *root = yyjson_doc_get_root(doc);
    return yyjson_is_arr(root) && !json_is_deeper(root, DEPTH_MAX) ? root : NULL;
}

struct refusal forward_read(str text, struct arena *arena, struct forward_group **ret_groups,
                            size_t *ret_count)
{
    yyjson_val *list = text.len ? read_list(text, arena) : NULL;
    if (!list)
        return bad_json;
    size_t count = yyjson_arr_size(list), i, max;
    if (count == 0)
        return no_event;
    struct message *messages = ARENA_ARRAY(arena, struct message, count);
    yyjson_val *value;
    yyjson_arr_foreach(list, i, max, value)
    {
        struct refusal refusal = read_message(value, &messages[i]);
        if (refusal.status)
            return refusal;
    }
    *ret_groups = ARENA_ARRAY(arena, struct forward_group, count);
    *ret_count = make_groups(messages, count, *ret_groups, arena);
    return none;
}

// --- The endpoint

// Events of suppressed users in a group.
struct left_out {
    str source_id;
    size_t count;
};

// A request's records on their way to the disk, in the request's arena.
struct forwarding {
    struct gateway *gateway;
    const struct left_out *left_out; // of each group
    size_t group_count;
    size_t open_count;      // the call's that submits them, too
    struct refusal refusal; // the last one
};

// A group alone is not answered: what is left out of it comes again with the others.
static struct left_out leave_out(struct admission *admission, struct arena *arena)
{
    size_t count = admission->suppressed_count;
    admission->suppressed_count = 0;
    return (struct left_out){ arena_dup(arena, admission->origin->source_id), count };
}

static void finish(struct http_request *request, const struct forwarding *forwarding)
{
    const struct left_out *left_out = forwarding->left_out;
    for (size_t i = 0; i < forwarding->group_count && !forwarding->refusal.status; i++)
        submit_count_suppressed(forwarding->gateway, left_out[i].source_id, left_out[i].count);
    gateway_answer(request, forwarding->refusal);
}

static void answer_part(struct http_request *request, struct refusal refusal)
{
    struct forwarding *forwarding = request->user;
    if (refusal.status)
        forwarding->refusal = refusal;
    if (--forwarding->open_count == 0)
        finish(request, forwarding);
}

// A source that is not known here may be one of tomorrow's configuration: it is stored as well.
static struct refusal admit_groups(struct gateway *gateway, const struct endpoint *endpoint,
                                   const struct forward_group *groups,
                                   struct admission *admissions, size_t count)
{
    const struct snapshot *snapshot = workspace_view_get(gateway->view); // one for all of them
    for (size_t i = 0; i < count; i++) {
        admissions[i] = (struct admission){
            .origin = &groups[i].origin,
            .source = snapshot_source(snapshot, groups[i].origin.source_id),
            .destination_id = groups[i].destination_id,
            .is_with_large = count > 1, // a request's records keep their order
        };
        struct refusal refusal = admit_events(groups[i].body, endpoint, gateway->parts.hash_key,
                                              gateway->scratch, &admissions[i].batch);
        if (refusal.status)
            return refusal;
        verdict(gateway, &admissions[i]);
    }
    return none;
}

// In their order; what stands behind a refused one is not stored before it.
static void submit_all(struct gateway *gateway, struct http_request *request,
                       struct admission *admissions, size_t count)
{
    struct forwarding *forwarding = ARENA_NEW(request->arena, struct forwarding);
    struct left_out *left_out = ARENA_ARRAY(request->arena, struct left_out, count);
    for (size_t i = 0; i < count; i++)
        left_out[i] = leave_out(&admissions[i], request->arena);
    *forwarding = (struct forwarding){ gateway, left_out, count, .open_count = 1 };
    request->user = forwarding;
    for (size_t i = 0; i < count && !forwarding->refusal.status; i++) {
        forwarding->open_count++;
        submit(gateway, request, request->route->row, &admissions[i], answer_part);
    }
    answer_part(request, none);
}

void gateway_forward(struct http_request *request, void *ctx)
{
    struct gateway *gateway = ctx;
    struct forward_group *groups = NULL;
    struct admission *admissions = NULL;
    size_t count = 0;
    str text = STR_NONE;
    struct refusal refusal =
        admit_body(http_request_header(request, STR("Content-Encoding")), request->body,
                   gateway->parts.body_hard_cap_bytes, gateway->scratch, &text);
    if (!refusal.status)
        refusal = forward_read(text, gateway->scratch, &groups, &count);
    if (!refusal.status) {
        admissions = ARENA_ARRAY(gateway->scratch, struct admission, count);
        refusal = admit_groups(gateway, request->route->row, groups, admissions, count);
    }
    if (refusal.status)
        gateway_refuse(request, refusal);
    else
        submit_all(gateway, request, admissions, count);
    scratch_clear(gateway);
}
