// SPDX-License-Identifier: Apache-2.0
// Reads who an event is of; where nobody of the workspace is suppressed, not even that.
#include "api/shown.h"

#include "codec/json.h"
#include "outcome/outcome.h"
#include "workspace/rules.h"

// ID_CUT_BYTES: ids from here on may have been cut where they are shown.
enum { EVENT_BASE_BYTES = 1 << 20, EVENT_GROWTH = 24, ID_CUT_BYTES = 120 };

static const struct ws_suppressions *suppressions_of(const struct snapshot *snapshot, str id)
{
    const struct ws_source *source = snapshot_source(snapshot, id);
    const struct ws_destination *destination =
        source ? NULL : snapshot_destination(snapshot, id);
    if (!source && !destination)
        return NULL;
    return snapshot_suppressions(snapshot,
                                 source ? source->workspace_id : destination->workspace_id);
}

// The event within tells whose it is, and the live event itself where that one is cut off. Of
// an id that may be cut as well nobody knows.
static bool hides(const struct ws_suppressions *suppressions, str live, struct arena *arena)
{
    yyjson_doc *doc = NULL;
    if (json_read_exact(live, 0, arena, &doc, NULL) != OK)
        return true;
    yyjson_val *root = yyjson_doc_get_root(doc), *event = yyjson_obj_get(root, "event");
    str source_id = json_get_str(root, "sourceId");
    bool is_whole = yyjson_is_obj(event);
    return (!is_whole && json_get_str(root, "userId").len >= ID_CUT_BYTES) ||
           suppressions_cover_event(suppressions, is_whole ? json_text(event, arena) : live,
                                    source_id, arena);
}

bool shown_hides_live(const struct snapshot *snapshot, str watched_id, str live)
{
    const struct ws_suppressions *suppressions = suppressions_of(snapshot, watched_id);
    if (!suppressions)
        return false;
    AUTO(arena_free)
    struct arena *arena = arena_new(EVENT_BASE_BYTES + OUTCOME_LIVE_BYTES * EVENT_GROWTH);
    return hides(suppressions, live, arena);
}

bool shown_hides_event(const struct snapshot *snapshot, str workspace_id, str source_id,
                       str event)
{
    const struct ws_suppressions *suppressions =
        event.len > 0 ? snapshot_suppressions(snapshot, workspace_id) : NULL;
    if (!suppressions)
        return false;
    AUTO(arena_free)
    struct arena *arena = arena_new(EVENT_BASE_BYTES + event.len * EVENT_GROWTH);
    return suppressions_cover_event(suppressions, event, source_id, arena);
}
