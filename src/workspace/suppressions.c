// SPDX-License-Identifier: Apache-2.0
// Suppressed users of a snapshot: for each workspace a table of hashes of their ids in shards
// of which a change copies one, so that a list of a million users takes one more at the cost of
// some thousand. No id itself is kept in memory: a second keyed hash confirms the first, and
// both together are 128 bits that nobody can choose.
#include <stdlib.h>

#include "base/mem.h"
#include "codec/hash.h"
#include "store/regulations.h"
#include "workspace/event_rules.h"

enum { SHARDS = 256 };

struct suppressed { // what one regulation says of one user
    uint64_t user_hash;
    uint64_t check;
    uint64_t regulation; // hash of its id
    const char *sources; // ids with a NUL behind each and one at the end; NULL: every source
};

struct shard { // a piece; sorted by user_hash, then regulation
    size_t count;
    struct suppressed items[];
};

struct ws_suppressions { // a piece, its text behind it
    str workspace_id;
    struct event_hash_key hash_key; // of userIds
    size_t count;
    const struct shard *shards[SHARDS];
};

struct suppression_change {
    str workspace_id;
    struct suppressed item;
    bool is_gone;
};

// --- Looking up

const struct ws_suppressions *snapshot_suppressions(const struct snapshot *snapshot,
                                                    str workspace_id)
{
    const struct index *index = snapshot->suppressions;
    return index->count > 0 ? index_find(index, workspace_id) : NULL;
}

static size_t shard_number(uint64_t user_hash)
{
    return (size_t)(user_hash >> 56);
}

// The first item of the user, or where it would stand.
static size_t place_of(const struct shard *shard, uint64_t user_hash)
{
    size_t low = 0, high = shard->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (shard->items[middle].user_hash < user_hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool suppressions_may_cover(const struct ws_suppressions *suppressions, uint64_t user_hash)
{
    const struct shard *shard = suppressions->shards[shard_number(user_hash)];
    if (!shard || user_hash == 0)
        return false;
    size_t place = place_of(shard, user_hash);
    return place < shard->count && shard->items[place].user_hash == user_hash;
}

static uint64_t check_of(uint64_t user_hash, str user_id)
{
    uint8_t key[HASH_SIPHASH_KEY_LEN] = "confirm:";
    memcpy(key + 8, &user_hash, sizeof(user_hash));
    return hash_siphash(key, user_id.data, user_id.len);
}

bool suppressions_cover(const struct ws_suppressions *suppressions, uint64_t user_hash,
                        str user_id, str source_id)
{
    if (!suppressions_may_cover(suppressions, user_hash))
        return false;
    const struct shard *shard = suppressions->shards[shard_number(user_hash)];
    uint64_t check = check_of(user_hash, user_id);
    for (size_t i = place_of(shard, user_hash);
         i < shard->count && shard->items[i].user_hash == user_hash; i++) {
        const struct suppressed *item = &shard->items[i];
        if (item->check == check && (!item->sources || id_list_has(item->sources, source_id)))
            return true;
    }
    return false;
}

bool suppressions_cover_event(const struct ws_suppressions *suppressions, str event_json,
                              str source_id, struct arena *arena)
{
    str user = event_user_id(event_json, arena);
    uint64_t user_hash = event_hash_id(&suppressions->hash_key, user);
    return suppressions_cover(suppressions, user_hash, user, source_id);
}

bool suppressions_can_cover(str user_id, struct arena *arena)
{
    return event_normalise_id(user_id, arena).len > 0;
}

size_t suppressions_count(const struct ws_suppressions *suppressions)
{
    return suppressions ? suppressions->count : 0;
}

// --- What changed

static struct suppression_change *next_change(struct build *build)
{
    size_t count = build->suppression_change_count++;
    if ((count & (count + 1)) == 0) // full: its size is a power of two less one
        build->suppression_changes = mem_realloc(
            build->suppression_changes, (2 * count + 1) * sizeof(*build->suppression_changes));
    return &build->suppression_changes[count];
}

// Of a million rows the ids of few workspaces are kept, each mostly once: rows come in the
// order in which they were made.
static str keep_workspace_id(struct build *build, str id)
{
    size_t count = build->suppression_change_count;
    str last = count > 0 ? build->suppression_changes[count - 1].workspace_id : STR_NONE;
    return str_eq(last, id) ? last : arena_dup(build->arena, id);
}

static void regulation_changed(void *ctx, const void *regulation)
{
    struct build *build = ctx;
    const struct regulation_row *row = regulation;
    str user = event_normalise_id(row->user_id, build->arena);
    if (user.len == 0) { // an id that does not open suppresses nobody, and must not go unseen
        observe(build->observer, LOG_ERROR,
                "a regulation is left out: its user is not readable",
                LOG_STR("regulation_id", row->id));
        return;
    }
    uint64_t user_hash = event_hash_id(&build->hash_key, user);
    str workspace_id = keep_workspace_id(build, row->workspace_id);
    *next_change(build) = (struct suppression_change){
        .workspace_id = workspace_id,
        .is_gone = row->is_canceled,
        .item = {
            .user_hash = user_hash,
            .check = check_of(user_hash, user),
            .regulation = str_hash(row->id),
            .sources = row->is_canceled ? NULL : id_list_copy(build->draft, row->source_ids),
        },
    };
}

static int compare_items(const struct suppressed *a, const struct suppressed *b)
{
    if (a->user_hash != b->user_hash)
        return a->user_hash < b->user_hash ? -1 : 1;
    return a->regulation < b->regulation ? -1 : a->regulation > b->regulation;
}

static int compare_changes(const void *a, const void *b)
{
    const struct suppression_change *first = a, *second = b;
    bool is_same = first->workspace_id.data == second->workspace_id.data; // as it mostly is
    int order = is_same ? 0 : str_cmp(first->workspace_id, second->workspace_id);
    return order ? order : compare_items(&first->item, &second->item);
}

// --- Merging

// The shard as the changes leave it; NULL: nobody is left. They are of this shard, in order.
static const struct shard *merge(struct draft *draft, const struct shard *old,
                                 const struct suppression_change *changes, size_t count)
{
    size_t old_count = old ? old->count : 0, from = 0;
    struct shard *shard =
        piece_new(draft, sizeof(*shard) + (old_count + count) * sizeof(shard->items[0]), NULL);
    for (size_t i = 0; i < count; i++) {
        const struct suppressed *item = &changes[i].item;
        while (from < old_count && compare_items(&old->items[from], item) < 0)
            shard->items[shard->count++] = old->items[from++];
        if (from < old_count && compare_items(&old->items[from], item) == 0)
            piece_drop(draft, old->items[from++].sources);
        if (!changes[i].is_gone)
            shard->items[shard->count++] = *item;
    }
    while (from < old_count)
        shard->items[shard->count++] = old->items[from++];
    piece_drop(draft, old);
    if (shard->count > 0)
        return shard;
    piece_drop(draft, shard);
    return NULL;
}

static size_t same_shard(const struct suppression_change *changes, size_t count)
{
    size_t number = shard_number(changes->item.user_hash), same = 1;
    while (same < count && shard_number(changes[same].item.user_hash) == number)
        same++;
    return same;
}

// All changes are of one workspace.
static void change_workspace(struct build *build, const struct suppression_change *changes,
                             size_t count)
{
    str id = changes->workspace_id;
    const struct ws_suppressions *old = changes_find(&build->suppressions, id);
    struct ws_suppressions *fresh = piece_new(build->draft, sizeof(*fresh) + id.len, NULL);
    if (old)
        *fresh = *old;
    fresh->workspace_id = str_make(memcpy(fresh + 1, id.data, id.len), id.len);
    fresh->hash_key = build->hash_key;
    fresh->count = 0;
    for (size_t at = 0, same; at < count; at += same) {
        size_t number = shard_number(changes[at].item.user_hash);
        same = same_shard(changes + at, count - at);
        fresh->shards[number] = merge(build->draft, fresh->shards[number], changes + at, same);
    }
    for (size_t i = 0; i < SHARDS; i++)
        fresh->count += fresh->shards[i] ? fresh->shards[i]->count : 0;
    if (fresh->count == 0)
        piece_drop(build->draft, fresh);
    changes_put(&build->suppressions, id, fresh->count ? fresh : NULL);
}

enum err build_suppressions(struct build *build, struct problem *ret_problem)
{
    int64_t after = build->base ? build->base->config_revision : -1;
    enum err err =
        store_regulation_each_changed(build->tx, after, regulation_changed, build, ret_problem);
    size_t count = build->suppression_change_count, same;
    struct suppression_change *changes = build->suppression_changes;
    if (err || count == 0)
        return err;
    qsort(changes, count, sizeof(*changes), compare_changes);
    for (size_t at = 0; at < count; at += same) {
        same = 1;
        while (at + same < count &&
               str_eq(changes[at + same].workspace_id, changes[at].workspace_id))
            same++;
        change_workspace(build, changes + at, same);
    }
    return OK;
}
