// SPDX-License-Identifier: Apache-2.0
// The routes of a destination.
#include "delivery/routes.h"

#include <string.h>

#include "base/mem.h"

void routes_done(struct routes *routes)
{
    mem_free(routes->items);
    *routes = (struct routes){ 0 };
}

static struct position from_of(const struct ws_connection *connection)
{
    return (struct position){
        .record = MAX(connection->from_record, (uint64_t)1),
        .event = connection->from_event,
    };
}

// The same connection still, or one that was made anew from a later position?
static bool is_same(const struct route *route, const struct ws_connection *connection)
{
    return connection && position_cmp(route->from, from_of(connection)) == 0;
}

static struct route route_of(const struct ws_connection *connection)
{
    struct route route = { .from = from_of(connection), .is_connected = true };
    bool fits = str_copy(connection->source_id, route.source_id, sizeof(route.source_id));
    assert(fits);
    (void)fits;
    return route;
}

// Both lists on their way into the next one.
struct merge {
    struct route *items;
    size_t count;
    struct position end;
    bool has_changed;
};

// Takes over the routes of one source and its connection (NULL: none that is enabled).
static void take_source(struct merge *merge, const struct route *routes, size_t count,
                        const struct ws_connection *connection)
{
    bool is_there = false;
    for (size_t i = 0; i < count; i++) {
        struct route *route = &merge->items[merge->count++];
        *route = routes[i];
        if (!route->is_connected)
            continue;
        if (is_same(route, connection)) {
            is_there = true;
            continue;
        }
        merge->has_changed = true;
        route->is_connected = false;
        route->until = merge->end;
        if (position_cmp(route->from, route->until) >= 0)
            merge->count--;
    }
    if (!connection || is_there)
        return;
    merge->items[merge->count++] = route_of(connection);
    merge->has_changed = true;
}

static size_t same_source(const struct routes *routes, size_t at)
{
    size_t next = at;
    while (next < routes->count &&
           strcmp(routes->items[next].source_id, routes->items[at].source_id) == 0)
        next++;
    return next - at;
}

bool routes_update(struct routes *routes, const struct ws_destination *destination,
                   struct position end)
{
    size_t wanted = destination && destination->is_enabled ? destination->connection_count : 0;
    struct merge merge = {
        .items = mem_zalloc(routes->count + wanted + 1, sizeof(*merge.items)),
        .end = end,
    };
    size_t at = 0, next = 0;
    while (at < routes->count || next < wanted) {
        const struct ws_connection *connection =
            next < wanted ? destination->connections[next] : NULL;
        const struct route *route = at < routes->count ? &routes->items[at] : NULL;
        int order = !route        ? 1
                    : !connection ? -1
                                  : str_cmp(str_of(route->source_id), connection->source_id);
        size_t count = order <= 0 ? same_source(routes, at) : 0;
        bool is_on = order >= 0 && connection->is_enabled;
        take_source(&merge, route, count, is_on ? connection : NULL);
        at += count;
        next += order >= 0;
    }
    mem_free(routes->items);
    routes->items = merge.items;
    routes->count = merge.count;
    return merge.has_changed;
}

// --- In a cursor

void routes_store(const struct routes *routes, struct arena *arena, struct cursor *cursor)
{
    struct cursor_route *stored = ARENA_ARRAY(arena, struct cursor_route, routes->count);
    for (size_t i = 0; i < routes->count; i++) {
        const struct route *route = &routes->items[i];
        stored[i] = (struct cursor_route){ .from = route->from, .dropped = route->dropped };
        memcpy(stored[i].source_id, route->source_id, sizeof(route->source_id));
        if (!route->is_connected)
            stored[i].until = route->until;
    }
    cursor->routes = stored;
    cursor->route_count = routes->count;
}

void routes_restore(struct routes *routes, const struct cursor *cursor, struct position end)
{
    routes_done(routes);
    routes->items = mem_zalloc(cursor->route_count + 1, sizeof(*routes->items));
    for (size_t i = 0; i < cursor->route_count; i++) {
        const struct cursor_route *stored = &cursor->routes[i];
        struct route *route = &routes->items[routes->count++];
        memcpy(route->source_id, stored->source_id, sizeof(route->source_id));
        route->from = stored->from;
        route->dropped = stored->dropped;
        route->is_connected = stored->until.record == 0;
        route->until = position_cmp(stored->until, end) > 0 ? end : stored->until;
    }
}

// --- What is for whom

static bool holds(const struct route *route, struct position position)
{
    return position_cmp(position, route->from) >= 0 &&
           (route->is_connected || position_cmp(position, route->until) < 0);
}

// The first of the source; where it would stand, if there is none.
static size_t place_of(const struct routes *routes, str source_id)
{
    size_t low = 0, high = routes->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(str_of(routes->items[middle].source_id), source_id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct route *routes_find(struct routes *routes, str source_id, struct position position)
{
    struct route *found = NULL;
    for (size_t i = place_of(routes, source_id); i < routes->count; i++) {
        struct route *route = &routes->items[i];
        if (!str_eq(str_of(route->source_id), source_id))
            break;
        if (!holds(route, position))
            continue;
        if (route->is_connected)
            return route;
        found = route;
    }
    return found;
}

bool routes_are_settled(const struct routes *routes, struct position position)
{
    for (size_t i = 0; i < routes->count; i++) {
        const struct route *route = &routes->items[i];
        if (!route->is_connected && position_cmp(route->until, position) > 0)
            return false;
    }
    return true;
}

bool routes_has_connected(const struct routes *routes)
{
    for (size_t i = 0; i < routes->count; i++) {
        if (routes->items[i].is_connected)
            return true;
    }
    return false;
}

struct position routes_from(const struct routes *routes)
{
    struct position low = POSITION_START;
    bool is_first = true;
    for (size_t i = 0; i < routes->count; i++) {
        const struct route *route = &routes->items[i];
        if (!route->is_connected || (!is_first && position_cmp(route->from, low) >= 0))
            continue;
        low = route->from;
        is_first = false;
    }
    return low;
}

void routes_clip(const struct routes *routes, struct position_range *range)
{
    struct position first = range->end, end = range->first;
    for (size_t i = 0; i < routes->count; i++) {
        const struct route *route = &routes->items[i];
        struct position until = route->is_connected ? range->end : route->until;
        if (position_cmp(route->from, first) < 0)
            first = route->from;
        if (position_cmp(until, end) > 0)
            end = until;
    }
    if (position_cmp(first, range->first) > 0)
        range->first = first;
    if (position_cmp(end, range->end) < 0)
        range->end = end;
}

struct route *routes_ended(struct routes *routes, struct position low)
{
    for (size_t i = 0; i < routes->count; i++) {
        struct route *route = &routes->items[i];
        if (!route->is_connected && position_cmp(route->until, low) <= 0)
            return route;
    }
    return NULL;
}

struct route *routes_noted(struct routes *routes)
{
    for (size_t i = 0; i < routes->count; i++) {
        if (routes->items[i].is_noted)
            return &routes->items[i];
    }
    return NULL;
}

void routes_remove(struct routes *routes, struct route *route)
{
    assert(route >= routes->items && route < routes->items + routes->count);
    size_t behind = (size_t)(routes->items + routes->count - route) - 1;
    memmove(route, route + 1, behind * sizeof(*route));
    routes->count--;
}
