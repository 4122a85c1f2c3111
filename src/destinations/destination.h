// SPDX-License-Identifier: Apache-2.0
// What kinds of sources and destinations there are. A definition is data: one file in
// catalogue/ (catalogue/README.md), made into a row of one table when the server is built. From
// its settings come validation of API input, the answers about definitions, the form in the
// dashboard, masking of secrets and the reference page. A destination whose delivery is built
// has a folder here besides, with one pure function: event and settings in, request out.
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

// How events are delivered: what a destination's folder offers.
struct destination_delivery {
    const struct field_slot *slots; // where its settings are put
    size_t settings_size;
    enum destination_transport transport;
    enum destination_order order;
    // Checks beyond single fields; may be NULL. ERR_INVALID with the field in ret_problem.
    enum err (*check)(const void *settings, struct problem *ret_problem);
    // event + settings → request; no clock, no network, no log.
    enum build_verdict (*build)(const void *settings, struct destination_event *event,
                                struct arena *arena, struct destination_request *ret_request,
                                struct problem *ret_problem);
};

// The kinds of sources that settings distinguish, with their words in configs.
#define SOURCE_KIND_TABLE(X)                                                                   \
    X(KIND_WEB, "web")                                                                         \
    X(KIND_ANDROID, "android")                                                                 \
    X(KIND_ANDROID_KOTLIN, "androidKotlin")                                                    \
    X(KIND_IOS, "ios")                                                                         \
    X(KIND_IOS_SWIFT, "iosSwift")                                                              \
    X(KIND_FLUTTER, "flutter")                                                                 \
    X(KIND_REACT_NATIVE, "reactnative")                                                        \
    X(KIND_UNITY, "unity")                                                                     \
    X(KIND_CORDOVA, "cordova")                                                                 \
    X(KIND_AMP, "amp")                                                                         \
    X(KIND_SHOPIFY, "shopify")                                                                 \
    X(KIND_CLOUD, "cloud")                                                                     \
    X(KIND_CLOUD_SOURCE, "cloudSource")                                                        \
    X(KIND_WAREHOUSE, "warehouse")

enum source_kind {
#define X(kind, word) kind,
    SOURCE_KIND_TABLE(X)
#undef X
        SOURCE_KIND_COUNT,
};
const char *source_kind_word(enum source_kind kind);

// Who carries an event to the destination.
enum connection_mode {
    MODE_CLOUD,  // this server
    MODE_DEVICE, // the SDK, on the device
    MODE_HYBRID, // both: the SDK and, for some types, this server
};
const char *connection_mode_word(enum connection_mode mode);

enum destination_flag {
    DESTINATION_BETA = 1 << 0,
    DESTINATION_DEPRECATED = 1 << 1,
    DESTINATION_HIDDEN = 1 << 2,
    DESTINATION_OAUTH = 1 << 3, // needs an account
    DESTINATION_WAREHOUSE = 1 << 4,
};

struct destination {
    const char *type;     // "WEBHOOK": the definition's name on the wire
    const char *title;    // "Webhook": the display name, the key in `integrations`
    const char *category; // "Advertising"
    const struct field *fields;
    bool is_closed;  // keys beyond `fields` are refused: delivery depends on them
    bool has_cloud;  // takes events from the server
    unsigned events; // in cloud mode: bits 1 << enum event_type; 0: all
    unsigned device; // bits 1 << enum source_kind: where device mode is offered
    unsigned hybrid; // the same for hybrid mode
    unsigned flags;  // enum destination_flag
    const char
        *router; // where RudderStack transforms its events: "processor", "router", "none"
    const struct destination_delivery *delivery; // NULL: not built
};

// Types are compared exactly. NULL: unknown.
const struct destination *destination_find(str type);
// All rows, sorted by title; ends with NULL.
const struct destination *const *destination_all(void);

// TRANSPORT_NONE when its delivery is not built.
enum destination_transport destination_transport(const struct destination *definition);

// Whether the mode is offered for sources of the kind.
bool destination_offers(const struct destination *definition, enum connection_mode mode,
                        enum source_kind kind);

// The mode that a config asks for with sources of the kind: connectionMode, or the older
// useNativeSDK. Without either it is the cloud, or the device if the destination knows nothing
// else.
enum connection_mode destination_mode(const struct destination *definition, yyjson_val *config,
                                      enum source_kind kind);

struct destination_check {
    bool is_new; // comes from a client: patterns, unknown keys and modes are checked as well
    str prefix;  // of the paths in problems
    struct arena *arena;
};

// Checks a destination's `config` object and decodes it into the settings of its delivery
// (in the arena; NULL when delivery is not built, or when a value is dynamic and so cannot be
// used before there is an event). ERR_INVALID names the field.
enum err destination_settings_decode(const struct destination *definition, yyjson_val *config,
                                     const struct destination_check *check,
                                     const void **ret_settings, struct problem *ret_problem);

// Writes what an SDK on a device of the kind may know of the config: no secrets, nothing
// unknown, and of values that differ by kind its own.
void destination_write_device_config(const struct destination *definition, yyjson_val *config,
                                     enum source_kind kind, struct json *json);

// --- Sources

struct source_definition {
    const char *type;        // "Javascript": the name on /v2/sources
    const char *stream_type; // "javascript": the name on /v2/event-stream-sources; NULL: none
    const char *title;       // "JavaScript"
    const char *category;    // "Web", "Mobile", "Server", "Webhook", "Cloud app", "Warehouse"
    const char *snippet;     // name of the setup snippet in the dashboard; NULL: none
    enum source_kind kind;
    bool is_run;       // its events come by runs that are started, not as they happen
    bool is_available; // false: it can be configured but brings no events yet
};
// By either spelling, compared exactly. NULL: unknown.
const struct source_definition *source_definition_find(str type);
// All of them, sorted by title; ends with NULL.
const struct source_definition *const *source_definition_all(void);
