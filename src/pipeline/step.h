// SPDX-License-Identifier: Apache-2.0
// What a pipeline step is; inside of the pipeline room.
#pragma once

#include "pipeline/pipeline.h"

// One event on its way through the steps.
struct pipeline_run {
    const struct ws_destination *destination;
    struct pipeline_event *event;
    yyjson_mut_doc *doc; // the enriched event, from the first step on
    enum event_type type;
    struct arena *arena;
};

enum step_result {
    STEP_NEXT, // on to the next step
    STEP_END,  // the verdict stands
};

struct pipeline_step {
    const char *name;
    enum step_result (*run)(struct pipeline_run *run);
};

// Ends with a verdict other than PIPELINE_SEND.
enum step_result step_end(struct pipeline_run *run, enum pipeline_verdict verdict,
                          const char *why);

enum step_result step_enrich(struct pipeline_run *run);
enum step_result step_filter(struct pipeline_run *run);
enum step_result step_build(struct pipeline_run *run);
