// SPDX-License-Identifier: Apache-2.0
// The routes of a destination.
#include "delivery/routes.h"

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

static const struct ws_connection *connection_of(const struct ws_destination *destination,
                                                 str source_id)
{
    if (!destination || !destination->is_enabled)
        return NULL;
    const struct ws_connection *connection = snapshot_connection(destination, source_id);
    return connection && connection->is_enabled ? connection : NULL;
}

// The same connection still, or one that was made anew from a later position?
static bool is_same(const struct route *route, const struct ws_connection *connection)
{
    return connection && position_cmp(route->from, from_of(connection)) == 0;
}

static bool end_gone(struct routes *routes, const struct ws_destination *destination,
                     struct position end)
{
    bool has_changed = false;
    for (size_t i = 0; i < routes->count; i++) {
        struct route *route = &routes->items[i];
        if (!route->is_connected ||
            is_same(route, connection_of(destination, str_of(route->source_id))))
            continue;
        route->is_connected = false;
        route->until = end;
        has_changed = true;
    }
    return has_changed;
}

static struct route *connected_route(struct routes *routes, str source_id)
{
    for (size_t i = 0; i < routes->count; i++) {
        if (routes->items[i].is_connected &&
            str_eq(str_of(routes->items[i].source_id), source_id))
            return &routes->items[i];
    }
    return NULL;
}

static void add(struct routes *routes, const struct ws_connection *connection)
{
    if (routes->count == routes->cap) {
        routes->cap = MAX(routes->cap * 2, (size_t)4);
        routes->items = mem_realloc(routes->items, routes->cap * sizeof(*routes->items));
    }
    struct route *route = &routes->items[routes->count++];
    *route = (struct route){ .from = from_of(connection), .is_connected = true };
    bool fits = str_copy(connection->source_id, route->source_id, sizeof(route->source_id));
    assert(fits);
    (void)fits;
}

bool routes_update(struct routes *routes, const struct ws_destination *destination,
                   struct position end)
{
    bool has_changed = end_gone(routes, destination, end);
    if (!destination || !destination->is_enabled)
        return has_changed;
    for (size_t i = 0; i < destination->connection_count; i++) {
        const struct ws_connection *connection = destination->connections[i];
        if (!connection->is_enabled || connected_route(routes, connection->source_id))
            continue;
        add(routes, connection);
        has_changed = true;
    }
    return has_changed;
}

static bool holds(const struct route *route, struct position position)
{
    return position_cmp(position, route->from) >= 0 &&
           (route->is_connected || position_cmp(position, route->until) < 0);
}

struct route *routes_find(struct routes *routes, str source_id, struct position position)
{
    struct route *found = NULL;
    for (size_t i = 0; i < routes->count; i++) {
        struct route *route = &routes->items[i];
        if (!str_eq(str_of(route->source_id), source_id) || !holds(route, position))
            continue;
        if (route->is_connected)
            return route;
        found = route;
    }
    return found;
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

struct route *routes_ended(struct routes *routes, struct position low)
{
    for (size_t i = 0; i < routes->count; i++) {
        struct route *route = &routes->items[i];
        if (!route->is_connected && position_cmp(route->until, low) <= 0)
            return route;
    }
    return NULL;
}

void routes_remove(struct routes *routes, struct route *route)
{
    assert(route >= routes->items && route < routes->items + routes->count);
    *route = routes->items[--routes->count];
}
