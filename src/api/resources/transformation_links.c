// SPDX-License-Identifier: Apache-2.0
// Which transformation a destination has.
#include "store/transformation_links.h"

#include "api/resources/destinations.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "store/destinations.h"

static void write_link(struct call *call, const struct transformation_link_row *row)
{
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_str(json, "destinationId", row->destination_id);
    json_put_str(json, "transformationId", row->transformation_id);
    json_put_time(json, "createdAt", row->created_ms);
    json_put_time(json, "updatedAt", row->updated_ms);
    json_close_object(json);
}

enum err handle_get_destination_transformation(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct destination_row destination;
    struct transformation_link_row row;
    enum err err = resource_find(call, &destination_resource, call->params[0], &destination);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = store_transformation_link_get(tx, destination.id, &row, &call->problem);
    if (!err)
        write_link(call, &row);
    return err;
}

// Of the caller's workspace, whatever he may do to it: connecting is asked about both ends.
static enum err find_destination(struct call *call, struct destination_row *ret_row)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = read_begin(call, &tx);
    return err ? err : destination_resource.get(call, tx, call->params[0], ret_row);
}

// A change of the link on its way through call_write.
struct link_change {
    struct destination_row destination;
    struct transformation_link_row row;
};

static struct call_change changed(const struct link_change *change, const char *action)
{
    return (struct call_change){
        .action = action,
        .target_type = "destination",
        .target_id = change->destination.id,
        .target_name = change->destination.name,
    };
}

static enum err set(struct call *call, struct store_tx *tx, void *ctx,
                    struct call_change *ret_change)
{
    struct link_change *change = ctx;
    *ret_change = changed(change, "connected_transformation");
    return store_transformation_link_set(tx, &change->row, &call->problem);
}

enum err handle_set_destination_transformation(struct call *call)
{
    static const struct body_field member = {
        .name = "transformationId", .is_required = true, .min_len = 1, .max_len = 64
    };
    struct link_change change;
    struct body_value value;
    enum err err = find_destination(call, &change.destination);
    if (!err)
        err = body_read(call, &member, 1, &value);
    if (!err)
        err = call_allow_on(call, value.text, change.destination.id);
    if (err)
        return err;
    change.row = (struct transformation_link_row){ .destination_id = change.destination.id,
                                                   .transformation_id = value.text };
    err = call_write(call, set, &change);
    if (!err)
        write_link(call, &change.row);
    return err;
}

// Without a link it is as it should be already.
static enum err unset(struct call *call, struct store_tx *tx, void *ctx,
                      struct call_change *ret_change)
{
    struct link_change *change = ctx;
    str id = change->destination.id;
    enum err found = store_transformation_link_get(tx, id, &change->row, &call->problem);
    if (found && found != ERR_NOT_FOUND)
        return found;
    enum err err = call_allow_on(call, found ? STR_NONE : change->row.transformation_id, id);
    if (err || found)
        return err;
    *ret_change = changed(change, "disconnected_transformation");
    return store_transformation_link_delete(tx, id, &call->problem);
}

enum err handle_delete_destination_transformation(struct call *call)
{
    struct link_change change;
    enum err err = find_destination(call, &change.destination);
    if (!err)
        err = call_write(call, unset, &change);
    if (!err)
        reply_empty(call, 204);
    return err;
}
