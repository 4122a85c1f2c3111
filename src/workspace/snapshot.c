// SPDX-License-Identifier: Apache-2.0
// Looking things up in a snapshot, keeping one.
#include "workspace/inside.h"

static struct picture *picture_of(const struct snapshot *snapshot)
{
    return CONTAINER_OF((struct snapshot *)snapshot, struct picture, snapshot);
}

const struct ws_source *snapshot_source(const struct snapshot *snapshot, str id)
{
    return index_find(picture_of(snapshot)->sources, id);
}

const struct ws_source *snapshot_source_by_write_key(const struct snapshot *snapshot,
                                                     str write_key)
{
    const struct map *map = snapshot->sources_by_write_key[snapshot_key_shard(write_key)];
    return map ? map_get(map, write_key) : NULL;
}

const struct ws_destination *snapshot_destination(const struct snapshot *snapshot, str id)
{
    return index_find(picture_of(snapshot)->destinations, id);
}

const struct ws_connection *snapshot_connection(const struct ws_destination *destination,
                                                str source_id)
{
    size_t low = 0, high = destination->connection_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(destination->connections[middle]->source_id, source_id);
        if (order == 0)
            return destination->connections[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
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
