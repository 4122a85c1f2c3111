// SPDX-License-Identifier: Apache-2.0
// Step: does this event want to go to this destination, and does the destination take its type?
#include "codec/json.h"
#include "pipeline/step.h"

enum choice { CHOICE_NONE, CHOICE_YES, CHOICE_NO };

// What `integrations` says under one key: a boolean, or an object (yes). Anything else says
// nothing.
static enum choice choice_of(yyjson_mut_val *value)
{
    if (yyjson_mut_is_obj(value))
        return CHOICE_YES;
    if (!yyjson_mut_is_bool(value))
        return CHOICE_NONE;
    return yyjson_mut_get_bool(value) ? CHOICE_YES : CHOICE_NO;
}

// The destination's own key wins over "All", which is true when absent. An `integrations` that
// is no object, or an "All" that is no boolean, selects nothing at all, as in rudder-server.
static bool is_selected(yyjson_mut_val *event, const char *title)
{
    yyjson_mut_val *integrations = yyjson_mut_obj_get(event, "integrations");
    if (!integrations)
        return true;
    if (!yyjson_mut_is_obj(integrations))
        return false;
    yyjson_mut_val *all = yyjson_mut_obj_get(integrations, "All");
    if (all && !yyjson_mut_is_bool(all))
        return false;
    enum choice own = choice_of(yyjson_mut_obj_get(integrations, title));
    if (own != CHOICE_NONE)
        return own == CHOICE_YES;
    return !all || yyjson_mut_get_bool(all);
}

enum step_result step_filter(struct pipeline_run *run)
{
    const struct destination *definition = run->destination->definition;
    yyjson_mut_val *event = yyjson_mut_doc_get_root(run->doc);
    str type = str_trim(json_mut_str(yyjson_mut_obj_get(event, "type")));
    if (!is_selected(event, definition->title))
        return step_end(run, PIPELINE_FILTERED,
                        "the event's integrations leave this destination out");
    if (run->destination->by_device & 1u << run->event->source_kind)
        return step_end(run, PIPELINE_FILTERED,
                        "device mode: the SDK sends these events, not the server");
    if (type.len == 0)
        return step_end(run, PIPELINE_FAILED, "Invalid message type. Type assertion failed");
    run->type = event_type_of(type);
    if (definition->events && !(definition->events & 1u << run->type))
        return step_end(run, PIPELINE_FILTERED, "Message type not supported");
    return STEP_NEXT;
}
