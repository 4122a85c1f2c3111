// SPDX-License-Identifier: Apache-2.0
// The event as destinations see it: a function of the journal's record and nothing else, so
// that a second delivery and a replay send the same.
#include "event/event.h"

#include "codec/hash.h"
#include "codec/json.h"
#include "codec/timestamp.h"
#include "codec/uuid.h"
#include "event/ids.h"

// JSON leaves open what two equal keys mean. Here the last one counts, in all of these.
#define KEY_TABLE(X)                                                                           \
    X(KEY_ANONYMOUS_ID, "anonymousId")                                                         \
    X(KEY_CATEGORY, "category")                                                                \
    X(KEY_CHANNEL, "channel")                                                                  \
    X(KEY_CONTEXT, "context")                                                                  \
    X(KEY_EVENT, "event")                                                                      \
    X(KEY_GROUP_ID, "groupId")                                                                 \
    X(KEY_INTEGRATIONS, "integrations")                                                        \
    X(KEY_MESSAGE_ID, "messageId")                                                             \
    X(KEY_NAME, "name")                                                                        \
    X(KEY_ORIGINAL_TIMESTAMP, "originalTimestamp")                                             \
    X(KEY_PREVIOUS_ID, "previousId")                                                           \
    X(KEY_PROPERTIES, "properties")                                                            \
    X(KEY_RECEIVED_AT, "receivedAt")                                                           \
    X(KEY_REQUEST_IP, "request_ip")                                                            \
    X(KEY_RUDDER_ID, "rudderId")                                                               \
    X(KEY_SENT_AT, "sentAt")                                                                   \
    X(KEY_TIMESTAMP, "timestamp")                                                              \
    X(KEY_TRAITS, "traits")                                                                    \
    X(KEY_TYPE, "type")                                                                        \
    X(KEY_USER_ID, "userId")

enum key {
#define X(id, name) id,
    KEY_TABLE(X)
#undef X
        KEY_COUNT,
};
_Static_assert(KEY_COUNT <= 32, "one bit each");

struct key_name {
    const char *text;
    size_t len;
};
static const struct key_name key_names[KEY_COUNT] = {
#define X(id, name) [id] = { (name), sizeof(name) - 1 },
    KEY_TABLE(X)
#undef X
};

struct enriching {
    const struct event_origin *origin;
    struct arena *arena;
    yyjson_val *from[KEY_COUNT]; // the client's values
    yyjson_mut_doc *doc;
    yyjson_mut_val *to;
};

static int key_of(yyjson_val *key)
{
    size_t len = unsafe_yyjson_get_len(key);
    const char *text = unsafe_yyjson_get_str(key);
    for (int i = 0; i < KEY_COUNT; i++)
        if (key_names[i].len == len && memcmp(key_names[i].text, text, len) == 0)
            return i;
    return -1;
}

// Keeps the value's place in the document of the copy, which lives as long as the arena.
static void put(const struct enriching *in, enum key key, yyjson_mut_val *value)
{
    const struct key_name *name = &key_names[key];
    bool is_put =
        yyjson_mut_obj_put(in->to, yyjson_mut_strn(in->doc, name->text, name->len), value);
    assert(is_put);
    (void)is_put;
}

static void put_text(const struct enriching *in, enum key key, str text)
{
    put(in, key, yyjson_mut_strncpy(in->doc, text.data, text.len));
}

// Notes the client's values, and drops all but the last where a key stands twice.
static void read_members(struct enriching *in, yyjson_val *event)
{
    uint32_t doubled = 0;
    size_t i, max;
    yyjson_val *name, *value;
    yyjson_obj_foreach(event, i, max, name, value)
    {
        int key = key_of(name);
        if (key < 0)
            continue;
        doubled |= in->from[key] ? (uint32_t)1 << key : 0;
        in->from[key] = value;
    }
    for (int key = 0; key < KEY_COUNT; key++)
        if (doubled >> key & 1)
            put(in, (enum key)key, yyjson_val_mut_copy(in->doc, in->from[key]));
}

static str normal_id(const struct enriching *in, enum key key)
{
    str text = id_text(in->from[key], in->arena);
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
    id_rudder(normal_id(in, KEY_USER_ID), normal_id(in, KEY_ANONYMOUS_ID), in->arena,
              rudder_id);
    put_text(in, KEY_RUDDER_ID, str_of(rudder_id));
    str given = json_str(in->from[KEY_MESSAGE_ID]);
    given = event_normalise_id(given, in->arena);
    if (given.len == 0) {
        generate_message_id(in->origin, message_id);
        given = str_of(message_id);
    }
    put_text(in, KEY_MESSAGE_ID, given);
}

// --- Times

struct moment {
    int64_t wall_ms;
    int offset_minutes; // the zone in which the client wrote it is kept
};

static bool given_moment(const struct enriching *in, enum key key, struct moment *ret_moment)
{
    str text = json_str(in->from[key]);
    return timestamp_parse_lenient(text, &ret_moment->wall_ms, &ret_moment->offset_minutes);
}

static void put_moment(const struct enriching *in, enum key key, struct moment moment)
{
    char text[TIMESTAMP_ZONED_LEN + 1];
    timestamp_format_zoned(moment.wall_ms, moment.offset_minutes, text);
    put_text(in, key, str_of(text));
}

// The client's clock may be wrong, the time between call and sending is not: so the event's
// time is receivedAt less that, unless the client gives one.
static void put_times(const struct enriching *in)
{
    struct moment received = { .wall_ms = in->origin->received_wall_ms };
    if (in->origin->keeps_received_at && !given_moment(in, KEY_RECEIVED_AT, &received))
        received = (struct moment){ .wall_ms = in->origin->received_wall_ms };
    struct moment original = received, sent = received, timestamp = received;
    if (!given_moment(in, KEY_ORIGINAL_TIMESTAMP, &original))
        original = received;
    if (!given_moment(in, KEY_SENT_AT, &sent))
        sent = received;
    if (!given_moment(in, KEY_TIMESTAMP, &timestamp)) {
        timestamp = received;
        timestamp.wall_ms -= sent.wall_ms - original.wall_ms;
    }
    put_moment(in, KEY_RECEIVED_AT, received);
    put_moment(in, KEY_ORIGINAL_TIMESTAMP, original);
    put_moment(in, KEY_SENT_AT, sent);
    put_moment(in, KEY_TIMESTAMP, timestamp);
}

enum err event_enrich(str event_json, const struct event_origin *origin, struct arena *arena,
                      yyjson_mut_doc **ret_event, struct problem *ret_problem)
{
    yyjson_doc *doc = NULL;
    enum err err = json_read_exact(event_json, 0, arena, &doc, ret_problem);
    if (err)
        return err;
    if (!yyjson_is_obj(yyjson_doc_get_root(doc)))
        return problem_set(ret_problem, ERR_INVALID, STR(""), "an event must be an object");
    yyjson_alc alc = json_alc(arena);
    yyjson_mut_doc *event = yyjson_doc_mut_copy(doc, &alc);
    struct enriching in = {
        .origin = origin,
        .arena = arena,
        .doc = event,
        .to = yyjson_mut_doc_get_root(event),
    };
    read_members(&in, yyjson_doc_get_root(doc));
    if (origin->endpoint_type != EVENT_TYPE_UNKNOWN)
        put_text(&in, KEY_TYPE, event_type_name(origin->endpoint_type));
    put_ids(&in);
    put_times(&in);
    if (!in.from[KEY_REQUEST_IP])
        put_text(&in, KEY_REQUEST_IP, origin->client_address);
    *ret_event = event;
    return OK;
}
