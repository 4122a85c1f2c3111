// SPDX-License-Identifier: Apache-2.0
// The connections of a snapshot, and the part of them that each end has.
#include "workspace/inside.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/connections.h"

// What one end gets: this connection with the other end, or none of it any more.
struct link {
    bool is_of_source;
    str end_id;
    str other_id;
    const struct ws_connection *connection;
};

static void add_link(struct build *build, const struct link *link)
{
    size_t count = build->link_count;
    if ((count & (count - 1)) == 0) // all room is taken at each power of two
        build->links =
            mem_realloc(build->links, MAX(2 * count, (size_t)16) * sizeof(*build->links));
    build->links[build->link_count++] = *link;
}

// At both ends; `like` has the ids, connection is NULL when it goes.
static void link_ends(struct build *build, const struct ws_connection *like,
                      const struct ws_connection *connection)
{
    str source_id = like->source_id, destination_id = like->destination_id;
    const struct link at_source = { true, source_id, destination_id, connection };
    const struct link at_destination = { false, destination_id, source_id, connection };
    add_link(build, &at_source);
    add_link(build, &at_destination);
}

static void connection_gone(void *ctx, str id)
{
    struct build *build = ctx;
    const struct ws_connection *before = changes_find(&build->connections, id);
    if (!before)
        return;
    link_ends(build, before, NULL); // its memory stays as long as the build
    changes_put(&build->connections, id, NULL);
}

static char *append(char *at, str text, str *ret_copy)
{
    memcpy(at, text.data, text.len);
    *ret_copy = str_make(at, text.len);
    return at + text.len;
}

static struct ws_connection *connection_new(struct build *build,
                                            const struct connection_row *row)
{
    size_t len = row->id.len + row->source_id.len + row->destination_id.len;
    struct ws_connection *connection = piece_new(build->draft, sizeof(*connection) + len, NULL);
    char *at = append((char *)(connection + 1), row->id, &connection->id);
    at = append(at, row->source_id, &connection->source_id);
    append(at, row->destination_id, &connection->destination_id);
    connection->is_enabled = row->is_enabled;
    connection->from_record = row->from_record;
    connection->from_event = row->from_event;
    return connection;
}

static void connection_changed(void *ctx, const void *item)
{
    struct build *build = ctx;
    const struct connection_row *row = item;
    if (!changes_find(&build->sources, row->source_id) ||
        !changes_find(&build->destinations, row->destination_id)) {
        connection_gone(build, row->id);
        return;
    }
    struct ws_connection *connection = connection_new(build, row);
    link_ends(build, connection, connection);
    changes_put(&build->connections, row->id, connection);
}

// --- The ends

static int compare_links(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    if (x->is_of_source != y->is_of_source)
        return x->is_of_source ? -1 : 1;
    int order = str_cmp(x->end_id, y->end_id);
    if (!order)
        order = str_cmp(x->other_id, y->other_id);
    // One that goes makes room for another one between the same ends.
    return order ? order : (x->connection != NULL) - (y->connection != NULL);
}

static bool is_same_end(const struct link *a, const struct link *b)
{
    return a->is_of_source == b->is_of_source && str_eq(a->end_id, b->end_id);
}

// The connections of an end, sorted by the other one.
struct part {
    const struct ws_connection *const *items;
    size_t count;
};

static str other_end(const struct ws_connection *connection, bool is_of_source)
{
    return is_of_source ? connection->destination_id : connection->source_id;
}

// The part with the links of the end, which are sorted as it is.
static struct part relink(struct draft *draft, struct part before, const struct link *links,
                          size_t count)
{
    const struct ws_connection **items =
        piece_new(draft, (before.count + count) * sizeof(const struct ws_connection *), NULL);
    size_t from = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        int order = 1;
        for (; from < before.count; items[kept++] = before.items[from++]) {
            str other = other_end(before.items[from], links[i].is_of_source);
            if ((order = str_cmp(other, links[i].other_id)) >= 0)
                break;
        }
        if (from < before.count && order == 0)
            from++;
        if (links[i].connection)
            items[kept++] = links[i].connection;
    }
    while (from < before.count)
        items[kept++] = before.items[from++];
    piece_drop(draft, before.items);
    return (struct part){ items, kept };
}

static void relink_source(struct build *build, const struct link *links, size_t count)
{
    struct draft *draft = build->draft;
    const struct ws_source *before = changes_find(&build->sources, links->end_id);
    if (!before)
        return;
    struct part part = { before->connections, before->connection_count };
    part = relink(draft, part, links, count);
    struct ws_source *source = source_copy(draft, before);
    source->connections = part.items;
    source->connection_count = part.count;
    changes_put(&build->sources, links->end_id, source);
}

static void relink_destination(struct build *build, const struct link *links, size_t count)
{
    struct draft *draft = build->draft;
    const struct ws_destination *before = changes_find(&build->destinations, links->end_id);
    if (!before)
        return;
    struct part part = { before->connections, before->connection_count };
    part = relink(draft, part, links, count);
    struct ws_destination *destination = destination_copy(draft, before);
    destination->connections = part.items;
    destination->connection_count = part.count;
    changes_put(&build->destinations, links->end_id, destination);
}

static void relink_ends(struct build *build)
{
    if (build->link_count > 0)
        qsort(build->links, build->link_count, sizeof(*build->links), compare_links);
    for (size_t i = 0, next; i < build->link_count; i = next) {
        const struct link *links = &build->links[i];
        for (next = i + 1; next < build->link_count; next++)
            if (!is_same_end(links, &build->links[next]))
                break;
        if (links->is_of_source)
            relink_source(build, links, next - i);
        else
            relink_destination(build, links, next - i);
    }
}

// --- Ends that went

// Connections that are left in the store although an end went go with it.
static void end_went(struct build *build, struct part part)
{
    for (size_t i = 0; i < part.count; i++)
        connection_gone(build, part.items[i]->id);
    piece_drop(build->draft, part.items);
}

static void take_down_gone_ends(struct build *build)
{
    size_t at = 0;
    for (const struct change *change; (change = map_each(build->sources.by_id, &at));) {
        const struct ws_source *before = index_find(build->sources.base, change->id);
        if (!change->item && before)
            end_went(build, (struct part){ before->connections, before->connection_count });
    }
    at = 0;
    for (const struct change *change; (change = map_each(build->destinations.by_id, &at));) {
        const struct ws_destination *before = index_find(build->destinations.base, change->id);
        if (!change->item && before)
            end_went(build, (struct part){ before->connections, before->connection_count });
    }
}

enum err build_connections(struct build *build, struct problem *ret_problem)
{
    const struct store_visitor visitor = { connection_changed, connection_gone, build };
    int64_t after = build->base ? build->base->config_revision : -1;
    enum err err = store_connection_each_changed(build->tx, after, &visitor, ret_problem);
    if (err)
        return err;
    take_down_gone_ends(build);
    relink_ends(build);
    return OK;
}
