// SPDX-License-Identifier: Apache-2.0
// The sources of a snapshot, by id and by write key.
#include "workspace/inside.h"

#include "codec/json.h"
#include "store/sources.h"

enum { TEXTS = 5 };

static void texts_of(struct ws_source *source, str *ret_texts[TEXTS])
{
    str *texts[] = { &source->id, &source->workspace_id, &source->name, &source->type,
                     &source->write_key };
    _Static_assert(ARRAY_LEN(texts) == TEXTS, "each text of a source");
    memcpy(ret_texts, texts, sizeof(texts));
}

// One piece of memory with its texts.
struct ws_source *source_copy(struct draft *draft, const struct ws_source *source)
{
    struct ws_source copy = *source;
    str *texts[TEXTS];
    size_t len = 0;
    texts_of(&copy, texts);
    for (size_t i = 0; i < TEXTS; i++)
        len += texts[i]->len;
    struct ws_source *fresh = piece_new(draft, sizeof(*fresh) + len, NULL);
    char *at = (char *)(fresh + 1);
    for (size_t i = 0; i < TEXTS; i++) {
        if (texts[i]->len > 0)
            memcpy(at, texts[i]->data, texts[i]->len);
        texts[i]->data = at;
        at += texts[i]->len;
    }
    *fresh = copy;
    return fresh;
}

// Unreadable settings are those of a source that has none.
static bool puts_request_details(const struct source_row *row, struct arena *arena)
{
    yyjson_doc *doc = NULL;
    if (!row->config.len || json_read(row->config, 0, arena, &doc, NULL))
        return false;
    yyjson_val *config = yyjson_doc_get_root(doc);
    return yyjson_get_bool(yyjson_obj_get(config, "putRequestDetailsInContext"));
}

static bool is_of(const struct source_definition *definition, str category)
{
    return definition && str_eq(str_of(definition->category), category);
}

static void source_changed(void *ctx, const void *item)
{
    struct build *build = ctx;
    const struct source_row *row = item;
    const struct source_definition *definition = source_definition_find(row->type);
    const struct ws_source *before = changes_find(&build->sources, row->id);
    struct ws_source source = {
        .id = row->id,
        .workspace_id = row->workspace_id,
        .name = row->name,
        .type = row->type,
        .kind = definition ? definition->kind : KIND_CLOUD,
        .write_key = row->write_key,
        .is_enabled = row->is_enabled,
        .is_event_stream = !definition || !definition->is_run,
        .is_transient = row->is_transient,
        .is_webhook = is_of(definition, STR("Webhook")),
        .is_replay = is_of(definition, STR("Replay")),
        .connections = before ? before->connections : NULL,
        .connection_count = before ? before->connection_count : 0,
        .updated_wall_ms = row->updated_ms,
    };
    if (source.is_webhook)
        source.puts_request_details = puts_request_details(row, build->arena);
    changes_put(&build->sources, row->id, source_copy(build->draft, &source));
}

static void source_gone(void *ctx, str id)
{
    struct build *build = ctx;
    if (changes_find(&build->sources, id))
        changes_put(&build->sources, id, NULL);
}

enum err build_sources(struct build *build, struct problem *ret_problem)
{
    const struct store_visitor visitor = { source_changed, source_gone, build };
    int64_t after = build->base ? build->base->config_revision : -1;
    return store_source_each_changed(build->tx, after, &visitor, ret_problem);
}

// --- By write key

static void shard_done(void *payload)
{
    struct key_shard *shard = payload;
    map_free(shard->map);
}

static struct map *fresh_shard(struct build *build, struct write_keys *keys, str write_key)
{
    size_t number = snapshot_key_shard(write_key);
    struct key_shard *before = keys->shards[number];
    if (before && piece_is_fresh(build->draft, before))
        return before->map;
    struct key_shard *shard = piece_new(build->draft, sizeof(*shard), shard_done);
    shard->map = map_new();
    size_t at = 0;
    for (struct ws_source *source; before && (source = map_each(before->map, &at));)
        map_put(shard->map, source->write_key, source);
    piece_drop(build->draft, before);
    keys->shards[number] = shard;
    keys->maps[number] = shard->map;
    return shard->map;
}

const struct write_keys *build_write_keys(struct build *build)
{
    const struct write_keys *before = build->base ? build->base->write_keys : NULL;
    size_t at = 0;
    if (before && map_count(build->sources.by_id) == 0)
        return before;
    struct write_keys *keys = piece_new(build->draft, sizeof(*keys), NULL);
    if (before)
        *keys = *before;
    piece_drop(build->draft, before);
    for (const struct change *change; (change = map_each(build->sources.by_id, &at));) {
        const struct ws_source *old = index_find(build->sources.base, change->id);
        struct ws_source *fresh = change->item;
        if (old && !(fresh && str_eq(old->write_key, fresh->write_key)))
            map_remove(fresh_shard(build, keys, old->write_key), old->write_key);
        if (fresh)
            map_put(fresh_shard(build, keys, fresh->write_key), fresh->write_key, fresh);
    }
    return keys;
}
