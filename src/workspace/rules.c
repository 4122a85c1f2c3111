// SPDX-License-Identifier: Apache-2.0
// The event rules of a snapshot, by workspace.
#include "workspace/rules.h"

#include "codec/json.h"
#include "store/event_rules.h"
#include "workspace/event_rules.h"

const struct ws_rules *snapshot_rules(const struct snapshot *snapshot, str workspace_id)
{
    const struct index *index = snapshot->rules;
    return index->count > 0 ? index_find(index, workspace_id) : NULL;
}

bool rules_block(const struct ws_rules *rules, str track_name)
{
    return rules->blocked_track && map_get(rules->blocked_track, track_name);
}

uint32_t rules_dedup_window_s(const struct ws_rules *rules, str source_id)
{
    bool is_meant = !rules->dedup_sources || id_list_has(rules->dedup_sources, source_id);
    return is_meant ? rules->dedup_window_s : 0;
}

// --- Lists of ids

const char *id_list_copy(struct draft *draft, str ids)
{
    if (ids.len == 0)
        return NULL;
    char *copy = piece_new(draft, ids.len + 2, NULL); // zeroed
    memcpy(copy, ids.data, ids.len);
    for (size_t i = 0; i < ids.len; i++)
        if (copy[i] == ',')
            copy[i] = '\0';
    return copy;
}

bool id_list_has(const char *list, str id)
{
    for (; *list; list += strlen(list) + 1)
        if (str_eq(str_of(list), id))
            return true;
    return false;
}

// --- Building

// A piece: the rules, the texts and the map of names of its own.
struct rules_piece {
    struct ws_rules rules; // first: its id is
    struct map *names;
    char texts[];
};

static void rules_done(void *payload)
{
    struct rules_piece *piece = payload;
    map_free(piece->names);
}

static str keep(char **at, str text)
{
    str copy = str_make(*at, text.len);
    if (text.len)
        memcpy(*at, text.data, text.len);
    *at += text.len;
    return copy;
}

// The map's values only need to be there.
static void add_names(struct rules_piece *piece, yyjson_val *names, char *at)
{
    size_t i, max;
    yyjson_val *name;
    if (yyjson_arr_size(names) == 0)
        return;
    piece->names = map_new();
    yyjson_arr_foreach(names, i, max, name)(void)
        map_put(piece->names, keep(&at, json_str(name)), piece);
    piece->rules.blocked_track = piece->names;
}

static void rules_changed(void *ctx, const void *event_rules)
{
    struct build *build = ctx;
    const struct event_rules_row *row = event_rules;
    const struct ws_rules *before = changes_find(&build->rules, row->workspace_id);
    yyjson_doc *doc = NULL;
    if (json_read(row->blocked_track, 0, build->arena, &doc, NULL))
        observe(build->observer, LOG_ERROR, "names of blocked events cannot be read",
                LOG_STR("workspace_id", row->workspace_id));
    struct rules_piece *piece =
        piece_new(build->draft, sizeof(*piece) + row->workspace_id.len + row->blocked_track.len,
                  rules_done);
    char *at = piece->texts;
    piece->rules = (struct ws_rules){
        .workspace_id = keep(&at, row->workspace_id),
        .dedup_window_s = (uint32_t)row->dedup_window_s,
        .dedup_sources = id_list_copy(build->draft, row->dedup_source_ids),
    };
    add_names(piece, yyjson_doc_get_root(doc), at); // no longer than their JSON
    if (before)
        piece_drop(build->draft, before->dedup_sources);
    changes_put(&build->rules, row->workspace_id, piece);
}

enum err build_rules(struct build *build, struct problem *ret_problem)
{
    int64_t after = build->base ? build->base->config_revision : -1;
    return store_event_rules_each_changed(build->tx, after, rules_changed, build, ret_problem);
}
