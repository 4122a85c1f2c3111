// SPDX-License-Identifier: Apache-2.0
// Looking things up in a snapshot, keeping one.
#include "workspace/inside.h"

static int compare_source_id(const void *key, const void *item)
{
    return str_cmp(*(const str *)key, ((const struct ws_source *)item)->id);
}

const struct ws_source *snapshot_source(const struct snapshot *snapshot, str id)
{
    return bsearch(&id, snapshot->sources, snapshot->source_count, sizeof(struct ws_source),
                   compare_source_id);
}

const struct ws_source *snapshot_source_by_write_key(const struct snapshot *snapshot,
                                                     str write_key)
{
    return map_get(snapshot->sources_by_write_key, write_key);
}

static int compare_destination_id(const void *key, const void *item)
{
    return str_cmp(*(const str *)key, ((const struct ws_destination *)item)->id);
}

const struct ws_destination *snapshot_destination(const struct snapshot *snapshot, str id)
{
    return bsearch(&id, snapshot->destinations, snapshot->destination_count,
                   sizeof(struct ws_destination), compare_destination_id);
}

const struct ws_connection *snapshot_connection(const struct ws_destination *destination,
                                                str source_id)
{
    for (size_t i = 0; i < destination->connection_count; i++) {
        if (str_eq(destination->connections[i]->source->id, source_id))
            return destination->connections[i];
    }
    return NULL;
}

static struct picture *picture_of(const struct snapshot *snapshot)
{
    return CONTAINER_OF((struct snapshot *)snapshot, struct picture, snapshot);
}

const struct snapshot *snapshot_hold(const struct snapshot *snapshot)
{
    picture_hold(picture_of(snapshot));
    return snapshot;
}

void snapshot_release(const struct snapshot *snapshot)
{
    if (snapshot)
        picture_release(picture_of(snapshot));
}
