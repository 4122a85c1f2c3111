// SPDX-License-Identifier: Apache-2.0
// From a request's body to a table of events. The body is parsed once, and nothing of it is
// rewritten: yyjson leaves each text where it stood in its copy of the body, so that the place
// of an object's first key tells where the object begins, and the place of what follows tells
// where it ends. Only a top-level writeKey is blanked out, in a copy.
#include "event/event.h"

#include "codec/json.h"
#include "event/ids.h"
#include "event/places.h"
#include "event/repair.h"
#include "event/users.h"

enum { DEPTH_MAX = 512 };

struct decoding {
    struct parsed parsed;
    const struct event_hash_key *key;
    struct arena *arena;
    enum event_shape shape;
};

// Of an object, the last value of each key that matters here.
struct members {
    yyjson_val *type;
    yyjson_val *user_id;
    yyjson_val *anonymous_id;
    yyjson_val *message_id;
    yyjson_val *context;
    yyjson_val *name;
};

static void find_members(yyjson_val *object, struct members *ret_members)
{
    *ret_members = (struct members){ 0 };
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, i, max, key, value)
    {
        if (json_key_is(key, STR("type")))
            ret_members->type = value;
        else if (json_key_is(key, STR("userId")))
            ret_members->user_id = value;
        else if (json_key_is(key, STR("anonymousId")))
            ret_members->anonymous_id = value;
        else if (json_key_is(key, STR("messageId")))
            ret_members->message_id = value;
        else if (json_key_is(key, STR("context")))
            ret_members->context = value;
        else if (json_key_is(key, STR("event")))
            ret_members->name = value;
    }
}

static yyjson_val *last_member(yyjson_val *object, str name)
{
    yyjson_val *found = NULL;
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, i, max, key, value)
    {
        if (json_key_is(key, name))
            found = value;
    }
    return found;
}

// --- One event

static enum err refuse(struct problem *ret_problem, const char *text)
{
    return problem_set(ret_problem, ERR_INVALID, STR(""), "%s", text);
}

static enum err too_big(struct problem *ret_problem)
{
    return problem_set(ret_problem, ERR_TOO_BIG, STR(""), "request size exceeds max limit");
}

static bool needs_no_ids(str type)
{
    return str_eq(type, STR("extract")) || str_eq(type, STR("record"));
}

// type: the name that counts, the endpoint's or the event's own.
static enum err decode_event(const struct decoding *in, const struct members *members, str type,
                             struct event_row *ret_row, struct problem *ret_problem)
{
    size_t ids_bytes = id_text_bytes(members->user_id) + id_text_bytes(members->anonymous_id);
    if (!arena_has_room(in->arena, ids_bytes))
        return too_big(ret_problem);
    str user = event_normalise_id(id_text(members->user_id, in->arena), in->arena);
    str anonymous = event_normalise_id(id_text(members->anonymous_id, in->arena), in->arena);
    bool needs_ids = in->shape != EVENT_SHAPE_FORWARDED && !needs_no_ids(type);
    if (user.len == 0 && anonymous.len == 0 && needs_ids)
        return refuse(ret_problem, EVENT_NO_IDS);
    str message = event_normalise_id(json_str(members->message_id), in->arena);
    enum event_type known = event_type_of(type);
    *ret_row = (struct event_row){
        .type = known,
        .user_id = user,
        .message_id = message,
        .name = known == EVENT_TRACK ? json_str(members->name) : STR_NONE,
        .user_hash = event_hash_id(in->key, user),
        .anon_hash = event_hash_id(in->key, anonymous),
        .message_hash = event_hash_id(in->key, message),
    };
    return OK;
}

// What element 0 says for all.
static void take_run_ids(yyjson_val *context, struct event_batch *batch)
{
    yyjson_val *sources = yyjson_obj_get(context, "sources");
    batch->job_run_id = json_get_str(sources, "job_run_id");
    batch->task_run_id = json_get_str(sources, "task_run_id");
}

static enum err decode_element(const struct decoding *in, yyjson_val *element, size_t index,
                               struct event_batch *batch, struct problem *ret_problem)
{
    if (!yyjson_is_obj(element))
        return refuse(ret_problem, "event is not a valid rudder event");
    struct members members;
    find_members(element, &members);
    str type = json_str(members.type);
    enum err err = decode_event(in, &members, type, &batch->rows[index], ret_problem);
    if (err)
        return err;
    if (index == 0)
        take_run_ids(members.context, batch);
    batch->is_size_exempt |= str_eq(type, STR("audiencelist"));
    return OK;
}

// --- Both shapes

// The length of rudder-server's form of a single event: wrapped in {"batch":[…]}, with the type
// put in its place or at the end.
static size_t wrapped_len(str body, yyjson_val *type, str endpoint_type)
{
    size_t len = body.len + STR("{\"batch\":[]}").len;
    if (!type)
        return len + STR(",\"type\":\"\"").len + endpoint_type.len;
    if (!yyjson_is_str(type))
        return len;
    return len + endpoint_type.len - yyjson_get_len(type);
}

static enum err decode_single(const struct decoding *in, enum event_type endpoint_type,
                              struct event_batch *batch, struct problem *ret_problem)
{
    if (!yyjson_is_obj(in->parsed.root))
        return refuse(ret_problem, "event is not a valid rudder event");
    struct members members;
    find_members(in->parsed.root, &members);
    str type = event_type_name(endpoint_type);
    batch->rows = ARENA_NEW(in->arena, struct event_row);
    batch->count = 1;
    enum err err = decode_event(in, &members, type, batch->rows, ret_problem);
    if (err)
        return err;
    place_single(&in->parsed, batch->rows);
    take_run_ids(members.context, batch);
    batch->wrapped_bytes = wrapped_len(in->parsed.body, members.type, type);
    batch->is_size_exempt = endpoint_type == EVENT_AUDIENCELIST;
    return OK;
}

// Closes the gaps of the rows without a user, which only an import has: without ids it is not
// an event, with them it is the table's.
static void leave_out(struct event_batch *batch, const bool *is_out)
{
    size_t kept = 0;
    for (size_t i = 0; i < batch->count; i++)
        if (!is_out[i])
            batch->rows[kept++] = batch->rows[i];
    batch->is_partial = kept < batch->count;
    batch->count = kept;
}

static enum err settle_import(const struct decoding *in, const bool *is_out,
                              struct event_batch *batch, struct problem *ret_problem)
{
    leave_out(batch, is_out);
    batch->wrapped_bytes = users_longest_batch(batch->rows, batch->count, in->arena);
    return arena_is_over(in->arena) ? too_big(ret_problem) : OK;
}

static enum err decode_list(const struct decoding *in, yyjson_val *list,
                            struct event_batch *batch, struct problem *ret_problem)
{
    bool *is_out = ARENA_ARRAY(in->arena, bool, batch->count);
    size_t i, max, out_count = 0;
    yyjson_val *element;
    yyjson_arr_foreach(list, i, max, element)
    {
        enum err err = decode_element(in, element, i, batch, ret_problem);
        // An element without any key has no place in the body that could be skipped.
        is_out[i] = err == ERR_INVALID && in->shape == EVENT_SHAPE_IMPORT &&
                    yyjson_obj_size(element) > 0;
        out_count += is_out[i];
        if (err && (!is_out[i] || out_count == max))
            return err;
    }
    place_batch(&in->parsed, list, batch->rows);
    return in->shape == EVENT_SHAPE_IMPORT ? settle_import(in, is_out, batch, ret_problem) : OK;
}

static enum err decode_batch(const struct decoding *in, struct event_batch *batch,
                             struct problem *ret_problem)
{
    yyjson_val *list = last_member(in->parsed.root, STR("batch"));
    size_t count = yyjson_is_arr(list) ? yyjson_arr_size(list) : 1;
    if (!list || yyjson_is_null(list) || count == 0)
        return refuse(ret_problem, "empty batch payload");
    batch->rows = arena_alloc(in->arena, count * sizeof(*batch->rows));
    if (arena_is_over(in->arena))
        return too_big(ret_problem);
    batch->count = count;
    batch->wrapped_bytes = in->parsed.body.len;
    if (yyjson_is_arr(list))
        return decode_list(in, list, batch, ret_problem);
    enum err err = decode_element(in, list, 0, batch, ret_problem);
    if (!err)
        place_batch(&in->parsed, list, batch->rows);
    return err;
}

// The arena's allocator, but one that refuses beyond the ceiling: few bytes of JSON can stand
// for many times their size in values.
static void *bounded_malloc(void *arena, size_t size)
{
    return arena_has_room(arena, size) ? arena_alloc(arena, size) : NULL;
}

static void *bounded_realloc(void *arena, void *ptr, size_t old_size, size_t size)
{
    if (size <= old_size)
        return ptr;
    return arena_has_room(arena, size - old_size) ? arena_grow(arena, ptr, old_size, size)
                                                  : NULL;
}

static enum err parse(str body, struct arena *arena, yyjson_doc **ret_doc)
{
    yyjson_alc alc = json_alc(arena);
    alc.malloc = bounded_malloc;
    alc.realloc = bounded_realloc;
    yyjson_read_err err = { 0 };
    yyjson_doc *doc = body.len ? yyjson_read_opts((char *)body.data, body.len,
                                                  YYJSON_READ_BIGNUM_AS_RAW, &alc, &err)
                               : NULL;
    if (err.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        return ERR_TOO_BIG;
    if (!doc || json_is_deeper(yyjson_doc_get_root(doc), DEPTH_MAX))
        return ERR_INVALID;
    *ret_doc = doc;
    return OK;
}

enum err event_decode(str body, enum event_shape shape, enum event_type endpoint_type,
                      const struct event_hash_key *key, struct arena *arena,
                      struct event_batch *ret_batch, struct problem *ret_problem)
{
    assert(body.len <= UINT32_MAX);
    yyjson_doc *doc = NULL;
    enum err err = parse(body, arena, &doc);
    if (err == ERR_INVALID && repair_characters(body, arena, &body))
        err = parse(body, arena, &doc);
    if (err == ERR_TOO_BIG)
        return too_big(ret_problem);
    if (err)
        return refuse(ret_problem, "invalid json");
    struct decoding in = {
        .parsed = { .body = body, .copy = doc->str_pool, .root = yyjson_doc_get_root(doc) },
        .key = key,
        .arena = arena,
        .shape = shape,
    };
    struct event_batch batch = { .body = body };
    err = shape == EVENT_SHAPE_SINGLE ? decode_single(&in, endpoint_type, &batch, ret_problem)
                                      : decode_batch(&in, &batch, ret_problem);
    if (err)
        return err;
    batch.write_key = cut_write_key(&in.parsed, arena, &batch.body);
    *ret_batch = batch;
    return OK;
}
