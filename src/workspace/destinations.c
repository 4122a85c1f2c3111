// SPDX-License-Identifier: Apache-2.0
// The destinations of a snapshot: settings decoded by the definition's field table.
#include "workspace/inside.h"

#include "codec/json.h"
#include "store/destinations.h"

enum { SCRATCH_BYTES = 16 << 20 };

// What stays while only its connections change: texts, configuration and settings. A piece.
struct body {
    struct arena *arena;
};

struct item {
    struct ws_destination destination; // first: its id is looked up
    struct body *body;
};

static unsigned kinds_by_device(const struct destination *definition, yyjson_val *config)
{
    unsigned kinds = 0;
    for (int kind = 0; kind < SOURCE_KIND_COUNT; kind++)
        if (destination_mode(definition, config, (enum source_kind)kind) == MODE_DEVICE)
            kinds |= 1u << kind;
    return kinds;
}

static enum err decode(const struct destination_row *row, struct arena *arena,
                       struct ws_destination *ret_destination, struct problem *problem)
{
    const struct destination *definition = destination_find(row->type);
    if (!definition)
        return problem_set(problem, ERR_INVALID, STR("type"), "is unknown");
    yyjson_doc *doc = NULL;
    enum err err = json_read(arena_dup(arena, row->config), 0, arena, &doc, problem);
    if (err)
        return err;
    const struct destination_check check = { .prefix = STR("config"), .arena = arena };
    const void *settings = NULL;
    yyjson_val *config = yyjson_doc_get_root(doc);
    if (definition->delivery) // nobody else uses them
        err = destination_settings_decode(definition, config, &check, &settings, problem);
    if (err)
        return err;
    *ret_destination = (struct ws_destination){
        .id = arena_dup(arena, row->id),
        .workspace_id = arena_dup(arena, row->workspace_id),
        .name = arena_dup(arena, row->name),
        .is_enabled = row->is_enabled,
        .definition = definition,
        .config = config,
        .settings = settings,
        .is_dynamic = definition->delivery && !settings,
        .by_device = kinds_by_device(definition, config),
        .revision = row->revision,
        .updated_wall_ms = row->updated_ms,
    };
    return OK;
}

static void body_done(void *payload)
{
    struct body *body = payload;
    arena_free(body->arena);
}

// Decodes twice: how much memory that takes is known only afterwards, and there may be very
// many destinations.
static enum err item_new(struct build *build, const struct destination_row *row,
                         struct item **ret_item, struct problem *problem)
{
    AUTO(arena_free) struct arena *scratch = arena_new(SCRATCH_BYTES);
    struct ws_destination destination;
    enum err err = decode(row, scratch, &destination, problem);
    if (err)
        return err;
    struct body *body = piece_new(build->draft, sizeof(*body), body_done);
    body->arena = arena_new_sized(arena_used_bytes(scratch), SCRATCH_BYTES);
    err = decode(row, body->arena, &destination, problem);
    if (err)
        return err;
    struct item *item = piece_new(build->draft, sizeof(*item), NULL);
    *item = (struct item){ destination, body };
    *ret_item = item;
    return OK;
}

struct ws_destination *destination_copy(struct draft *draft,
                                        const struct ws_destination *destination)
{
    struct item *copy = piece_new(draft, sizeof(*copy), NULL);
    *copy = *CONTAINER_OF(destination, const struct item, destination);
    return &copy->destination;
}

// --- Those that cannot be used

// Told once for each state of the destination, not with every publishing.
static void tell(const struct build *build, const struct destination_row *row,
                 const struct problem *problem)
{
    const struct left_out *told =
        build->previous ? index_find(build->previous->left_out, row->id) : NULL;
    if (told && told->revision == row->revision)
        return;
    observe(build->observer, LOG_WARN, "a destination is left out: its settings cannot be used",
            LOG_STR("destination_id", row->id), LOG_STR("type", row->type),
            LOG_CSTR("field", problem->field), LOG_CSTR("reason", problem->text));
}

static void leave_out(struct build *build, const struct destination_row *row)
{
    struct left_out *left_out =
        piece_new(build->draft, sizeof(*left_out) + row->id.len + row->workspace_id.len, NULL);
    char *id = (char *)(left_out + 1), *workspace_id = id + row->id.len;
    memcpy(id, row->id.data, row->id.len);
    memcpy(workspace_id, row->workspace_id.data, row->workspace_id.len);
    *left_out =
        (struct left_out){ str_make(id, row->id.len),
                           str_make(workspace_id, row->workspace_id.len), row->revision };
    changes_put(&build->left_out, row->id, left_out);
}

// --- Changes

static void drop_body(struct build *build, const struct ws_destination *destination)
{
    piece_drop(build->draft, CONTAINER_OF(destination, const struct item, destination)->body);
}

// When one comes in or goes out, connections do whose rows have not changed.
static void destination_changed(void *ctx, const void *item)
{
    struct build *build = ctx;
    const struct destination_row *row = item;
    struct problem problem = { 0 };
    struct item *fresh = NULL;
    const struct ws_destination *before = changes_find(&build->destinations, row->id);
    if (item_new(build, row, &fresh, &problem)) {
        tell(build, row, &problem);
        leave_out(build, row);
        build->must_start_over |= before != NULL;
        return;
    }
    build->must_start_over |= changes_find(&build->left_out, row->id) != NULL;
    if (before) {
        drop_body(build, before);
        fresh->destination.connections = before->connections;
        fresh->destination.connection_count = before->connection_count;
    }
    changes_put(&build->destinations, row->id, fresh);
}

static void destination_gone(void *ctx, str id)
{
    struct build *build = ctx;
    const struct ws_destination *before = changes_find(&build->destinations, id);
    if (before) {
        drop_body(build, before);
        changes_put(&build->destinations, id, NULL);
    }
    if (changes_find(&build->left_out, id))
        changes_put(&build->left_out, id, NULL);
}

enum err build_destinations(struct build *build, struct problem *ret_problem)
{
    const struct store_visitor visitor = { destination_changed, destination_gone, build };
    int64_t after = build->base ? build->base->config_revision : -1;
    return store_destination_each_changed(build->tx, after, &visitor, ret_problem);
}
