// SPDX-License-Identifier: Apache-2.0
// "May this caller do this, and by which rule?" Pure: callers hand in what is known, tables are
// filled by `workspace`, rows written by `store`.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

// Resources and the actions on them; `name` is the word in details.required and in policies.
// Every operation of the API declares one permission and whether it reads or writes (the HTTP
// method decides nothing).
#define PERMISSION_TABLE(X)                                                                    \
    X(PERMISSION_NONE, "none") /* any authenticated caller */                                  \
    X(PERMISSION_WORKSPACE_READ, "workspace.read")                                             \
    X(PERMISSION_WORKSPACE_EDIT, "workspace.edit")                                             \
    X(PERMISSION_SOURCES_READ, "sources.read")                                                 \
    X(PERMISSION_SOURCES_EDIT, "sources.edit")                                                 \
    X(PERMISSION_SOURCES_CREATE, "sources.createDelete")                                       \
    X(PERMISSION_DESTINATIONS_READ, "destinations.read")                                       \
    X(PERMISSION_DESTINATIONS_EDIT, "destinations.edit")                                       \
    X(PERMISSION_DESTINATIONS_CREATE, "destinations.createDelete")                             \
    X(PERMISSION_CONNECTIONS_READ, "connections.read")                                         \
    X(PERMISSION_CONNECTIONS_EDIT, "connections.connect")                                      \
    X(PERMISSION_LIVE_EVENTS, "pii.liveEvents")                                                \
    X(PERMISSION_AUDIT_LOGS, "auditLogs.read") /* organisation Admin, no personal token */     \
    X(PERMISSION_OWN_TOKENS, "ownTokens")      /* sessions only */                             \
    X(PERMISSION_ORGANIZATION, "organization") /* organisation Admin, sessions only */

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
};

enum token_scope { SCOPE_READ_ONLY, SCOPE_READ_WRITE };
const char *token_scope_word(enum token_scope scope); // "read-only", "read-write"
bool token_scope_of(str word, enum token_scope *ret_scope) MUST_CHECK;

enum member_role { ROLE_MEMBER, ROLE_ADMIN };
const char *member_role_word(enum member_role role); // "member", "admin", as the store has it
bool member_role_of(str word, enum member_role *ret_role) MUST_CHECK;

// The rights of a member at this moment: bit 1 << permission for each.
typedef uint32_t permission_set;
permission_set access_role_permissions(enum member_role role);

// The most a token of the scope can ever do.
permission_set access_scope_permissions(enum token_scope scope);

// Who calls, as the access room needs it. Texts are borrowed.
struct principal {
    enum principal_kind kind;
    str user_id;
    str user_email;
    str organization_id;
    str workspace_id; // the token's, or the one the session named; empty: none
    str token_id;     // empty for sessions
    enum token_scope scope;
    enum member_role role;
    permission_set owner_permissions; // of the owner, now, in workspace_id
};

struct decision {
    bool is_allowed;
    enum err err; // ERR_FORBIDDEN or ERR_UNAUTHORIZED when not allowed
    const char
        *required; // the permission's word for details.required, NULL: not a matter of rights
    const char *rule; // which rule decided, a constant sentence
};

// effective right = scope ∩ owner's permission.
struct decision access_decide(const struct principal *principal, enum permission permission,
                              enum effect effect);

// --- Access tokens

// "ptl_pat_" + 43 base62 characters (256 bits, by rejection sampling) + 6 base62 characters of
// CRC32 over everything before. Only SHA-256 digest, prefix and last four characters are ever
// stored.
enum { TOKEN_LEN = 57, TOKEN_DIGEST_LEN = 32 };

#define TOKEN_PREFIX "ptl_pat_"
struct rng;
void token_generate(struct rng *rng, char ret_token[TOKEN_LEN + 1]);
// Prefix, length, alphabet and checksum. A look-alike is refused here, before any look-up.
bool token_is_well_formed(str token);
void token_digest(str token, uint8_t ret_digest[TOKEN_DIGEST_LEN]);
