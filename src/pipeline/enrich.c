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
    yyjson_alc alc = json_alc(run->arena);
    size_t len = 0;
    const char *text =
        yyjson_mut_write_opts(run->doc, YYJSON_WRITE_ALLOW_INVALID_UNICODE, &alc, &len, NULL);
    if (!text)
        return step_end(run, PIPELINE_FAILED, "the event cannot be written as JSON");
    event->enriched_json = str_make(text, len);
    return STEP_NEXT;
}
