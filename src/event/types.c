// SPDX-License-Identifier: Apache-2.0
// Names of the event types.
#include "event/event.h"

static const char *const names[EVENT_TYPE_COUNT] = {
    [EVENT_TYPE_UNKNOWN] = "",
    [EVENT_IDENTIFY] = "identify",
    [EVENT_TRACK] = "track",
    [EVENT_PAGE] = "page",
    [EVENT_SCREEN] = "screen",
    [EVENT_GROUP] = "group",
    [EVENT_ALIAS] = "alias",
    [EVENT_MERGE] = "merge",
    [EVENT_AUDIENCELIST] = "audiencelist",
    [EVENT_EXTRACT] = "extract",
    [EVENT_RECORD] = "record",
};

str event_type_name(enum event_type type)
{
    assert((size_t)type < EVENT_TYPE_COUNT);
    return str_of(names[type]);
}

enum event_type event_type_of(str name)
{
    for (enum event_type type = EVENT_TYPE_UNKNOWN + 1; type < EVENT_TYPE_COUNT; type++)
        if (str_eq_nocase(name, str_of(names[type])))
            return type;
    return EVENT_TYPE_UNKNOWN;
}
