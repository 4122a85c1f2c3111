// SPDX-License-Identifier: Apache-2.0
// The destinations of a snapshot: settings decoded by the definition's field table.
#include "workspace/inside.h"

#include "codec/json.h"
#include "store/destinations.h"

static unsigned kinds_by_device(const struct destination *definition, yyjson_val *config)
{
    unsigned kinds = 0;
    for (int kind = 0; kind < SOURCE_KIND_COUNT; kind++)
        if (destination_mode(definition, config, (enum source_kind)kind) == MODE_DEVICE)
            kinds |= 1u << kind;
    return kinds;
}

static enum err decode(struct picture *picture, const struct destination_row *row,
                       struct ws_destination *ret_destination, struct problem *problem)
{
    const struct destination *definition = destination_find(row->type);
    if (!definition)
        return problem_set(problem, ERR_INVALID, STR("type"), "is unknown");
    yyjson_doc *doc = NULL;
    enum err err = json_read(row->config, 0, picture->arena, &doc, problem);
    if (err)
        return err;
    const struct destination_check check = { .prefix = STR("config"), .arena = picture->arena };
    const void *settings = NULL;
    yyjson_val *config = yyjson_doc_get_root(doc);
    if (definition->delivery) // nobody else uses them
        err = destination_settings_decode(definition, config, &check, &settings, problem);
    if (err)
        return err;
    *ret_destination = (struct ws_destination){
        .id = row->id,
        .workspace_id = row->workspace_id,
        .name = row->name,
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

// Told once for each state of the destination, not with every publishing.
static void leave_out(struct picture *picture, struct destination_row *row,
                      const struct picture *previous, struct observer *observer,
                      const struct problem *problem)
{
    map_put(picture->left_out, row->id, row);
    const struct destination_row *told = previous ? map_get(previous->left_out, row->id) : NULL;
    if (told && told->revision == row->revision)
        return;
    observe(observer, LOG_WARN, "a destination is left out: its settings cannot be used",
            LOG_STR("destination_id", row->id), LOG_STR("type", row->type),
            LOG_CSTR("field", problem->field), LOG_CSTR("reason", problem->text));
}

static int compare_destinations(const void *a, const void *b)
{
    return str_cmp(((const struct ws_destination *)a)->id,
                   ((const struct ws_destination *)b)->id);
}

enum err picture_add_destinations(struct picture *picture, struct store_tx *tx,
                                  const struct picture *previous, struct observer *observer,
                                  struct problem *ret_problem)
{
    struct destination_row *rows = NULL;
    size_t count = 0;
    enum err err = store_destination_list_all(tx, &rows, &count, ret_problem);
    if (err)
        return err;
    struct ws_destination *destinations =
        ARENA_ARRAY(picture->arena, struct ws_destination, count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct problem problem = { 0 };
        if (decode(picture, &rows[i], &destinations[kept], &problem))
            leave_out(picture, &rows[i], previous, observer, &problem);
        else
            kept++;
    }
    qsort(destinations, kept, sizeof(*destinations), compare_destinations);
    picture->snapshot.destinations = destinations;
    picture->snapshot.destination_count = kept;
    return OK;
}
