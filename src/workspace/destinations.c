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

// Of a type that another version knows.
static const struct destination unknown_definition = {
    .type = "UNKNOWN",
    .title = "Unknown",
    .category = "",
    .has_cloud = true,
    .fields = (const struct field[]){ { 0 } },
};

static yyjson_val *read_config(str config, struct arena *arena, const char **unusable)
{
    yyjson_doc *doc = NULL;
    struct problem problem = { 0 };
    if (json_read(arena_dup(arena, config), 0, arena, &doc, &problem) == OK)
        return yyjson_doc_get_root(doc);
    *unusable = arena_printf(arena, "its settings cannot be read: %s", problem.text).data;
    enum err err = json_read(STR("{}"), 0, arena, &doc, NULL);
    assert(!err);
    (void)err;
    return yyjson_doc_get_root(doc);
}

static const void *read_settings(const struct destination *definition, yyjson_val *config,
                                 struct arena *arena, const char **unusable)
{
    const void *settings = NULL;
    struct problem problem = { 0 };
    const struct destination_check check = { .prefix = STR("config"), .arena = arena };
    if (!definition->delivery || *unusable) // nobody else uses them
        return NULL;
    if (destination_settings_decode(definition, config, &check, &settings, &problem))
        *unusable = arena_printf(arena, "its settings cannot be used: %s: %s", problem.field,
                                 problem.text)
                        .data;
    else if (!settings)
        *unusable = "settings of the form {{ path || default }} are not resolved yet";
    return settings;
}

static void decode(const struct destination_row *row, struct arena *arena,
                   struct ws_destination *ret_destination)
{
    const char *unusable = NULL;
    const struct destination *definition = destination_find(row->type);
    if (!definition) {
        definition = &unknown_definition;
        unusable = "its type is unknown here";
    }
    yyjson_val *config = read_config(row->config, arena, &unusable);
    const void *settings = read_settings(definition, config, arena, &unusable);
    *ret_destination = (struct ws_destination){
        .id = arena_dup(arena, row->id),
        .workspace_id = arena_dup(arena, row->workspace_id),
        .name = arena_dup(arena, row->name),
        .is_enabled = row->is_enabled,
        .definition = definition,
        .config = config,
        .settings = settings,
        .unusable = unusable,
        .by_device = kinds_by_device(definition, config),
        .revision = row->revision,
        .updated_wall_ms = row->updated_ms,
    };
}

static void body_done(void *payload)
{
    struct body *body = payload;
    arena_free(body->arena);
}

// Decodes twice: how much memory that takes is known only afterwards, and there may be very
// many destinations.
static struct item *item_new(struct build *build, const struct destination_row *row)
{
    AUTO(arena_free) struct arena *scratch = arena_new(SCRATCH_BYTES);
    struct ws_destination destination;
    decode(row, scratch, &destination);
    struct body *body = piece_new(build->draft, sizeof(*body), body_done);
    body->arena = arena_new_sized(arena_used_bytes(scratch), SCRATCH_BYTES);
    decode(row, body->arena, &destination);
    destination.made = build->draft->number;
    struct item *item = piece_new(build->draft, sizeof(*item), NULL);
    *item = (struct item){ destination, body };
    return item;
}

struct ws_destination *destination_copy(struct draft *draft,
                                        const struct ws_destination *destination)
{
    struct item *copy = piece_new(draft, sizeof(*copy), NULL);
    *copy = *CONTAINER_OF(destination, const struct item, destination);
    copy->destination.made = draft->number;
    return &copy->destination;
}

// --- Those that cannot be used

// Told once for each state of the destination, not with every publishing.
static void tell(const struct build *build, const struct ws_destination *fresh,
                 const struct ws_destination *before)
{
    bool is_told = before && before->unusable && before->revision == fresh->revision;
    if (fresh->unusable && !is_told)
        observe(build->observer, LOG_WARN, "a destination gets no events",
                LOG_STR("destination_id", fresh->id), LOG_CSTR("type", fresh->definition->type),
                LOG_CSTR("reason", fresh->unusable));
}

// --- Changes

static void drop_body(struct build *build, const struct ws_destination *destination)
{
    piece_drop(build->draft, CONTAINER_OF(destination, const struct item, destination)->body);
}

static void destination_changed(void *ctx, const void *item)
{
    struct build *build = ctx;
    const struct destination_row *row = item;
    struct item *fresh = item_new(build, row);
    const struct ws_destination *before = changes_find(&build->destinations, row->id);
    tell(build, &fresh->destination, before);
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
    if (!before)
        return;
    drop_body(build, before);
    changes_put(&build->destinations, id, NULL);
}

enum err build_destinations(struct build *build, struct problem *ret_problem)
{
    const struct store_visitor visitor = { destination_changed, destination_gone, build };
    int64_t after = build->base ? build->base->config_revision : -1;
    return store_destination_each_changed(build->tx, after, &visitor, ret_problem);
}
