// SPDX-License-Identifier: Apache-2.0
// The event as destinations see it: a function of the journal's record and nothing else, so
// that a second delivery and a replay send the same.
#include "event/event.h"

#include "codec/hash.h"
#include "codec/json.h"
#include "codec/timestamp.h"
#include "codec/uuid.h"
#include "event/ids.h"

struct enriching {
    const struct event_origin *origin;
    struct arena *arena;
    yyjson_val *from;
    yyjson_mut_doc *doc;
    yyjson_mut_val *to;
};

// --- Reading

// JSON leaves open what two equal keys mean. Here the last one counts, in all of these.
static const char *const single_keys[] = {
    "anonymousId", "category",     "channel",    "context",    "event",
    "groupId",     "integrations", "messageId",  "name",       "originalTimestamp",
    "previousId",  "properties",   "receivedAt", "request_ip", "rudderId",
    "sentAt",      "timestamp",    "traits",     "type",       "userId",
};
_Static_assert(ARRAY_LEN(single_keys) <= 32, "one bit each");

static int single_key_index(str key)
{
    for (size_t i = 0; i < ARRAY_LEN(single_keys); i++)
        if (str_eq(key, str_of(single_keys[i])))
            return (int)i;
    return -1;
}

static yyjson_val *last_member(yyjson_val *object, const char *name)
{
    yyjson_val *found = NULL;
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, i, max, key, value)
    {
        if (yyjson_equals_str(key, name))
            found = value;
    }
    return found;
}

// Keeps the value's place in the document of the copy, which lives as long as the arena.
static void put(const struct enriching *in, const char *key, yyjson_mut_val *value)
{
    bool is_put = yyjson_mut_obj_put(in->to, yyjson_mut_str(in->doc, key), value);
    assert(is_put);
    (void)is_put;
}

static void put_text(const struct enriching *in, const char *key, str text)
{
    put(in, key, yyjson_mut_strncpy(in->doc, text.data, text.len));
}

static void drop_doubles(const struct enriching *in)
{
    uint32_t seen = 0, doubled = 0;
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(in->from, i, max, key, value)
    {
        int index = single_key_index(json_str(key));
        uint32_t bit = index < 0 ? 0 : (uint32_t)1 << index;
        doubled |= seen & bit;
        seen |= bit;
    }
    for (size_t index = 0; index < ARRAY_LEN(single_keys); index++) {
        if (!(doubled >> index & 1))
            continue;
        const char *name = single_keys[index];
        put(in, name, yyjson_val_mut_copy(in->doc, last_member(in->from, name)));
    }
}

static str normal_id(const struct enriching *in, const char *name)
{
    str text = id_text(last_member(in->from, name), in->arena);
    return event_normalise_id(text, in->arena);
}

// --- Ids

static void generate_message_id(const struct event_origin *origin, char ret_text[UUID_LEN + 1])
{
    uint8_t seed[16 + 4], digest[HASH_SHA256_LEN];
    memcpy(seed, origin->random, 16);
    for (int i = 0; i < 4; i++)
        seed[16 + i] = (uint8_t)(origin->index >> (8 * i));
    hash_sha256(seed, sizeof(seed), digest);
    uuid_format_v4(digest, ret_text);
}

static void put_ids(const struct enriching *in)
{
    char rudder_id[UUID_LEN + 1], message_id[UUID_LEN + 1];
    id_rudder(normal_id(in, "userId"), normal_id(in, "anonymousId"), in->arena, rudder_id);
    put_text(in, "rudderId", str_of(rudder_id));
    str given = json_str(last_member(in->from, "messageId"));
    given = event_normalise_id(given, in->arena);
    if (given.len == 0) {
        generate_message_id(in->origin, message_id);
        given = str_of(message_id);
    }
    put_text(in, "messageId", given);
}

// --- Times

struct moment {
    int64_t wall_ms;
    int offset_minutes; // the zone in which the client wrote it is kept
};

static bool given_moment(const struct enriching *in, const char *name,
                         struct moment *ret_moment)
{
    str text = json_str(last_member(in->from, name));
    return timestamp_parse_lenient(text, &ret_moment->wall_ms, &ret_moment->offset_minutes);
}

static void put_moment(const struct enriching *in, const char *name, struct moment moment)
{
    char text[TIMESTAMP_ZONED_LEN + 1];
    timestamp_format_zoned(moment.wall_ms, moment.offset_minutes, text);
    put_text(in, name, str_of(text));
}

// The client's clock may be wrong, the time between call and sending is not: so the event's
// time is receivedAt less that, unless the client gives one.
static void put_times(const struct enriching *in)
{
    struct moment received = { .wall_ms = in->origin->received_wall_ms };
    struct moment original = received, sent = received, timestamp = received;
    if (!given_moment(in, "originalTimestamp", &original))
        original = received;
    if (!given_moment(in, "sentAt", &sent))
        sent = received;
    if (!given_moment(in, "timestamp", &timestamp)) {
        timestamp = received;
        timestamp.wall_ms -= sent.wall_ms - original.wall_ms;
    }
    put_moment(in, "receivedAt", received);
    put_moment(in, "originalTimestamp", original);
    put_moment(in, "sentAt", sent);
    put_moment(in, "timestamp", timestamp);
}

enum err event_enrich(str event_json, const struct event_origin *origin, struct arena *arena,
                      yyjson_mut_doc **ret_event, struct problem *ret_problem)
{
    yyjson_doc *doc = NULL;
    enum err err = json_read(event_json, 0, arena, &doc, ret_problem);
    if (err)
        return err;
    if (!yyjson_is_obj(yyjson_doc_get_root(doc)))
        return problem_set(ret_problem, ERR_INVALID, STR(""), "an event must be an object");
    yyjson_alc alc = json_alc(arena);
    yyjson_mut_doc *event = yyjson_doc_mut_copy(doc, &alc);
    struct enriching in = {
        .origin = origin,
        .arena = arena,
        .from = yyjson_doc_get_root(doc),
        .doc = event,
        .to = yyjson_mut_doc_get_root(event),
    };
    drop_doubles(&in);
    if (origin->endpoint_type != EVENT_TYPE_UNKNOWN)
        put_text(&in, "type", event_type_name(origin->endpoint_type));
    put_ids(&in);
    put_times(&in);
    if (!last_member(in.from, "request_ip"))
        put_text(&in, "request_ip", origin->client_address);
    *ret_event = event;
    return OK;
}
