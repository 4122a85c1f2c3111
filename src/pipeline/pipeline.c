// SPDX-License-Identifier: Apache-2.0
// The steps and their order.
#include "pipeline/pipeline.h"

#include "pipeline/step.h"

// A new step is one file and one row. Consent comes behind filter, a tracking plan and a
// transformation before build.
static const struct pipeline_step steps[] = {
    { "enrich", step_enrich },
    { "filter", step_filter },
    { "build", step_build },
};

enum step_result step_end(struct pipeline_run *run, enum pipeline_verdict verdict,
                          const char *why)
{
    run->event->verdict = verdict;
    (void)str_copy(str_of(why), run->event->detail, sizeof(run->event->detail));
    return STEP_END;
}

void pipeline_run(const struct ws_destination *destination, struct pipeline_event *event,
                  struct arena *arena)
{
    struct pipeline_run run = { .destination = destination, .event = event, .arena = arena };
    event->verdict = PIPELINE_SEND;
    event->enriched_json = STR_NONE;
    event->detail[0] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (steps[i].run(&run) == STEP_END)
            return;
        if (arena_is_over(arena)) {
            (void)step_end(&run, PIPELINE_FAILED, "the event grows beyond what is allowed");
            return;
        }
    }
}

// What is not there stays so.
static str keep(str text, struct arena *arena)
{
    return text.data ? arena_dup(arena, text) : text;
}

static struct destination_header *keep_headers(const struct destination_request *request,
                                               struct arena *arena)
{
    struct destination_header *headers =
        ARENA_ARRAY(arena, struct destination_header, request->header_count);
    for (size_t i = 0; i < request->header_count; i++) {
        headers[i] = request->headers[i];
        headers[i].name = keep(headers[i].name, arena);
        headers[i].value = keep(headers[i].value, arena);
    }
    return headers;
}

void pipeline_keep(struct pipeline_event *event, struct arena *arena)
{
    struct destination_request *request = &event->request;
    event->enriched_json = keep(event->enriched_json, arena);
    request->method = keep(request->method, arena);
    request->url = keep(request->url, arena);
    request->headers = keep_headers(request, arena);
    request->body = keep(request->body, arena);
}
