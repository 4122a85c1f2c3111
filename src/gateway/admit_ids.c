// SPDX-License-Identifier: Apache-2.0
// Source and destination of internal requests, which name them by their ids: data plane rules
// A.5.
#include "gateway/admit.h"

static const struct refusal none = { 0 };
static const struct refusal no_source_id = { 401, "failed to read source id from header" };
static const struct refusal bad_source_id = { 401, "invalid source id" };
static const struct refusal source_off = { 404, "source is disabled" };
static const struct refusal no_replay = { 401, "invalid replay source" };
static const struct refusal no_destination_id = { 400,
                                                  "failed to read destination id from header" };
static const struct refusal bad_destination_id = { 400, "invalid destination id" };
static const struct refusal destination_off = { 404, "destination is disabled" };

static struct refusal find_source(const struct snapshot *snapshot, str id,
                                  const struct ws_source **ret_source)
{
    if (id.len == 0)
        return no_source_id;
    const struct ws_source *source = snapshot_source(snapshot, id);
    if (!source)
        return bad_source_id;
    if (!source->is_enabled)
        return source_off;
    *ret_source = source;
    return none;
}

static struct refusal find_destination(const struct snapshot *snapshot, str id,
                                       const struct ws_source *source, bool is_needed)
{
    if (id.len == 0)
        return is_needed ? no_destination_id : none;
    const struct ws_destination *destination = snapshot_destination(snapshot, id);
    if (!destination || !snapshot_connection(destination, source->id))
        return bad_destination_id;
    return destination->is_enabled ? none : destination_off;
}

struct refusal admit_ids(struct gateway *gateway, struct http_request *request,
                         const struct endpoint *endpoint, struct admission *ret_admission)
{
    const struct snapshot *snapshot = workspace_view_get(gateway->view);
    const struct ws_source *source = NULL;
    str source_id = http_request_header(request, STR("X-Rudder-Source-Id"));
    struct refusal refusal = find_source(snapshot, source_id, &source);
    if (refusal.status)
        return refusal;
    if (endpoint->is_replay && !source->is_replay)
        return no_replay;
    str id = STR("");
    if (endpoint->takes_destination_id) {
        id = http_request_header(request, STR("X-Rudder-Destination-Id"));
        refusal = find_destination(snapshot, id, source, gateway->parts.needs_destination_id);
    }
    if (refusal.status)
        return refusal;
    ret_admission->source = source;
    ret_admission->destination_id = id;
    return none;
}
