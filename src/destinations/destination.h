// SPDX-License-Identifier: Apache-2.0
// A destination is fields as data plus one pure function. This is the form of a row of the
// catalogue; catalogue.c lists the rows. From `fields` come validation of API input, the
// OpenAPI schema, the form in the dashboard, masking of secrets and the reference page.
#pragma once

#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "codec/fields.h"
#include "event/event.h"

enum destination_transport {
    TRANSPORT_NONE, // managed as configuration only: events get the outcome `not_implemented`
    TRANSPORT_HTTP,
};

enum destination_order {
    ORDER_PER_USER, // the default: one user's events leave one after the other
    ORDER_NONE,
};

struct destination_header {
    str name;
    str value;
    bool is_configured; // from the destination's settings: sent only to the configured origin
};

// What `build` makes of an event: one request. All its texts live in the arena given to build:
// the settings may be gone before it has been sent.
struct destination_request {
    str method;
    str url;
    struct destination_header *headers;
    size_t header_count;
    str body;
    bool url_is_from_event; // the event chose (part of) the URL
};

enum build_verdict {
    BUILD_OK,       // ret_request is set
    BUILD_FILTERED, // not for this destination; problem->text says why
    BUILD_REJECTED, // the event cannot be delivered here (dead letter); problem->text says why
};

struct destination_event {
    yyjson_mut_doc *doc; // the enriched event; build may change it
    enum event_type type;
    bool is_user_transformed; // a user transformation has produced it
};

struct destination {
    const char *type;  // "WEBHOOK": the definition's name on the wire
    const char *title; // "Webhook": the display name, the key in `integrations`
    const char *category;
    const struct field *fields;
    size_t settings_size;
    unsigned events; // bits 1 << enum event_type; 0: all
    enum destination_transport transport;
    enum destination_order order;
    // Checks beyond single fields; may be NULL. ERR_INVALID with the field in ret_problem.
    enum err (*check)(const void *settings, struct problem *ret_problem);
    // event + settings → request; no clock, no network, no log.
    enum build_verdict (*build)(const void *settings, struct destination_event *event,
                                struct arena *arena, struct destination_request *ret_request,
                                struct problem *ret_problem);
};

// Types are compared exactly. NULL: unknown.
const struct destination *destination_find(str type);
// All rows, sorted by title; ends with NULL.
const struct destination *const *destination_all(void);

// Decodes a destination's `config` object into its settings (settings_size bytes in the arena)
// and runs `check`. The keys that clients put into the config of every destination
// (connectionMode, consentManagement …) are tolerated, whatever they hold; with UNKNOWN_REFUSE
// any other key that is not among `fields` is ERR_INVALID. `prefix` is that of fields_decode.
enum err destination_settings_decode(const struct destination *definition, yyjson_val *config,
                                     enum fields_unknown unknown, str prefix,
                                     struct arena *arena, const void **ret_settings,
                                     struct problem *ret_problem);

// Source definitions: what kinds of sources there are (destinations/sources.c).
struct source_definition {
    const char *type;        // "Javascript": the name on /v2/sources
    const char *stream_type; // "javascript": the name on /v2/event-stream-sources; NULL: none
    const char *title;       // "JavaScript"
    const char *category;    // "Web", "Mobile", "Server", "Webhook"
    const char
        *snippet; // name of the setup snippet in the dashboard: "javascript", "node", "http" …
    bool is_run;  // its events come by runs that are started, not as they happen
};
// By either spelling, compared exactly. NULL: unknown.
const struct source_definition *source_definition_find(str type);
const struct source_definition *source_definitions(size_t *ret_count);
