// SPDX-License-Identifier: Apache-2.0
// Bringing a workspace to what a configuration document says.
#include "api/resources/configuration.h"
#include "store/accounts.h"
#include "store/transformation_links.h"

#include "api/resources/resources.h"

// What the document may say of an item besides what its kind's table knows.
enum { WISH_LEN_MAX = EXTERNAL_ID_LEN_MAX };
struct wish {
    str external_id;
    bool has_link;
    str transformation_id; // STR_NONE: none
};

static enum err read_text(struct call *call, yyjson_val *object, const char *key, str *ret_text)
{
    yyjson_val *value = yyjson_obj_get(object, key);
    if (!value || yyjson_is_null(value))
        return OK;
    *ret_text = json_str(value);
    if (ret_text->len < 1 || ret_text->len > WISH_LEN_MAX)
        return call_invalid(call, str_of(key), "must be a text of 1 to %d bytes", WISH_LEN_MAX);
    return OK;
}

static enum err read_wish(struct call *call, const struct configured_part *part,
                          const struct configured_item *item, struct wish *ret_wish)
{
    struct wish wish = { 0 };
    enum err err = read_text(call, item->json, "externalId", &wish.external_id);
    if (!err && part->kind == &configured_destinations) {
        wish.has_link = yyjson_obj_get(item->json, "transformationId") != NULL;
        err = read_text(call, item->json, "transformationId", &wish.transformation_id);
    }
    if (!err)
        *ret_wish = wish;
    return err;
}

// An item, as it is to be stored.
struct attempt {
    const struct configured *kind;
    struct configured_item *item;
    struct body_value values[CONFIGURED_MEMBERS_MAX];
    struct wish wish;
};

// --- The item as a body

static void put_end(yyjson_mut_doc *doc, yyjson_mut_val *body, const char *key, str id)
{
    (void)yyjson_mut_obj_put(body, yyjson_mut_str(doc, key),
                             yyjson_mut_strn(doc, id.data, id.len));
}

static enum err put_ends(struct call *call, struct configuration *configuration,
                         const struct configured_item *item, yyjson_mut_doc *doc,
                         yyjson_mut_val *body)
{
    str source_id = STR_NONE, destination_id = STR_NONE;
    enum err err =
        configuration_resolve(call, configuration, PART_SOURCES,
                              yyjson_obj_get(item->json, "sourceId"), "sourceId", &source_id);
    if (!err)
        err = configuration_resolve(call, configuration, PART_DESTINATIONS,
                                    yyjson_obj_get(item->json, "destinationId"),
                                    "destinationId", &destination_id);
    if (err)
        return err;
    put_end(doc, body, "sourceId", source_id);
    put_end(doc, body, "destinationId", destination_id);
    return OK;
}

// A change of an account cannot name its definition: it must be the one that it has.
static enum err drop_definition(struct call *call, const struct configured_item *item,
                                yyjson_mut_val *body)
{
    const struct account_row *row = item->row;
    str named = json_get_str(item->json, "accountDefinitionName");
    (void)yyjson_mut_obj_remove_key(body, "accountDefinitionName");
    if (named.data && !str_eq(named, row->definition))
        return call_invalid(call, STR("accountDefinitionName"), "cannot be changed");
    return OK;
}

static enum err write_body(struct call *call, struct configuration *configuration,
                           const struct configured_part *part,
                           const struct configured_item *item, str *ret_body)
{
    yyjson_alc alc = json_alc(call->arena);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *body = yyjson_val_mut_copy(doc, item->json);
    enum err err = OK;
    (void)yyjson_mut_obj_remove_key(body, "externalId");
    if (part->kind == &configured_destinations)
        (void)yyjson_mut_obj_remove_key(body, "transformationId");
    if (part->kind == &configured_accounts && item->row)
        err = drop_definition(call, item, body);
    if (part->kind == &configured_connections)
        err = put_ends(call, configuration, item, doc, body);
    if (err)
        return err;
    size_t len;
    const char *text = yyjson_mut_val_write_opts(body, 0, &alc, &len, NULL);
    *ret_body = str_make(text, len);
    return OK;
}

// --- One item

static enum err set_link(struct call *call, struct store_tx *tx, const struct wish *wish,
                         str destination_id)
{
    struct transformation_link_row row = { .destination_id = destination_id,
                                           .transformation_id = wish->transformation_id };
    struct transformation_link_row stored = { 0 };
    enum err err = store_transformation_link_get(tx, destination_id, &stored, &call->problem);
    if (!wish->has_link || (err && err != ERR_NOT_FOUND))
        return wish->has_link ? err : OK;
    memset(&call->problem, 0, sizeof(call->problem));
    if (str_eq(stored.transformation_id, wish->transformation_id))
        return OK;
    if (wish->transformation_id.len == 0)
        return store_transformation_link_delete(tx, destination_id, &call->problem);
    return store_transformation_link_set(tx, &row, &call->problem);
}

static enum err set_external_id(struct call *call, struct store_tx *tx,
                                const struct configured *kind, const struct wish *wish,
                                const void *row)
{
    str stored = kind->resource->describe(row).external_id;
    if (wish->external_id.len == 0 || str_eq(stored, wish->external_id))
        return OK;
    if (stored.len > 0)
        return call_invalid(call, STR("externalId"), "is already set and cannot be changed");
    return kind->set_external_id(call, tx, row, wish->external_id);
}

// Once the row itself is stored; writes how it is then.
static enum err finish(struct call *call, struct store_tx *tx, const struct configured *kind,
                       const struct wish *wish, void *row, yyjson_val **ret_after)
{
    str id = kind->resource->describe(row).id;
    enum err err = set_external_id(call, tx, kind, wish, row);
    if (!err && kind == &configured_destinations)
        err = set_link(call, tx, wish, id);
    if (!err)
        err = kind->resource->get(call, tx, id, row);
    return err ? err : configured_text(call, tx, kind, row, ret_after);
}

static void note_unlike(struct call *call, struct configuration *configuration,
                        const struct configured_item *item, yyjson_val *after, const char *key)
{
    str wanted = json_get_str(item->json, key), got = json_get_str(after, key);
    if (wanted.len == 0 || str_eq(wanted, got))
        return;
    str text = arena_printf(call->arena,
                            "%" PRIstr ".%s: %" PRIstr
                            " was used before or is not valid here: a new one was"
                            " made",
                            STR_ARG(item->path), key, STR_ARG(wanted));
    json_value_str(&configuration->notes_json, text);
}

static enum err audit(struct call *call, struct store_tx *tx, const struct configured *kind,
                      const char *action, const void *row, str details)
{
    struct call_change change = resource_change(call, kind->resource, action, row);
    if (details.len > 0)
        change.details = details;
    return call_audit(call, tx, &change);
}

static enum err make(struct call *call, struct store_tx *tx,
                     struct configuration *configuration, struct attempt *attempt)
{
    const struct configured *kind = attempt->kind;
    struct configured_item *item = attempt->item;
    yyjson_val *after = NULL;
    item->row = arena_alloc(call->arena, kind->resource->row_size);
    enum err err = kind->begin(call, attempt->values, item->row);
    if (err)
        return err;
    kind->keep(item->row, item->id, json_get_str(item->json, "writeKey"));
    err = kind->create(call, tx, item->row);
    if (!err)
        err = finish(call, tx, kind, &attempt->wish, item->row, &after);
    if (err)
        return err;
    item->stored_id = kind->resource->describe(item->row).id;
    note_unlike(call, configuration, item, after, "id");
    note_unlike(call, configuration, item, after, "writeKey");
    (void)configuration_note(call, configuration, kind, item->row, NULL, after);
    const char *begun = kind->resource->begun;
    return audit(call, tx, kind, begun ? begun : "created", item->row, STR_NONE);
}

static enum err change(struct call *call, struct store_tx *tx,
                       struct configuration *configuration, struct attempt *attempt)
{
    const struct configured *kind = attempt->kind;
    struct configured_item *item = attempt->item;
    yyjson_val *before = NULL, *merged = NULL, *after = NULL;
    enum err err = configured_text(call, tx, kind, item->row, &before);
    if (!err)
        err = kind->merge(call, attempt->values, item->row);
    if (!err)
        err = configured_text(call, tx, kind, item->row, &merged);
    if (!err && !yyjson_equals(before, merged))
        err = kind->store(call, tx, item->row);
    if (!err)
        err = finish(call, tx, kind, &attempt->wish, item->row, &after);
    if (err || yyjson_equals(before, after))
        return err;
    str details = configuration_note(call, configuration, kind, item->row, before, after);
    return audit(call, tx, kind, "updated", item->row, details);
}

static enum err apply_item(struct call *call, struct store_tx *tx,
                           struct configuration *configuration, struct configured_part *part,
                           struct configured_item *item)
{
    const struct configured *kind = part->kind;
    struct attempt attempt = { .kind = kind, .item = item };
    str whole = call->body, body;
    assert(kind->member_count <= CONFIGURED_MEMBERS_MAX);
    enum err err = read_wish(call, part, item, &attempt.wish);
    if (!err)
        err = write_body(call, configuration, part, item, &body);
    if (err)
        return err;
    call->body = body;
    bool is_new = !item->row;
    if (is_new)
        err = body_read(call, kind->members, kind->member_count, attempt.values);
    else
        err = body_read_change(call, kind->members, kind->member_count, attempt.values);
    call->body = whole;
    if (err)
        return err;
    return is_new ? make(call, tx, configuration, &attempt)
                  : change(call, tx, configuration, &attempt);
}

// A failure of the store names the item as well.
static enum err explain(struct call *call, const struct configured *kind, enum err err)
{
    err = collision_explain(call, err, kind->resource->kind);
    if ((err == ERR_CONFLICT || err == ERR_NOT_FOUND) && call->detail_count == 0) {
        const char *field = *call->problem.field ? call->problem.field : "id";
        str text = call->failure.len ? call->failure : str_of(call->problem.text);
        call_detail(call, str_of(field), text);
    }
    return err == ERR_NOT_FOUND ? ERR_INVALID : err;
}

// Names go round: what gets another name leaves its own, if an item wants it, before that one
// comes.
static enum err park_names(struct call *call, struct store_tx *tx,
                           const struct configured_part *part)
{
    enum err err = OK;
    for (size_t i = 0; i < part->item_count && part->kind->park_name && !err; i++) {
        const struct configured_item *item = &part->items[i];
        if (!item->row || item->name.len == 0)
            continue;
        str name = part->kind->resource->describe(item->row).name;
        if (!str_eq(name, item->name) && map_get(part->items_by_name, name))
            err = part->kind->park_name(tx, item->stored_id, &call->problem);
    }
    return err;
}

static enum err apply_part(struct call *call, struct store_tx *tx,
                           struct configuration *configuration, struct configured_part *part)
{
    enum err err = park_names(call, tx, part);
    for (size_t i = 0; i < part->item_count && !err; i++) {
        struct configured_item *item = &part->items[i];
        call->detail_prefix = item->path;
        err = explain(call, part->kind, apply_item(call, tx, configuration, part, item));
        if (!err && arena_is_over(call->arena))
            err = ERR_TOO_BIG;
    }
    call->detail_prefix = STR_NONE;
    return err;
}

// --- What the document does not have

static enum err prune_part(struct call *call, struct store_tx *tx,
                           struct configuration *configuration, struct configured_part *part)
{
    const struct configured *kind = part->kind;
    enum err err = OK;
    for (size_t i = 0; i < part->stored.count && !err && part->is_given; i++) {
        void *row = configured_row(part, i);
        yyjson_val *before = NULL;
        if (part->is_claimed[i])
            continue;
        err = configured_text(call, tx, kind, row, &before);
        if (!err)
            err = kind->resource->remove(call, tx, row);
        if (err)
            return err;
        (void)configuration_note(call, configuration, kind, row, before, NULL);
        err = audit(call, tx, kind, kind->resource->ended, row, STR_NONE);
    }
    return err;
}

// --- The whole

enum err configuration_apply(struct call *call, struct store_tx *tx,
                             struct configuration *configuration)
{
    enum err err = store_workspace_get(tx, call->principal.workspace_id,
                                       &configuration->workspace, &call->problem);
    if (!err)
        err = configuration_match(call, tx, configuration);
    if (!err)
        err = configuration_hold_state(call, tx, configuration);
    if (!err)
        err = configuration_apply_settings(call, tx, configuration);
    for (size_t i = CONFIGURATION_KINDS; i > 0 && !err && configuration->prunes; i--)
        err = prune_part(call, tx, configuration, &configuration->parts[i - 1]);
    for (size_t i = 0; i < CONFIGURATION_KINDS && !err; i++)
        err = apply_part(call, tx, configuration, &configuration->parts[i]);
    return err ? err : configuration_apply_rules(call, tx, configuration);
}
