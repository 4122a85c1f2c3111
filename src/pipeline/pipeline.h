// SPDX-License-Identifier: Apache-2.0
// From journal events to what one destination gets: filter ▸ (tracking plan) ▸ (transform) ▸
// build. The pure steps; each is a row of the step table.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "destinations/destination.h"
#include "event/event.h"
#include "workspace/workspace.h"

enum pipeline_verdict {
    PIPELINE_SEND,     // request is set
    PIPELINE_FILTERED, // finished without sending: reason in `detail`
    PIPELINE_FAILED,   // cannot be built: dead letter with `detail`
};

// One event for one destination.
struct pipeline_event {
    str event_json; // in: as received
    struct event_origin origin;
    enum source_kind source_kind;
    enum pipeline_verdict verdict; // out
    struct destination_request request;
    str enriched_json; // out: for live view and dead letters
    char detail[384];
};

// Runs all steps. Everything lives in the arena.
void pipeline_run(const struct ws_destination *destination, struct pipeline_event *event,
                  struct arena *arena);

// Moves what came out to another arena: the texts alone, so that the first one may go. What
// went in stays where it is.
void pipeline_keep(struct pipeline_event *event, struct arena *arena);
