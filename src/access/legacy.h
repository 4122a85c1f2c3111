// SPDX-License-Identifier: Apache-2.0
// The roles of RudderStack before policies, of both generations, and what they amount to as
// policies. docs/decisions/0010-migration.md says why where its documents leave a choice.
#pragma once

#include "access/access.h"

// enum, word in files, name on screens
#define LEGACY_TABLE(X)                                                                        \
    X(LEGACY_NONE, "", "")                                                                     \
    X(LEGACY_ORG_ADMIN, "org-admin", "Org Admin")                                              \
    X(LEGACY_ADMIN, "admin", "Admin")                                                          \
    X(LEGACY_READ_WRITE, "read-write", "Read-Write")                                           \
    X(LEGACY_READ_ONLY, "read-only", "Read-Only")                                              \
    X(LEGACY_CONNECTIONS_ADMIN, "connections-admin", "Connections Admin")                      \
    X(LEGACY_CONNECTIONS_EDITOR, "connections-editor", "Connections Editor")                   \
    X(LEGACY_CONNECTIONS_VIEWER, "connections-viewer", "Connections Viewer")

enum legacy_role {
#define X(name, word, shown) name,
    LEGACY_TABLE(X)
#undef X
};

const char *legacy_role_shown(enum legacy_role role);
bool legacy_role_of(str word, enum legacy_role *ret_role) MUST_CHECK; // not of ""

// Org Admins and the Admins of the first generation are organisation Admins here.
bool legacy_is_admin(enum legacy_role role);

// A role with its switch "Grant edit access" for transformations and libraries.
struct legacy_rights {
    enum legacy_role role;
    bool edits_transformations;
};

// What is to be written as the policy of whoever had the rights. Viewers get nothing beyond the
// baseline; the others see all of PII, as they did.
struct policy legacy_policy(struct legacy_rights rights);

// What he was able to do and see before: everybody saw PII.
struct policy legacy_before(struct legacy_rights rights);

// The policy without every right on `excluded` of the resource: what it gave on all there are
// and all to come, it then gives on those of `existing` that are left. Both sorted.
struct legacy_ids {
    const str *ids;
    size_t count;
};
struct policy legacy_restrict(const struct policy *policy, enum resource resource,
                              const struct legacy_ids *existing,
                              const struct legacy_ids *excluded, struct arena *arena);

// --- Comparing

enum { LEGACY_CHANGES_MAX = RESOURCE_COUNT * ACTION_COUNT + PII_COUNT };

struct legacy_change {
    const char *resource; // "pii" for views
    const char *action;
    bool is_partial; // some of it is on the other side too
};

// A policy and when it held: connecting asks for Edit and Connect now, so Connect without Edit
// is of no use; before policies it was not so.
struct legacy_side {
    const struct policy *policy;
    bool is_before;
};

// What `from` gives and `to` does not.
size_t legacy_compare(struct legacy_side from, struct legacy_side to,
                      struct legacy_change ret_changes[LEGACY_CHANGES_MAX]);
