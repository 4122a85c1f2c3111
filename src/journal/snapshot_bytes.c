// SPDX-License-Identifier: Apache-2.0
// Cursors as the bytes of a snapshot, and back. Format: README.md in this folder.
#include "base/mem.h"
#include "journal/bytes.h"
#include "journal/snapshot.h"

enum { VERSION_WITHOUT_ROUTES = 1 };

struct position_wire {
    uint8_t partition[4];
    uint8_t event[4];
    uint8_t record[8];
};
_Static_assert(sizeof(struct position_wire) == 16, "on disk");

// Begins a reader; its name, finished ranges, parked events and routes follow.
struct reader_wire {
    uint8_t name_bytes[2];
    uint8_t zero[2];
    uint8_t finished_count[4];
    uint8_t parked_count[4];
    struct position_wire low;
    uint8_t route_count[4]; // not in version 1
};
_Static_assert(sizeof(struct reader_wire) == 32, "on disk");

struct range_wire {
    struct position_wire first;
    struct position_wire end;
};
_Static_assert(sizeof(struct range_wire) == 32, "on disk");

struct parked_wire {
    struct position_wire position;
    uint8_t output[4];
    uint8_t attempts[4];
    uint8_t first_failure_wall_ms[8];
    uint8_t not_before_wall_ms[8];
};
_Static_assert(sizeof(struct parked_wire) == 40, "on disk");

struct route_wire {
    char source_id[32]; // with zeros at the end
    struct position_wire from;
    struct position_wire until; // zeros: none
    uint8_t dropped[8];
};
_Static_assert(sizeof(struct route_wire) == 72, "on disk");

void cursor_entry_free(struct cursor_entry *entry)
{
    if (!entry)
        return;
    mem_free(entry->finished);
    mem_free(entry->parked);
    mem_free(entry->routes);
    mem_free(entry);
}

static void put_position(struct position_wire *wire, struct position position)
{
    LE_PUT(wire->partition, position.partition);
    LE_PUT(wire->event, position.event);
    LE_PUT(wire->record, position.record);
}

static struct position get_position(const struct position_wire *wire)
{
    return (struct position){
        .partition = (uint32_t)LE_GET(wire->partition),
        .event = (uint32_t)LE_GET(wire->event),
        .record = LE_GET(wire->record),
    };
}

static void encode_routes(const struct cursor_entry *entry, struct buf *payload)
{
    for (size_t i = 0; i < entry->route_count; i++) {
        const struct cursor_route *from = &entry->routes[i];
        struct route_wire route = { 0 };
        (void)str_copy(str_of(from->source_id), route.source_id, sizeof(route.source_id));
        put_position(&route.from, from->from);
        put_position(&route.until, from->until);
        LE_PUT(route.dropped, from->dropped);
        buf_add(payload, &route, sizeof(route));
    }
}

static void encode_entry(const struct cursor_entry *entry, struct buf *payload)
{
    struct reader_wire reader = { 0 };
    str name = str_of(entry->reader);
    LE_PUT(reader.name_bytes, name.len);
    LE_PUT(reader.finished_count, entry->finished_count);
    LE_PUT(reader.parked_count, entry->parked_count);
    LE_PUT(reader.route_count, entry->route_count);
    put_position(&reader.low, entry->low);
    buf_add(payload, &reader, sizeof(reader));
    buf_add_str(payload, name);
    for (size_t i = 0; i < entry->finished_count; i++) {
        struct range_wire range;
        put_position(&range.first, entry->finished[i].first);
        put_position(&range.end, entry->finished[i].end);
        buf_add(payload, &range, sizeof(range));
    }
    for (size_t i = 0; i < entry->parked_count; i++) {
        const struct cursor_parked *from = &entry->parked[i];
        struct parked_wire parked;
        put_position(&parked.position, from->position);
        LE_PUT(parked.output, from->output);
        LE_PUT(parked.attempts, from->attempts);
        LE_PUT(parked.first_failure_wall_ms, from->first_failure_wall_ms);
        LE_PUT(parked.not_before_wall_ms, from->not_before_wall_ms);
        buf_add(payload, &parked, sizeof(parked));
    }
    encode_routes(entry, payload);
}

void snapshot_encode(const struct map *entries, struct buf *payload)
{
    const struct cursor_entry *entry;
    size_t at = 0;
    while ((entry = map_each(entries, &at)))
        encode_entry(entry, payload);
}

// Takes len bytes off the front; NULL when there are fewer.
static const char *take(str *rest, uint64_t len)
{
    if (len > rest->len)
        return NULL;
    const char *taken = rest->data;
    *rest = str_make(taken + len, rest->len - (size_t)len);
    return taken;
}

static void decode_lists(struct cursor_entry *entry, const struct range_wire *ranges,
                         const struct parked_wire *parked)
{
    entry->finished = mem_zalloc(entry->finished_count + 1, sizeof(*entry->finished));
    entry->parked = mem_zalloc(entry->parked_count + 1, sizeof(*entry->parked));
    for (size_t i = 0; i < entry->finished_count; i++)
        entry->finished[i] = (struct position_range){
            .first = get_position(&ranges[i].first),
            .end = get_position(&ranges[i].end),
        };
    for (size_t i = 0; i < entry->parked_count; i++)
        entry->parked[i] = (struct cursor_parked){
            .position = get_position(&parked[i].position),
            .output = (uint32_t)LE_GET(parked[i].output),
            .attempts = (uint32_t)LE_GET(parked[i].attempts),
            .first_failure_wall_ms = (int64_t)LE_GET(parked[i].first_failure_wall_ms),
            .not_before_wall_ms = (int64_t)LE_GET(parked[i].not_before_wall_ms),
        };
}

static void decode_routes(struct cursor_entry *entry, const struct route_wire *routes)
{
    entry->routes = mem_zalloc(entry->route_count + 1, sizeof(*entry->routes));
    for (size_t i = 0; i < entry->route_count; i++) {
        struct cursor_route *route = &entry->routes[i];
        memcpy(route->source_id, routes[i].source_id, sizeof(route->source_id) - 1);
        route->from = get_position(&routes[i].from);
        route->until = get_position(&routes[i].until);
        route->dropped = LE_GET(routes[i].dropped);
    }
}

struct cursor_entry *cursor_entry_decode(str *rest, uint32_t version)
{
    struct reader_wire reader = { 0 };
    size_t head_bytes = version == VERSION_WITHOUT_ROUTES
                            ? offsetof(struct reader_wire, route_count)
                            : sizeof(reader);
    const char *bytes = take(rest, head_bytes);
    if (!bytes)
        return NULL;
    memcpy(&reader, bytes, head_bytes);
    size_t name_bytes = (size_t)LE_GET(reader.name_bytes);
    uint64_t finished_count = LE_GET(reader.finished_count);
    uint64_t parked_count = LE_GET(reader.parked_count);
    uint64_t route_count = LE_GET(reader.route_count);
    const char *name = take(rest, name_bytes);
    const char *ranges = take(rest, finished_count * sizeof(struct range_wire));
    const char *parked = take(rest, parked_count * sizeof(struct parked_wire));
    const char *routes = take(rest, route_count * sizeof(struct route_wire));
    if (!name || !ranges || !parked || !routes || name_bytes > CURSOR_READER_MAX)
        return NULL;
    struct cursor_entry *entry = NEW(struct cursor_entry);
    (void)str_copy(str_make(name, name_bytes), entry->reader, sizeof(entry->reader));
    entry->low = get_position(&reader.low);
    entry->finished_count = (size_t)finished_count;
    entry->parked_count = (size_t)parked_count;
    entry->route_count = (size_t)route_count;
    decode_lists(entry, (const struct range_wire *)ranges, (const struct parked_wire *)parked);
    decode_routes(entry, (const struct route_wire *)routes);
    return entry;
}

static void *arena_copy(struct arena *arena, const void *items, size_t bytes)
{
    void *copy = arena_alloc(arena, bytes);
    if (bytes)
        memcpy(copy, items, bytes);
    return copy;
}

struct cursor cursor_entry_copy(const struct cursor_entry *entry, struct arena *arena)
{
    size_t finished_bytes = entry->finished_count * sizeof(*entry->finished);
    size_t parked_bytes = entry->parked_count * sizeof(*entry->parked);
    size_t route_bytes = entry->route_count * sizeof(*entry->routes);
    return (struct cursor){
        .reader = arena_dup(arena, str_of(entry->reader)),
        .low = entry->low,
        .finished = arena_copy(arena, entry->finished, finished_bytes),
        .finished_count = entry->finished_count,
        .parked = arena_copy(arena, entry->parked, parked_bytes),
        .parked_count = entry->parked_count,
        .routes = arena_copy(arena, entry->routes, route_bytes),
        .route_count = entry->route_count,
    };
}
