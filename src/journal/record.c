// SPDX-License-Identifier: Apache-2.0
// Encoding and decoding of records.
#include "journal/record.h"

#include "base/mem.h"
#include "codec/hash.h"
#include "journal/bytes.h"
#include "journal/format.h"

enum { ENVELOPE_TAG_LAST = ENVELOPE_TRANSIENT };

str journal_record_field(const struct journal_record *record, enum envelope_tag tag)
{
    for (size_t i = 0; i < record->field_count; i++) {
        if (record->fields[i].tag == tag)
            return record->fields[i].value;
    }
    return STR_NONE;
}

size_t record_encoded_bytes(const struct journal_record *record)
{
    assert(record->field_count <= ENVELOPE_FIELDS_MAX);
    uint64_t total = sizeof(struct record_wire);
    if (record->body.len > UINT32_MAX ||
        record->event_count > UINT32_MAX / sizeof(struct event_wire))
        return SIZE_MAX;
    for (size_t i = 0; i < record->field_count; i++) {
        if (record->fields[i].value.len > UINT32_MAX)
            return SIZE_MAX;
        total += sizeof(struct field_wire) + record->fields[i].value.len;
    }
    total += record->event_count * sizeof(struct event_wire) + record->body.len;
    return total > UINT32_MAX ? SIZE_MAX : (size_t)total;
}

static char *put_bytes(char *at, const void *data, size_t len)
{
    if (len)
        memcpy(at, data, len);
    return at + len;
}

static char *put_fields(char *at, const struct journal_record *record)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct envelope_field *field = &record->fields[i];
        struct field_wire wire = { 0 };
        LE_PUT(wire.tag, field->tag);
        LE_PUT(wire.length, field->value.len);
        at = put_bytes(at, &wire, sizeof(wire));
        at = put_bytes(at, field->value.data, field->value.len);
    }
    return at;
}

static char *put_events(char *at, const struct journal_record *record)
{
    for (size_t i = 0; i < record->event_count; i++) {
        const struct journal_event *event = &record->events[i];
        struct event_wire wire = { 0 };
        assert((uint64_t)event->offset + event->length <= record->body.len);
        LE_PUT(wire.offset, event->offset);
        LE_PUT(wire.length, event->length);
        LE_PUT(wire.type, event->type);
        LE_PUT(wire.flags, event->flags);
        LE_PUT(wire.user_hash, event->user_hash);
        LE_PUT(wire.anon_hash, event->anon_hash);
        LE_PUT(wire.message_hash, event->message_hash);
        at = put_bytes(at, &wire, sizeof(wire));
    }
    return at;
}

void record_encode(const struct journal_record *record, char *dest)
{
    struct record_wire *wire = (struct record_wire *)dest;
    char *envelope = dest + sizeof(*wire);
    char *table = put_fields(envelope, record);
    char *body = put_events(table, record);
    char *end = put_bytes(body, record->body.data, record->body.len);
    *wire = (struct record_wire){ 0 };
    LE_PUT(wire->length, end - dest);
    LE_PUT(wire->version, FORMAT_VERSION);
    LE_PUT(wire->codec, RECORD_CODEC_PLAIN);
    LE_PUT(wire->field_count, record->field_count);
    LE_PUT(wire->event_count, record->event_count);
    LE_PUT(wire->received_wall_ms, record->received_wall_ms);
    LE_PUT(wire->envelope_bytes, table - envelope);
    LE_PUT(wire->body_bytes, record->body.len);
}

static const struct record_wire *wire_of(const char *bytes)
{
    return (const struct record_wire *)bytes;
}

size_t record_length(const char *bytes)
{
    return (size_t)LE_GET(wire_of(bytes)->length);
}

uint32_t record_event_count(const char *bytes)
{
    return (uint32_t)LE_GET(wire_of(bytes)->event_count);
}

int64_t record_wall_ms(const char *bytes)
{
    return (int64_t)LE_GET(wire_of(bytes)->received_wall_ms);
}

uint64_t record_number(const char *bytes)
{
    return LE_GET(wire_of(bytes)->record);
}

uint32_t record_stored_crc(const char *bytes)
{
    return (uint32_t)LE_GET(wire_of(bytes)->crc);
}

str record_find_field(const char *bytes, enum envelope_tag tag)
{
    const char *at = bytes + sizeof(struct record_wire);
    for (uint64_t left = LE_GET(wire_of(bytes)->field_count); left > 0; left--) {
        const struct field_wire *wire = (const struct field_wire *)at;
        size_t length = (size_t)LE_GET(wire->length);
        at += sizeof(*wire);
        if (LE_GET(wire->tag) == (uint64_t)tag)
            return str_make(at, length);
        at += length;
    }
    return STR_NONE;
}

static struct event_wire *event_of(const char *bytes, uint32_t event)
{
    const char *table =
        bytes + sizeof(struct record_wire) + LE_GET(wire_of(bytes)->envelope_bytes);
    assert(event < record_event_count(bytes));
    return (struct event_wire *)(void *)(uintptr_t)(table + event * sizeof(struct event_wire));
}

uint64_t record_message_hash(const char *bytes, uint32_t event)
{
    return LE_GET(event_of(bytes, event)->message_hash);
}

uint8_t record_event_flags(const char *bytes, uint32_t event)
{
    return event_of(bytes, event)->flags[0];
}

void record_set_event_flags(char *bytes, uint32_t event, uint8_t flags)
{
    event_of(bytes, event)->flags[0] = flags;
}

uint32_t record_crc(const char *bytes, size_t length, uint32_t seed)
{
    size_t skip = sizeof(wire_of(bytes)->crc);
    return hash_crc32c(seed, bytes + skip, length - skip);
}

uint32_t record_finish(char *bytes, const struct record_stamp *stamp, uint32_t seed)
{
    struct record_wire *wire = (struct record_wire *)bytes;
    LE_PUT(wire->segment, stamp->segment);
    LE_PUT(wire->record, stamp->record);
    uint32_t crc = record_crc(bytes, record_length(bytes), seed);
    LE_PUT(wire->crc, crc);
    return crc;
}

bool record_claims(const char *bytes, uint64_t segment, uint64_t record)
{
    const struct record_wire *wire = wire_of(bytes);
    return LE_GET(wire->record) == record && LE_GET(wire->segment) == segment;
}

bool record_is_whole(const char *bytes, size_t len, uint64_t segment, uint64_t record,
                     uint32_t seed)
{
    return record_length(bytes) == len && record_claims(bytes, segment, record) &&
           record_stored_crc(bytes) == record_crc(bytes, len, seed);
}

static bool get_fields(const char *at, const char *end, size_t count,
                       struct journal_record *record)
{
    record->field_count = 0;
    for (; count > 0; count--) {
        const struct field_wire *wire = (const struct field_wire *)at;
        if ((size_t)(end - at) < sizeof(*wire))
            return false;
        at += sizeof(*wire);
        uint64_t tag = LE_GET(wire->tag), length = LE_GET(wire->length);
        if ((uint64_t)(end - at) < length)
            return false;
        bool is_known = tag > 0 && tag <= ENVELOPE_TAG_LAST;
        if (is_known && record->field_count < ENVELOPE_FIELDS_MAX)
            record->fields[record->field_count++] = (struct envelope_field){
                .tag = (enum envelope_tag)tag,
                .value = str_make(at, (size_t)length),
            };
        at += length;
    }
    return at == end;
}

// Whether this version knows the rules by which it was made, and its parts fill it.
static bool has_parts(const char *bytes)
{
    const struct record_wire *wire = wire_of(bytes);
    uint64_t table_bytes = LE_GET(wire->event_count) * sizeof(struct event_wire);
    return wire->version[0] == FORMAT_VERSION && wire->codec[0] == RECORD_CODEC_PLAIN &&
           sizeof(*wire) + LE_GET(wire->envelope_bytes) + table_bytes +
                   LE_GET(wire->body_bytes) ==
               record_length(bytes);
}

bool record_is_sound(const char *bytes)
{
    const struct record_wire *wire = wire_of(bytes);
    const char *envelope = bytes + sizeof(*wire);
    struct journal_record record;
    return has_parts(bytes) && get_fields(envelope, envelope + LE_GET(wire->envelope_bytes),
                                          (size_t)LE_GET(wire->field_count), &record);
}

static bool get_events(const char *at, size_t count, uint64_t body_bytes,
                       struct journal_event *rows)
{
    for (size_t i = 0; i < count; i++, at += sizeof(struct event_wire)) {
        const struct event_wire *wire = (const struct event_wire *)at;
        rows[i] = (struct journal_event){
            .offset = (uint32_t)LE_GET(wire->offset),
            .length = (uint32_t)LE_GET(wire->length),
            .type = wire->type[0],
            .flags = wire->flags[0],
            .user_hash = LE_GET(wire->user_hash),
            .anon_hash = LE_GET(wire->anon_hash),
            .message_hash = LE_GET(wire->message_hash),
        };
        if ((uint64_t)rows[i].offset + rows[i].length > body_bytes)
            return false;
    }
    return true;
}

static void events_grow(struct record_events *events, size_t count)
{
    if (events->capacity >= count)
        return;
    events->capacity = MAX(count, events->capacity * 2);
    events->rows = mem_realloc(events->rows, events->capacity * sizeof(*events->rows));
}

bool record_decode(const char *bytes, struct record_events *events,
                   struct journal_record *ret_record)
{
    const struct record_wire *wire = wire_of(bytes);
    uint64_t envelope_bytes = LE_GET(wire->envelope_bytes);
    uint64_t event_count = LE_GET(wire->event_count), body_bytes = LE_GET(wire->body_bytes);
    uint64_t table_bytes = event_count * sizeof(struct event_wire);
    if (!has_parts(bytes))
        return false;
    const char *envelope = bytes + sizeof(*wire);
    const char *table = envelope + envelope_bytes;
    events_grow(events, (size_t)event_count);
    struct journal_record record = {
        .received_wall_ms = record_wall_ms(bytes),
        .events = events->rows,
        .event_count = (size_t)event_count,
        .body = str_make(table + table_bytes, (size_t)body_bytes),
    };
    if (!get_fields(envelope, table, (size_t)LE_GET(wire->field_count), &record) ||
        !get_events(table, record.event_count, body_bytes, events->rows))
        return false;
    *ret_record = record;
    return true;
}
