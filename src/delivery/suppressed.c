// SPDX-License-Identifier: Apache-2.0
// Whether the user of a stored event is suppressed: he may have been since it was stored.
#include "delivery/left_out.h"

#include "delivery/inner.h"
#include "event/event.h"
#include "workspace/rules.h"

enum { EVENT_BASE_BYTES = 1 << 20, EVENT_GROWTH = 24 };

// The destination's workspace is also the source's, and known when the source has gone.
static const struct ws_suppressions *suppressions_of(const struct reader *reader)
{
    const struct snapshot *snapshot = workspace_view_again(reader->delivery->view);
    const struct ws_destination *destination =
        snapshot_destination(snapshot, str_of(reader->id));
    return destination ? snapshot_suppressions(snapshot, destination->workspace_id) : NULL;
}

bool reader_is_suppressed(const struct reader *reader, const struct journal_record *record,
                          uint32_t index)
{
    const struct journal_event *row = &record->events[index];
    const struct ws_suppressions *suppressions = suppressions_of(reader);
    if (!suppressions || !suppressions_may_cover(suppressions, row->user_hash))
        return false;
    AUTO(arena_free)
    struct arena *arena = arena_new(EVENT_BASE_BYTES + row->length * EVENT_GROWTH);
    str user = event_user_id(str_sub(record->body, row->offset, row->length), arena);
    return suppressions_cover(suppressions, row->user_hash, user,
                              journal_record_field(record, ENVELOPE_SOURCE_ID));
}
