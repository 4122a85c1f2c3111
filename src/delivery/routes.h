// SPDX-License-Identifier: Apache-2.0
// Which records a destination gets: its enabled connections, and those that are gone and whose
// backlog is being counted.
#pragma once

#include "base/arena.h"
#include "journal/cursors.h"
#include "workspace/workspace.h"

struct route {
    char source_id[32];
    struct position from;
    bool is_connected;
    // Of a route that is not connected any more: its backlog ends here.
    struct position until;
    uint64_t dropped;
    bool is_noted; // the note about it is being stored
};

struct routes {
    struct route *items; // sorted by source, of one the older first
    size_t count;
};

void routes_done(struct routes *routes);

// What of them a cursor keeps, and back, which takes the place of what there was. Positions
// behind `end`, the journal's, were lost with a disk's cache: their numbers come again.
void routes_store(const struct routes *routes, struct arena *arena, struct cursor *cursor);
void routes_restore(struct routes *routes, const struct cursor *cursor, struct position end);

// Takes over the destination's connections of this moment (NULL or disabled: none). A route
// that is not among them any more ends at `end`, the journal's end; of one that begins there
// nothing is left. True: something has changed.
bool routes_update(struct routes *routes, const struct ws_destination *destination,
                   struct position end);

// What becomes of an event of the source at the position. NULL: nothing, it is not for this
// destination.
struct route *routes_find(struct routes *routes, str source_id, struct position position);

// Whether a reader at the position has passed the ends of all routes that are gone.
bool routes_are_settled(const struct routes *routes, struct position position);

bool routes_has_connected(const struct routes *routes);

// The lowest position from which a connected route wants events; POSITION_START when there is
// none.
struct position routes_from(const struct routes *routes);

// Leaves of the range what lies between where the first route begins and the last one ends.
void routes_clip(const struct routes *routes, struct position_range *range);

// A route that is not connected and whose backlog ends at or before `low`; NULL: none.
struct route *routes_ended(struct routes *routes, struct position low);
struct route *routes_noted(struct routes *routes); // NULL: none is
void routes_remove(struct routes *routes, struct route *route);
