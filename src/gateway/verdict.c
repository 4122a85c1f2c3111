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

void verdict(struct gateway *gateway, struct admission *admission)
{
    if (admission->source) // else nobody knows whose rules they are
        suppress(gateway, admission);
}
