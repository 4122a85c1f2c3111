// SPDX-License-Identifier: Apache-2.0
// Policies: which actions on which resources, and which views of raw customer data. Purely
// additive; there is nothing that denies. One JSON form everywhere:
//
//   {"resources": {"destinations": {"edit": {"all": true, "includeFuture": true},
//                                   "connect": {"ids": ["…"]}}},
//    "pii": {"sourceLiveEvents": true}}
//
// What is absent is not granted; `{}` grants nothing. Viewing is not granted by policies: who
// belongs to a workspace sees what is in it.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

struct json;
struct yyjson_val;

// enum, key in JSON, actions it has, whether single ones can be named
#define RESOURCE_TABLE(X)                                                                      \
    X(RESOURCE_SOURCES, "sources", ACTIONS_ALL, true)                                          \
    X(RESOURCE_DESTINATIONS, "destinations", ACTIONS_ALL, true)                                \
    X(RESOURCE_RETL_TABLES, "retlTables", ACTIONS_ALL, true)                                   \
    X(RESOURCE_SQL_MODELS, "sqlModels", ACTIONS_ALL, true)                                     \
    X(RESOURCE_AUDIENCES, "audiences", ACTIONS_ALL, true)                                      \
    X(RESOURCE_TRANSFORMATIONS, "transformations", ACTIONS_ALL, true)                          \
    X(RESOURCE_LIBRARIES, "transformationLibraries", ACTIONS_EDIT, false)                      \
    X(RESOURCE_TRACKING_PLANS, "trackingPlans", ACTIONS_ALL, true)                             \
    X(RESOURCE_DATA_CATALOG, "dataCatalog", ACTIONS_EDIT, false)                               \
    X(RESOURCE_PROFILES, "profiles", ACTIONS_ALL, true)                                        \
    X(RESOURCE_ALERT_OVERRIDES, "alertOverrides", ACTIONS_EDIT, false)                         \
    X(RESOURCE_WAREHOUSE_SYNCS, "warehouseSyncs", ACTIONS_EDIT, false)                         \
    X(RESOURCE_BOT_MANAGEMENT, "botManagement", ACTIONS_EDIT, false)                           \
    X(RESOURCE_CREDENTIALS, "credentials", ACTIONS_EDIT, false)

enum resource {
#define X(name, key, actions, has_ids) name,
    RESOURCE_TABLE(X)
#undef X
        RESOURCE_COUNT,
};

enum action { ACTION_EDIT, ACTION_CONNECT, ACTION_CREATE_DELETE, ACTION_COUNT };

#define PII_TABLE(X)                                                                           \
    X(PII_SOURCE_LIVE_EVENTS, "sourceLiveEvents")                                              \
    X(PII_DESTINATION_LIVE_EVENTS, "destinationLiveEvents")                                    \
    X(PII_DESTINATION_FAILURE_SAMPLES, "destinationFailureSamples")                            \
    X(PII_DESTINATION_DATA_ACCESS, "destinationDataAccess")                                    \
    X(PII_TABLE_LIVE_EVENTS, "tableLiveEvents")                                                \
    X(PII_AUDIENCE_LIVE_EVENTS, "audienceLiveEvents")                                          \
    X(PII_SQL_MODEL_LIVE_EVENTS, "sqlModelLiveEvents")                                         \
    X(PII_RETL_SYNC_FAILURE_SAMPLES, "retlSyncFailureSamples")                                 \
    X(PII_TRANSFORMATION_LIVE_EVENTS, "transformationLiveEvents")                              \
    X(PII_TRANSFORMATION_FAILURE_SAMPLES, "transformationFailureSamples")                      \
    X(PII_TRACKING_PLAN_VIOLATIONS, "trackingPlanViolations")

enum pii {
#define X(name, key) name,
    PII_TABLE(X)
#undef X
        PII_COUNT,
};

const char *resource_key(enum resource resource);
const char *action_key(enum action action); // "edit", "connect", "createDelete"
const char *pii_key(enum pii pii);
bool resource_has_action(enum resource resource, enum action action);
bool resource_has_ids(enum resource resource);

enum { POLICY_IDS_MAX = 5000, POLICY_ID_LEN_MAX = 64 };

// In normal form: two policies that grant the same are equal member by member.
struct policy_list {
    unsigned slot; // POLICY_SLOT
    size_t count;  // > 0
    const str *ids;
};
struct policy {
    uint64_t all; // bit POLICY_SLOT: all there are and all to come
    uint32_t pii; // bit for each enum pii
    uint32_t list_count;
    const struct policy_list *lists; // of slots that are not in `all`, by slot; ids sorted
};
#define POLICY_SLOT(resource, action) ((unsigned)(resource)*ACTION_COUNT + (unsigned)(action))

extern const struct policy policy_none;
extern const struct policy policy_full_pii; // nothing but all of PII
extern const struct policy policy_everything;

// What is in the workspace at the moment: "all" without "includeFuture" is written out as these
// ids when a policy is saved.
struct policy_existing {
    const str *ids[RESOURCE_COUNT];
    size_t counts[RESOURCE_COUNT];
};

// Ids are copied into the arena. existing NULL (what was stored, where nothing is left to write
// out): "all" without "includeFuture" is an error. ERR_INVALID: the problem's field is such as
// "resources.destinations.edit.ids[3]".
enum err policy_parse(struct yyjson_val *value, const struct policy_existing *existing,
                      struct arena *arena, struct policy *ret_policy,
                      struct problem *ret_problem);
// The same of a text. Empty text: an error, as any that is no JSON object.
enum err policy_read(str text, const struct policy_existing *existing, struct arena *arena,
                     struct policy *ret_policy, struct problem *ret_problem);

// The canonical form: keys in the order of the tables, ids sorted, nothing that grants nothing.
void policy_write(const struct policy *policy, struct json *json);
str policy_text(const struct policy *policy, struct arena *arena);

// id STR_NONE: all there are and all to come (as creating needs it).
bool policy_covers(const struct policy *policy, enum resource resource, enum action action,
                   str id);
bool policy_shows(const struct policy *policy, enum pii pii);
// Whether anything may be changed by it at all.
bool policy_changes_anything(const struct policy *policy);

bool policy_equals(const struct policy *a, const struct policy *b);
// Whether everything that `narrow` grants is granted by `wide`.
bool policy_is_within(const struct policy *narrow, const struct policy *wide);

// The results live in the arena; ids are borrowed from a and b.
struct policy policy_union(const struct policy *a, const struct policy *b, struct arena *arena);
struct policy policy_intersection(const struct policy *a, const struct policy *b,
                                  struct arena *arena);
// With the ids.
struct policy policy_copy(const struct policy *policy, struct arena *arena);
