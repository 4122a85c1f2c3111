// SPDX-License-Identifier: Apache-2.0
// Building a snapshot from the store, in one transaction and one arena.
#include "workspace/inside.h"

#include "base/mem.h"
#include "store/connections.h"
#include "store/sources.h"

static struct picture *picture_new(void)
{
    struct picture *picture = NEW(struct picture);
    atomic_init(&picture->holds, 1);
    picture->arena = arena_new(SIZE_MAX); // bounded by what the store holds
    picture->write_keys = map_new();
    picture->workspaces = map_new();
    picture->users = map_new();
    picture->members = map_new();
    picture->left_out = map_new();
    picture->organizations = map_new();
    picture->groups = map_new();
    picture->group_members = map_new();
    picture->policies = map_new();
    picture->snapshot.sources_by_write_key = picture->write_keys;
    return picture;
}

void picture_hold(struct picture *picture)
{
    atomic_fetch_add(&picture->holds, 1);
}

void picture_release(struct picture *picture)
{
    if (!picture || atomic_fetch_sub(&picture->holds, 1) > 1)
        return;
    map_free(picture->write_keys);
    map_free(picture->workspaces);
    map_free(picture->users);
    map_free(picture->members);
    map_free(picture->left_out);
    map_free(picture->organizations);
    map_free(picture->groups);
    map_free(picture->group_members);
    map_free(picture->policies);
    arena_free(picture->arena);
    mem_free(picture);
}

static enum err add_people(struct picture *picture, struct store_tx *tx,
                           struct problem *problem)
{
    struct workspace_row *workspaces = NULL;
    struct user_row *users = NULL;
    struct member_row *members = NULL;
    size_t workspace_count = 0, user_count = 0, member_count = 0;
    enum err err = store_workspace_list_all(tx, &workspaces, &workspace_count, problem);
    if (!err)
        err = store_user_list_all(tx, &users, &user_count, problem);
    if (!err)
        err = store_member_list_all(tx, &members, &member_count, problem);
    if (err)
        return err;
    for (size_t i = 0; i < workspace_count; i++)
        map_put(picture->workspaces, workspaces[i].id, &workspaces[i]);
    for (size_t i = 0; i < user_count; i++)
        map_put(picture->users, users[i].id, &users[i]);
    for (size_t i = member_count; i-- > 0;) // his first membership is put last, and stays
        map_put(picture->members, members[i].user_id, &members[i]);
    picture->members_end = members + member_count;
    return OK;
}

static int compare_sources(const void *a, const void *b)
{
    return str_cmp(((const struct ws_source *)a)->id, ((const struct ws_source *)b)->id);
}

static bool is_webhook(str type)
{
    const struct source_definition *definition = source_definition_find(type);
    return definition && str_eq(str_of(definition->category), STR("Webhook"));
}

static enum source_kind kind_of(str type)
{
    const struct source_definition *definition = source_definition_find(type);
    return definition ? definition->kind : KIND_CLOUD;
}

static enum err add_sources(struct picture *picture, struct store_tx *tx,
                            struct problem *problem)
{
    struct source_row *rows = NULL;
    size_t count = 0;
    enum err err = store_source_list_all(tx, &rows, &count, problem);
    if (err)
        return err;
    struct ws_source *sources = ARENA_ARRAY(picture->arena, struct ws_source, count + 1);
    for (size_t i = 0; i < count; i++)
        sources[i] = (struct ws_source){
            .id = rows[i].id,
            .workspace_id = rows[i].workspace_id,
            .name = rows[i].name,
            .type = rows[i].type,
            .kind = kind_of(rows[i].type),
            .write_key = rows[i].write_key,
            .is_enabled = rows[i].is_enabled,
            .is_webhook = is_webhook(rows[i].type),
            .updated_wall_ms = rows[i].updated_ms,
        };
    qsort(sources, count, sizeof(*sources), compare_sources);
    for (size_t i = 0; i < count; i++)
        map_put(picture->write_keys, sources[i].write_key, &sources[i]);
    picture->snapshot.sources = sources;
    picture->snapshot.source_count = count;
    return OK;
}

static int compare_connections(const void *a, const void *b)
{
    return str_cmp(((const struct ws_connection *)a)->id,
                   ((const struct ws_connection *)b)->id);
}

// Those whose ends are both in the snapshot, sorted by id.
static void fill_connections(struct picture *picture, const struct connection_row *rows,
                             size_t count)
{
    struct snapshot *snapshot = &picture->snapshot;
    struct ws_connection *connections =
        ARENA_ARRAY(picture->arena, struct ws_connection, count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct ws_connection connection = {
            .id = rows[i].id,
            .source = snapshot_source(snapshot, rows[i].source_id),
            .destination = snapshot_destination(snapshot, rows[i].destination_id),
            .is_enabled = rows[i].is_enabled,
            .from_record = rows[i].from_record,
            .from_event = rows[i].from_event,
        };
        if (connection.source && connection.destination)
            connections[kept++] = connection;
    }
    qsort(connections, kept, sizeof(*connections), compare_connections);
    snapshot->connections = connections;
    snapshot->connection_count = kept;
}

// Counts the connections of each end, then hands each end its part of one array.
static void link_connections(struct picture *picture)
{
    struct snapshot *snapshot = &picture->snapshot;
    struct ws_source *sources = (struct ws_source *)snapshot->sources; // ours until published
    struct ws_destination *destinations = (struct ws_destination *)snapshot->destinations;
    size_t count = snapshot->connection_count;
    const struct ws_connection **of_sources =
        ARENA_ARRAY(picture->arena, const struct ws_connection *, count + 1);
    const struct ws_connection **of_destinations =
        ARENA_ARRAY(picture->arena, const struct ws_connection *, count + 1);
    for (size_t i = 0; i < count; i++) {
        sources[snapshot->connections[i].source - sources].connection_count++;
        destinations[snapshot->connections[i].destination - destinations].connection_count++;
    }
    for (size_t i = 0; i < snapshot->source_count; i++) {
        sources[i].connections = of_sources;
        of_sources += sources[i].connection_count;
        sources[i].connection_count = 0;
    }
    for (size_t i = 0; i < snapshot->destination_count; i++) {
        destinations[i].connections = of_destinations;
        of_destinations += destinations[i].connection_count;
        destinations[i].connection_count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        const struct ws_connection *connection = &snapshot->connections[i];
        struct ws_source *source = &sources[connection->source - sources];
        struct ws_destination *destination =
            &destinations[connection->destination - destinations];
        ((const struct ws_connection **)source->connections)[source->connection_count++] =
            connection;
        ((const struct ws_connection **)
             destination->connections)[destination->connection_count++] = connection;
    }
}

static enum err add_connections(struct picture *picture, struct store_tx *tx,
                                struct problem *problem)
{
    struct connection_row *rows = NULL;
    size_t count = 0;
    enum err err = store_connection_list_all(tx, &rows, &count, problem);
    if (err)
        return err;
    fill_connections(picture, rows, count);
    link_connections(picture);
    return OK;
}

enum err picture_build(struct store *store, const struct picture *previous,
                       struct observer *observer, struct picture **ret_picture,
                       struct problem *ret_problem)
{
    struct picture *picture = picture_new();
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = store_begin(store, STORE_READ, picture->arena, &tx, ret_problem);
    if (!err)
        err = add_people(picture, tx, ret_problem);
    if (!err)
        err = picture_add_access(picture, tx, observer, ret_problem);
    if (!err)
        err = add_sources(picture, tx, ret_problem);
    if (!err)
        err = picture_add_destinations(picture, tx, previous, observer, ret_problem);
    if (!err)
        err = add_connections(picture, tx, ret_problem);
    if (err) {
        picture_release(picture);
        return err;
    }
    picture->snapshot.revision = store_revision(tx);
    picture->config_revision = store_config_revision(tx);
    *ret_picture = picture;
    return OK;
}
