// SPDX-License-Identifier: Apache-2.0
// Making a picture out of the one before and the rows that changed since.
#include "workspace/event_rules.h"

#include "base/mem.h"

void picture_hold(struct picture *picture)
{
    atomic_fetch_add(&picture->holds, 1);
}

void picture_release(struct picture *picture)
{
    if (picture)
        atomic_fetch_sub(&picture->holds, 1);
}

static void build_begin(struct build *build, const struct picture *base)
{
    struct draft *draft = build->draft;
    build->base = base;
    build->arena = arena_new(SIZE_MAX); // bounded by what changed
    changes_init(&build->sources, draft, build->arena, base ? base->sources : NULL);
    changes_init(&build->destinations, draft, build->arena, base ? base->destinations : NULL);
    changes_init(&build->connections, draft, build->arena, base ? base->connections : NULL);
    changes_init(&build->suppressions, draft, build->arena, base ? base->suppressions : NULL);
    changes_init(&build->rules, draft, build->arena, base ? base->rules : NULL);
}

static void build_end(struct build *build)
{
    changes_done(&build->sources);
    changes_done(&build->destinations);
    changes_done(&build->connections);
    changes_done(&build->suppressions);
    changes_done(&build->rules);
    mem_free(TAKE(build->suppression_changes));
    build->suppression_change_count = 0;
    mem_free(TAKE(build->links));
    build->link_count = 0;
    arena_free(TAKE(build->arena));
}

static enum err read_changes(struct build *build, struct problem *problem)
{
    enum err err = build_sources(build, problem);
    if (!err)
        err = build_destinations(build, problem);
    if (!err)
        err = build_connections(build, problem);
    if (!err)
        err = build_rules(build, problem);
    return err ? err : build_suppressions(build, problem);
}

// The people of the base, unless something about them changed.
static enum err find_people(struct build *build, struct arena **rows,
                            const struct people **ret_people, struct problem *problem)
{
    if (!build->base || build->base->tables_revision != store_tables_revision(build->tx))
        return build_people(build, TAKE(*rows), ret_people, problem);
    *ret_people = build->base->people;
    return OK;
}

static void show(struct picture *picture)
{
    const struct index *sources = picture->sources, *destinations = picture->destinations,
                       *connections = picture->connections;
    picture->snapshot = (struct snapshot){
        .revision = picture->snapshot.revision,
        .sources = (const struct ws_source *const *)sources->items,
        .source_count = sources->count,
        .destinations = (const struct ws_destination *const *)destinations->items,
        .destination_count = destinations->count,
        .connections = (const struct ws_connection *const *)connections->items,
        .connection_count = connections->count,
        .sources_by_write_key = picture->write_keys->maps,
        .suppressions = picture->suppressions,
        .rules = picture->rules,
    };
}

static void note_changed(const struct build *build, struct picture *picture)
{
    size_t at = 0, count = 0;
    struct arena *arena = arena_new(SIZE_MAX); // bounded by what changed
    str *ids = ARENA_ARRAY(arena, str, map_count(build->destinations.by_id) + 1);
    for (const struct change *change; (change = map_each(build->destinations.by_id, &at));)
        ids[count++] = arena_dup(arena, change->id);
    picture->changed_arena = arena;
    picture->changed = ids;
    picture->changed_count = count;
}

static struct picture *finish(struct build *build, const struct people *people)
{
    struct picture *picture = NEW(struct picture);
    atomic_init(&picture->holds, 1);
    picture->number = build->draft->number;
    picture->config_revision = store_config_revision(build->tx);
    picture->tables_revision = store_tables_revision(build->tx);
    picture->snapshot.revision = store_revision(build->tx);
    picture->write_keys = build_write_keys(build);
    picture->sources = changes_apply(&build->sources);
    picture->destinations = changes_apply(&build->destinations);
    picture->connections = changes_apply(&build->connections);
    picture->suppressions = changes_apply(&build->suppressions);
    picture->rules = changes_apply(&build->rules);
    picture->people = people;
    if (build->base && people != build->base->people)
        piece_drop(build->draft, build->base->people);
    show(picture);
    if (build->base) // nobody watches before the first
        note_changed(build, picture);
    return picture;
}

enum err picture_build(struct store *store, const struct picture *previous,
                       struct observer *observer, struct draft *draft,
                       struct picture **ret_picture, struct problem *ret_problem)
{
    AUTO(arena_free)
    struct arena *rows = arena_new(SIZE_MAX); // bounded by what the store holds
    AUTO(store_end) struct store_tx *tx = NULL;
    const struct people *people = NULL;
    enum err err = store_begin(store, STORE_READ, rows, &tx, ret_problem);
    if (err)
        return err;
    struct build build = { .tx = tx, .observer = observer, .draft = draft };
    event_hash_key_init(&build.hash_key, store_directory_id(store));
    build_begin(&build, previous);
    err = read_changes(&build, ret_problem);
    if (!err)
        err = find_people(&build, &rows, &people, ret_problem);
    if (!err)
        *ret_picture = finish(&build, people);
    build_end(&build);
    return err;
}
