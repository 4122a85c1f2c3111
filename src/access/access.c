// SPDX-License-Identifier: Apache-2.0
// The decision: what the caller's role gives, what his token leaves of it, whether the call has
// an effect.
#include "access/access.h"

#define BIT(permission) ((permission_set)1 << (permission))
_Static_assert(PERMISSION_COUNT <= 8 * sizeof(permission_set), "a bit for each permission");

// Looking at things. Every member may, and a read-only token may no more.
#define VIEW                                                                                   \
    (BIT(PERMISSION_NONE) | BIT(PERMISSION_WORKSPACE_READ) | BIT(PERMISSION_SOURCES_READ) |    \
     BIT(PERMISSION_DESTINATIONS_READ) | BIT(PERMISSION_CONNECTIONS_READ) |                    \
     BIT(PERMISSION_LIVE_EVENTS))

// What no token opens, whoever owns it: signing in is asked for.
#define SESSIONS_ONLY                                                                          \
    (BIT(PERMISSION_AUDIT_LOGS) | BIT(PERMISSION_OWN_TOKENS) | BIT(PERMISSION_ORGANIZATION))

#define EVERYTHING (BIT(PERMISSION_COUNT) - 1)

static const char *const permission_words[] = {
#define X(name, word) [name] = word,
    PERMISSION_TABLE(X)
#undef X
};

const char *permission_word(enum permission permission)
{
    assert((unsigned)permission < PERMISSION_COUNT);
    return permission_words[permission];
}

bool permission_of(str word, enum permission *ret_permission)
{
    for (unsigned i = 0; i < PERMISSION_COUNT; i++) {
        if (str_eq(word, str_of(permission_words[i]))) {
            *ret_permission = (enum permission)i;
            return true;
        }
    }
    return false;
}

static const char *const scope_words[] = {
    [SCOPE_READ_ONLY] = "read-only",
    [SCOPE_READ_WRITE] = "read-write",
};

const char *token_scope_word(enum token_scope scope)
{
    assert((unsigned)scope < ARRAY_LEN(scope_words));
    return scope_words[scope];
}

bool token_scope_of(str word, enum token_scope *ret_scope)
{
    for (unsigned i = 0; i < ARRAY_LEN(scope_words); i++) {
        if (str_eq(word, str_of(scope_words[i]))) {
            *ret_scope = (enum token_scope)i;
            return true;
        }
    }
    return false;
}

static const char *const role_words[] = {
    [ROLE_MEMBER] = "member",
    [ROLE_ADMIN] = "admin",
};

const char *member_role_word(enum member_role role)
{
    assert((unsigned)role < ARRAY_LEN(role_words));
    return role_words[role];
}

bool member_role_of(str word, enum member_role *ret_role)
{
    for (unsigned i = 0; i < ARRAY_LEN(role_words); i++) {
        if (str_eq(word, str_of(role_words[i]))) {
            *ret_role = (enum member_role)i;
            return true;
        }
    }
    return false;
}

permission_set access_role_permissions(enum member_role role)
{
    switch (role) {
    case ROLE_MEMBER:
        return VIEW | BIT(PERMISSION_OWN_TOKENS);
    case ROLE_ADMIN:
        return EVERYTHING;
    }
    return 0;
}

permission_set access_scope_permissions(enum token_scope scope)
{
    switch (scope) {
    case SCOPE_READ_ONLY:
        return VIEW;
    case SCOPE_READ_WRITE:
        return EVERYTHING & ~SESSIONS_ONLY;
    }
    return 0;
}

static struct decision allow(const char *rule)
{
    return (struct decision){ .is_allowed = true, .rule = rule };
}

static struct decision forbid(const char *required, const char *rule)
{
    return (struct decision){ .err = ERR_FORBIDDEN, .required = required, .rule = rule };
}

static struct decision decide_token(const struct principal *principal,
                                    enum permission permission, enum effect effect)
{
    const char *word = permission_word(permission);
    if (SESSIONS_ONLY & BIT(permission))
        return forbid(NULL, "tokens do not open this; sign in instead");
    if (principal->scope == SCOPE_READ_ONLY && effect == EFFECT_WRITE)
        return forbid(word, "the token is read-only");
    if (!(access_scope_permissions(principal->scope) & BIT(permission)))
        return forbid(word, "the token's scope does not hold the permission");
    if (!(principal->owner_permissions & BIT(permission)))
        return forbid(word, "the token's owner does not have the permission");
    return allow("the token's scope and its owner's permissions");
}

struct decision access_decide(const struct principal *principal, enum permission permission,
                              enum effect effect)
{
    assert((unsigned)permission < PERMISSION_COUNT);
    switch (principal->kind) {
    case PRINCIPAL_PERSONAL_TOKEN:
        return decide_token(principal, permission, effect);
    case PRINCIPAL_SESSION:
        if (principal->owner_permissions & BIT(permission))
            return allow("the member's permissions");
        return forbid(permission_word(permission), "the member does not have the permission");
    }
    return (struct decision){ .err = ERR_UNAUTHORIZED, .rule = "unknown kind of caller" };
}
