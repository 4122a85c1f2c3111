// SPDX-License-Identifier: Apache-2.0
// Rules of a workspace, asked for each event. A workspace without rules costs one look-up for a
// request.
#include "gateway/verdict.h"

#include "workspace/rules.h"

// --- Suppressed users

// Nothing of a suppressed user is kept. Rows say where events are, so that blanks between them
// do no harm.
static void blank(struct event_batch *batch, const struct event_row *row, char **copy,
                  struct arena *arena)
{
    if (!*copy) {
        *copy = memcpy(arena_alloc(arena, batch->body.len), batch->body.data, batch->body.len);
        batch->body.data = *copy;
    }
    memset(*copy + row->offset, ' ', row->length);
}

static void suppress(struct gateway *gateway, struct admission *admission)
{
    const struct ws_source *source = admission->source;
    const struct ws_suppressions *suppressions =
        snapshot_suppressions(workspace_view_again(gateway->view), source->workspace_id);
    struct event_batch *batch = &admission->batch;
    size_t kept = 0;
    char *copy = NULL;
    if (!suppressions)
        return;
    for (size_t i = 0; i < batch->count; i++) {
        const struct event_row *row = &batch->rows[i];
        if (suppressions_cover(suppressions, row->user_hash, row->user_id, source->id))
            blank(batch, row, &copy, gateway->scratch);
        else
            batch->rows[kept++] = *row;
    }
    admission->suppressed_count = batch->count - kept;
    batch->count = kept;
}

// --- Rules for all events

static void block(const struct ws_rules *rules, struct admission *admission)
{
    struct event_batch *batch = &admission->batch;
    for (size_t i = 0; i < batch->count; i++) {
        struct event_row *row = &batch->rows[i];
        if (row->name.len == 0 || !rules_block(rules, row->name))
            continue;
        row->flags |= EVENT_BLOCKED;
        admission->blocked_count++;
    }
}

// The 64 bits that stand in the table of the record are not enough to call an event the same:
// another hash goes with it, under a key that is made of everything else that makes it the
// same. So a run is read once, however long its id and however many its events.
static struct event_hash_key key_of(const struct gateway *gateway, str source, str run)
{
    struct event_hash_key key = *gateway->parts.hash_key;
    str scope = arena_printf(gateway->scratch, "%" PRIstr "%c%" PRIstr, STR_ARG(source), '\0',
                             STR_ARG(run));
    uint64_t hash = event_hash_id(&key, scope);
    _Static_assert(sizeof(hash) <= sizeof(key.bytes), "the hash goes into the key");
    for (size_t i = 0; i < sizeof(hash); i++)
        key.bytes[i] ^= (uint8_t)(hash >> 8 * i);
    return key;
}

// Of an event without an id, and of one that is for nobody, nothing is compared.
str verdict_checks(struct gateway *gateway, const struct admission *admission, str run)
{
    const struct event_batch *batch = &admission->batch;
    if (admission->dedup_window_s == 0)
        return STR_NONE;
    struct event_hash_key key = key_of(gateway, admission->source->id, run);
    uint64_t *checks = ARENA_ARRAY(gateway->scratch, uint64_t, batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        const struct event_row *row = &batch->rows[i];
        if (!(row->flags & EVENT_BLOCKED))
            checks[i] = event_hash_id(&key, row->message_id);
    }
    return journal_dedup_field(admission->dedup_window_s, checks, batch->count,
                               gateway->scratch);
}

void verdict(struct gateway *gateway, struct admission *admission)
{
    const struct ws_source *source = admission->source;
    if (!source)
        return; // nobody knows whose rules they are
    suppress(gateway, admission);
    const struct ws_rules *rules =
        snapshot_rules(workspace_view_again(gateway->view), source->workspace_id);
    if (!rules)
        return;
    if (rules->blocked_track && source->is_event_stream)
        block(rules, admission);
    admission->dedup_window_s = rules_dedup_window_s(rules, source->id);
}
