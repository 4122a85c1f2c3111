// SPDX-License-Identifier: Apache-2.0
// Step: from the bytes of the journal to the event as destinations see it.
#include "codec/json.h"
#include "pipeline/step.h"

enum step_result step_enrich(struct pipeline_run *run)
{
    struct pipeline_event *event = run->event;
    struct problem problem;
    if (event_enrich(event->event_json, &event->origin, run->arena, &run->doc, &problem))
        return step_end(run, PIPELINE_FAILED, problem.text);
    event->enriched_json = json_doc_text(run->doc, run->arena);
    return event->enriched_json.data
               ? STEP_NEXT
               : step_end(run, PIPELINE_FAILED, "the event cannot be written as JSON");
}
