// SPDX-License-Identifier: Apache-2.0
// The functions of the workspace room that delivery uses, over snapshots published by hand. One
// is freed as soon as the view has moved on, so that dangling pointers show.
#include "delivery/fake_workspace.h"

#include "base/mem.h"
#include "base/test.h"
#include "codec/json.h"

enum { IDS_MAX = 16 };

struct fake_snapshot {
    struct snapshot snapshot;
    struct arena *arena;
};

struct workspace {
    pthread_mutex_t lock;
    struct fake_snapshot *current;
    struct workspace_watch *watch;
    struct workspace_view *view; // the only one
    int64_t revision;
    str ids[IDS_MAX]; // of the destinations; literals
    size_t id_count;
    bool is_transient;
};

struct workspace_view {
    struct workspace *workspace;
    struct fake_snapshot *seen;
};

static void snapshot_free(struct fake_snapshot *fake)
{
    arena_free(fake->arena);
    mem_free(fake);
}

struct workspace_view *workspace_view_open(struct workspace *workspace)
{
    struct workspace_view *view = NEW(struct workspace_view);
    view->workspace = workspace;
    workspace->view = view;
    return view;
}

void workspace_view_close(struct workspace_view *view)
{
    if (view->seen && view->seen != view->workspace->current)
        snapshot_free(view->seen);
    view->workspace->view = NULL;
    mem_free(view);
}

const struct snapshot *workspace_view_get(struct workspace_view *view)
{
    pthread_mutex_lock(&view->workspace->lock);
    struct fake_snapshot *current = view->workspace->current;
    if (view->seen && view->seen != current)
        snapshot_free(view->seen);
    view->seen = current;
    pthread_mutex_unlock(&view->workspace->lock);
    return &current->snapshot;
}

const struct snapshot *workspace_view_again(const struct workspace_view *view)
{
    return &view->seen->snapshot;
}

void workspace_watch(struct workspace *workspace, struct workspace_watch *watch)
{
    workspace->watch = watch;
}

void workspace_unwatch(struct workspace *workspace, struct workspace_watch *watch)
{
    assert(workspace->watch == watch);
    workspace->watch = NULL;
}

const struct ws_destination *snapshot_destination(const struct snapshot *snapshot, str id)
{
    for (size_t i = 0; i < snapshot->destination_count; i++)
        if (str_eq(snapshot->destinations[i]->id, id))
            return snapshot->destinations[i];
    return NULL;
}

const struct ws_source *snapshot_source(const struct snapshot *snapshot, str id)
{
    for (size_t i = 0; i < snapshot->source_count; i++)
        if (str_eq(snapshot->sources[i]->id, id))
            return snapshot->sources[i];
    return NULL;
}

const struct ws_connection *snapshot_connection(const struct ws_destination *destination,
                                                str source_id)
{
    for (size_t i = 0; i < destination->connection_count; i++)
        if (str_eq(destination->connections[i]->source_id, source_id))
            return destination->connections[i];
    return NULL;
}

static const void *decode(const struct destination *definition, const char *config,
                          struct arena *arena)
{
    yyjson_doc *doc;
    const void *settings = NULL;
    struct problem problem = { 0 };
    assert_int_equal(json_read(arena_dup(arena, str_of(config)), 0, arena, &doc, &problem), OK);
    const struct destination_check check = { .is_new = true, .arena = arena };
    enum err err = destination_settings_decode(definition, yyjson_doc_get_root(doc), &check,
                                               &settings, &problem);
    assert_int_equal(err, OK);
    return settings;
}

// A destination is told to have changed with each publishing from its first on.
static void note_id(struct workspace *workspace, const char *id)
{
    for (size_t i = 0; i < workspace->id_count; i++)
        if (str_eq(workspace->ids[i], str_of(id)))
            return;
    assert_true(workspace->id_count < IDS_MAX);
    workspace->ids[workspace->id_count++] = str_of(id);
}

static void swap_in(struct workspace *workspace, struct fake_snapshot *fake)
{
    pthread_mutex_lock(&workspace->lock);
    struct fake_snapshot *before = workspace->current;
    bool is_seen = workspace->view && workspace->view->seen == before;
    workspace->current = fake;
    pthread_mutex_unlock(&workspace->lock);
    if (before && !is_seen)
        snapshot_free(before); // else the view frees it
    if (workspace->watch)
        workspace->watch->changed(workspace->watch, workspace->ids, workspace->id_count);
}

static struct ws_source *source_named(const struct workspace *workspace, const char *id,
                                      struct arena *arena)
{
    struct ws_source *source = ARENA_NEW(arena, struct ws_source);
    source->id = arena_dup(arena, str_of(id));
    source->is_transient = workspace->is_transient;
    return source;
}

void fake_workspace_publish(struct workspace *workspace, const uint64_t from[2],
                            const char *config)
{
    static const char *const names[2] = { "src", "other" };
    static const size_t sorted[2] = { 1, 0 }; // as a destination has them
    struct fake_snapshot *fake = NEW(struct fake_snapshot);
    struct arena *arena = fake->arena = arena_new(1 << 20);
    struct ws_destination *destination = ARENA_NEW(arena, struct ws_destination);
    struct ws_connection *connections = ARENA_ARRAY(arena, struct ws_connection, 2);
    const struct ws_connection **links = ARENA_ARRAY(arena, const struct ws_connection *, 2);
    const struct ws_source **all = ARENA_ARRAY(arena, const struct ws_source *, 2);
    const struct ws_destination **only = ARENA_NEW(arena, const struct ws_destination *);
    size_t count = 0;
    workspace->revision++;
    for (size_t at = 0; at < 2; at++) {
        size_t i = sorted[at];
        all[i] = source_named(workspace, names[i], arena);
        if (!from[i])
            continue;
        connections[count] = (struct ws_connection){ .source_id = all[i]->id,
                                                     .destination_id = STR("dest"),
                                                     .is_enabled = true,
                                                     .from_record = from[i] };
        links[count] = &connections[count];
        count++;
    }
    *destination = (struct ws_destination){
        .id = STR("dest"),
        .is_enabled = true,
        .definition = destination_find(STR("WEBHOOK")),
        .settings = decode(destination_find(STR("WEBHOOK")), config, arena),
        .revision = workspace->revision,
        .connections = links,
        .connection_count = count,
        .made = workspace->revision,
    };
    only[0] = destination;
    fake->snapshot = (struct snapshot){
        .revision = workspace->revision,
        .sources = all,
        .source_count = 2,
        .destinations = only,
        .destination_count = 1,
    };
    note_id(workspace, "dest");
    swap_in(workspace, fake);
}

static struct ws_destination *webhook_at(const char *id, int port, struct arena *arena)
{
    struct ws_destination *destination = ARENA_NEW(arena, struct ws_destination);
    str config = arena_printf(arena, "{\"webhookUrl\":\"http://127.0.0.1:%d/%s\"}", port, id);
    destination->id = arena_dup(arena, str_of(id));
    destination->is_enabled = true;
    destination->definition = destination_find(STR("WEBHOOK"));
    destination->settings = decode(destination->definition, config.data, arena);
    destination->revision = 1; // its settings never change
    return destination;
}

void fake_workspace_publish_links(struct workspace *workspace, const struct fake_link *links,
                                  size_t count, int port)
{
    struct fake_snapshot *fake = NEW(struct fake_snapshot);
    struct arena *arena = fake->arena = arena_new(16 << 20);
    const struct ws_destination **destinations =
        ARENA_ARRAY(arena, const struct ws_destination *, count);
    const struct ws_source **sources = ARENA_ARRAY(arena, const struct ws_source *, count);
    struct ws_connection *connections = ARENA_ARRAY(arena, struct ws_connection, count);
    const struct ws_connection **all = ARENA_ARRAY(arena, const struct ws_connection *, count);
    struct ws_destination *destination = NULL;
    size_t destination_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!destination || !str_eq(destination->id, str_of(links[i].destination))) {
            destination = webhook_at(links[i].destination, port, arena);
            destination->made = workspace->revision + 1;
            destination->connections = &all[i];
            note_id(workspace, links[i].destination);
            destinations[destination_count++] = destination;
        }
        sources[i] = source_named(workspace, links[i].source, arena);
        all[i] = &connections[i];
        connections[i] = (struct ws_connection){ .source_id = sources[i]->id,
                                                 .destination_id = destination->id,
                                                 .is_enabled = true,
                                                 .from_record = links[i].from };
        destination->connection_count++;
    }
    fake->snapshot = (struct snapshot){
        .revision = ++workspace->revision,
        .sources = sources,
        .source_count = count,
        .destinations = destinations,
        .destination_count = destination_count,
    };
    swap_in(workspace, fake);
}

struct workspace *fake_workspace_new(void)
{
    struct workspace *workspace = NEW(struct workspace);
    pthread_mutex_init(&workspace->lock, NULL);
    return workspace;
}

void fake_workspace_free(struct workspace *workspace)
{
    assert(!workspace->view);
    if (workspace->current)
        snapshot_free(workspace->current);
    pthread_mutex_destroy(&workspace->lock);
    mem_free(workspace);
}

void fake_workspace_make_transient(struct workspace *workspace)
{
    workspace->is_transient = true;
}

// --- Whose events are not wanted

static struct ws_suppressions {
    _Atomic uint64_t user_hash;
} unwanted;

void fake_workspace_suppress(uint64_t user_hash)
{
    unwanted.user_hash = user_hash;
}

const struct ws_suppressions *snapshot_suppressions(const struct snapshot *snapshot,
                                                    str workspace_id)
{
    (void)snapshot, (void)workspace_id;
    return unwanted.user_hash ? &unwanted : NULL;
}

bool suppressions_may_cover(const struct ws_suppressions *suppressions, uint64_t user_hash)
{
    return user_hash && suppressions->user_hash == user_hash;
}

bool suppressions_cover(const struct ws_suppressions *suppressions, uint64_t user_hash,
                        str user_id, str source_id)
{
    return user_id.len > 0 && source_id.len > 0 &&
           suppressions_may_cover(suppressions, user_hash);
}
