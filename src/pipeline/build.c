// SPDX-License-Identifier: Apache-2.0
// Step: the destination turns the event into a request.
#include "pipeline/step.h"

enum step_result step_build(struct pipeline_run *run)
{
    const struct destination *definition = run->destination->definition;
    if (run->destination->unusable)
        return step_end(run, PIPELINE_FAILED, run->destination->unusable);
    if (!definition->delivery)
        return STEP_NEXT; // nothing to build: delivery says that it is not implemented
    struct destination_event event = { .doc = run->doc, .type = run->type };
    struct problem problem = { .text = "no reason was given" };
    switch (definition->delivery->build(run->destination->settings, &event, run->arena,
                                        &run->event->request, &problem)) {
    case BUILD_OK:
        return STEP_NEXT;
    case BUILD_FILTERED:
        return step_end(run, PIPELINE_FILTERED, problem.text);
    case BUILD_REJECTED:
        return step_end(run, PIPELINE_FAILED, problem.text);
    }
    assert(!"a verdict outside of the enum");
    return STEP_END;
}
