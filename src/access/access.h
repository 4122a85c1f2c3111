// SPDX-License-Identifier: Apache-2.0
// "May this caller do this, and by which rule?" Pure: callers hand in what is known, tables are
// filled by `workspace`, rows written by `store`.
#pragma once

#include "access/policy.h"
#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

// What an operation of the API needs. `word` is what details.required and api/openapi.yaml say;
// access.c has the rule of each. Every operation declares one and whether it reads or has an
// effect (the HTTP method decides nothing).
#define PERMISSION_TABLE(X)                                                                    \
    X(PERMISSION_NONE, "none") /* any authenticated caller */                                  \
    X(PERMISSION_WORKSPACE_READ, "workspace.read")                                             \
    X(PERMISSION_WORKSPACE_EDIT, "workspace.edit") /* organisation Admin */                    \
    X(PERMISSION_SOURCES_READ, "sources.read")                                                 \
    X(PERMISSION_SOURCES_EDIT, "sources.edit")                                                 \
    X(PERMISSION_SOURCES_CREATE, "sources.createDelete")                                       \
    X(PERMISSION_DESTINATIONS_READ, "destinations.read")                                       \
    X(PERMISSION_DESTINATIONS_EDIT, "destinations.edit")                                       \
    X(PERMISSION_DESTINATIONS_CREATE, "destinations.createDelete")                             \
    X(PERMISSION_CONNECTIONS_READ, "connections.read")                                         \
    X(PERMISSION_CONNECTIONS_EDIT, "connections.connect") /* source, destination */            \
    X(PERMISSION_RETL_TABLES_EDIT, "retlTables.edit")                                          \
    X(PERMISSION_RETL_TABLES_CREATE, "retlTables.createDelete")                                \
    X(PERMISSION_RETL_TABLES_CONNECT, "retlTables.connect") /* table, destination */           \
    X(PERMISSION_SQL_MODELS_EDIT, "sqlModels.edit")                                            \
    X(PERMISSION_SQL_MODELS_CREATE, "sqlModels.createDelete")                                  \
    X(PERMISSION_SQL_MODELS_CONNECT, "sqlModels.connect") /* model, destination */             \
    X(PERMISSION_AUDIENCES_EDIT, "audiences.edit")                                             \
    X(PERMISSION_AUDIENCES_CREATE, "audiences.createDelete")                                   \
    X(PERMISSION_AUDIENCES_CONNECT, "audiences.connect") /* audience, destination */           \
    X(PERMISSION_TRANSFORMATIONS_EDIT, "transformations.edit")                                 \
    X(PERMISSION_TRANSFORMATIONS_CREATE, "transformations.createDelete")                       \
    X(PERMISSION_TRANSFORMATIONS_CONNECT, "transformations.connect") /* it, destination */     \
    X(PERMISSION_LIBRARIES_EDIT, "transformationLibraries.edit")                               \
    X(PERMISSION_TRACKING_PLANS_EDIT, "trackingPlans.edit")                                    \
    X(PERMISSION_TRACKING_PLANS_CREATE, "trackingPlans.createDelete")                          \
    X(PERMISSION_TRACKING_PLANS_CONNECT, "trackingPlans.connect") /* plan, source */           \
    X(PERMISSION_DATA_CATALOG_EDIT, "dataCatalog.edit")                                        \
    X(PERMISSION_PROFILES_EDIT, "profiles.edit")                                               \
    X(PERMISSION_PROFILES_CREATE, "profiles.createDelete")                                     \
    X(PERMISSION_PROFILES_CONNECT, "profiles.connect") /* project, destination */              \
    X(PERMISSION_ALERT_OVERRIDES_EDIT, "alertOverrides.edit")                                  \
    X(PERMISSION_WAREHOUSE_SYNCS_EDIT, "warehouseSyncs.edit")                                  \
    X(PERMISSION_BOT_MANAGEMENT_EDIT, "botManagement.edit")                                    \
    X(PERMISSION_CREDENTIALS_EDIT, "credentials.edit")                                         \
    X(PERMISSION_SOURCE_LIVE_EVENTS, "pii.sourceLiveEvents")                                   \
    X(PERMISSION_DESTINATION_LIVE_EVENTS, "pii.destinationLiveEvents")                         \
    X(PERMISSION_DESTINATION_FAILURE_SAMPLES, "pii.destinationFailureSamples")                 \
    X(PERMISSION_DESTINATION_DATA_ACCESS, "pii.destinationDataAccess")                         \
    X(PERMISSION_TABLE_LIVE_EVENTS, "pii.tableLiveEvents")                                     \
    X(PERMISSION_AUDIENCE_LIVE_EVENTS, "pii.audienceLiveEvents")                               \
    X(PERMISSION_SQL_MODEL_LIVE_EVENTS, "pii.sqlModelLiveEvents")                              \
    X(PERMISSION_RETL_SYNC_FAILURE_SAMPLES, "pii.retlSyncFailureSamples")                      \
    X(PERMISSION_TRANSFORMATION_LIVE_EVENTS, "pii.transformationLiveEvents")                   \
    X(PERMISSION_TRANSFORMATION_FAILURE_SAMPLES, "pii.transformationFailureSamples")           \
    X(PERMISSION_TRACKING_PLAN_VIOLATIONS, "pii.trackingPlanViolations")                       \
    X(PERMISSION_OWN_TOKENS, "ownTokens")         /* sessions only */                          \
    X(PERMISSION_ORGANIZATION, "organization")    /* Admin, sessions only */                   \
    X(PERMISSION_MANAGE_MEMBERS, "manageMembers") /* Admin, or the grant */                    \
    X(PERMISSION_MANAGE_TOKENS, "manageTokens")   /* Admin, or the grant */                    \
    X(PERMISSION_SCIM, "scim")                                                                 \
    X(PERMISSION_AUDIT_LOGS, "auditLogs.read")                                                 \
    X(PERMISSION_USAGE, "usage")

enum permission {
#define X(name, word) name,
    PERMISSION_TABLE(X)
#undef X
        PERMISSION_COUNT,
};
const char *permission_word(enum permission permission);
bool permission_of(str word, enum permission *ret_permission) MUST_CHECK;

enum effect { EFFECT_READ, EFFECT_WRITE };

enum principal_kind {
    PRINCIPAL_SESSION,
    PRINCIPAL_PERSONAL_TOKEN,
    PRINCIPAL_LEGACY_ADMIN_TOKEN, // personal, imported
    PRINCIPAL_WORKSPACE_SERVICE,  // Service Access Tokens …
    PRINCIPAL_ORGANIZATION_SERVICE,
};
// "session", "personal_access_token" (both kinds), "service_access_token" (both levels)
const char *principal_kind_word(enum principal_kind kind);

enum token_scope { SCOPE_READ_ONLY, SCOPE_READ_WRITE };
const char *token_scope_word(enum token_scope scope); // "read-only", "read-write"
bool token_scope_of(str word, enum token_scope *ret_scope) MUST_CHECK;

enum member_role { ROLE_MEMBER, ROLE_ADMIN };
const char *member_role_word(enum member_role role); // "member", "admin", as the store has it
bool member_role_of(str word, enum member_role *ret_role) MUST_CHECK;

// The extra grants of organisation-level Service Access Tokens.
enum { GRANT_MANAGE_MEMBERS = 1 << 0, GRANT_MANAGE_TOKENS = 1 << 1 };
// "manage_members,manage_tokens" in this order, as the store has it. False: an unknown word.
bool grants_of(str words, unsigned *ret_grants) MUST_CHECK;
const char *grants_words(unsigned grants);

// A policy that adds to the rights in a workspace, and where it comes from.
enum origin { ORIGIN_BASELINE, ORIGIN_GROUP, ORIGIN_MEMBER, ORIGIN_TOKEN };
struct policy_source {
    enum origin origin;
    str id;   // of the group; empty otherwise
    str name; // of the group; empty otherwise
    struct policy policy;
};

// Who calls, as the access room needs it. Texts and policies are borrowed.
struct principal {
    enum principal_kind kind;
    str user_id; // empty for Service Access Tokens
    str user_email;
    str organization_id;
    str workspace_id; // the token's, or the one the session named; empty: none
    str token_id;     // empty for sessions
    str token_name;
    enum token_scope scope; // of personal tokens
    enum member_role role;  // of the session's or the token's owner
    unsigned grants;        // of organisation-level Service Access Tokens
    bool is_strict;         // the organisation's strict_effects
    unsigned features_off;  // FEATURE_BIT (feature.h) of what the organisation switched off
    bool is_use_audited;    // its audits_every_use; of tokens
    bool reveals_secrets;   // the workspace's api_reveals_secrets
    bool has_narrowing;     // the personal token has a policy of its own
    struct policy narrowing;
    // What gives rights in workspace_id, to be added up; organisation Admins need none.
    const struct policy_source *sources;
    size_t source_count;
};

struct access_request {
    enum permission permission;
    enum effect effect;
    // What it is done to: nothing for creating; the resource; both ends for connecting, in the
    // order in which PERMISSION_TABLE names them. Absent: all there are and all to come.
    str ids[2];
};

struct decision {
    bool is_allowed;
    enum err err;                       // ERR_FORBIDDEN or ERR_UNAUTHORIZED when not allowed
    const char *required;               // for details.required; NULL: not a matter of rights
    const char *rule;                   // which rule decided, a constant sentence
    const struct policy_source *source; // the policy that gave the right; NULL: none did
};

// effective right = scope ∩ the token's policy ∩ what the owner's policies add up to.
struct decision access_decide(const struct principal *principal,
                              const struct access_request *request);

// Whether the caller may change anything at all in his workspace.
bool access_changes_anything(const struct principal *principal);

// What the principal's policies add up to, cut by the token's own; an Admin's is everything.
struct policy access_effective(const struct principal *principal, struct arena *arena);

// --- Access tokens

// "ptl_pat_" or "ptl_sat_" + 43 base62 characters (256 bits, by rejection sampling) + 6 base62
// characters of CRC32 over everything before. Only SHA-256 digest, prefix and last four
// characters are ever stored.
enum { TOKEN_LEN = 57, TOKEN_DIGEST_LEN = 32 };

#define TOKEN_PREFIX         "ptl_pat_"
#define TOKEN_PREFIX_SERVICE "ptl_sat_"
struct rng;
void token_generate(struct rng *rng, char ret_token[TOKEN_LEN + 1]); // a personal one
void token_generate_service(struct rng *rng, char ret_token[TOKEN_LEN + 1]);
// Imported from RudderStack: 27 base62 characters, without a checksum.
bool token_is_imported_form(str token);
// Prefix, length, alphabet and checksum. A look-alike is refused here, before any look-up.
bool token_is_well_formed(str token);
void token_digest(str token, uint8_t ret_digest[TOKEN_DIGEST_LEN]);
