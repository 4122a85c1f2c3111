// SPDX-License-Identifier: Apache-2.0
// The words of this room's enums, as requests, answers and rows have them.
#include "access/access.h"
#include "access/feature.h"

// The index of the word; `count` when it is none of them.
static unsigned find(const char *const *words, unsigned count, str word)
{
    for (unsigned i = 0; i < count; i++)
        if (str_eq(word, str_of(words[i])))
            return i;
    return count;
}

#define WORD(words, value) (assert((unsigned)(value) < ARRAY_LEN(words)), (words)[value])

static const char *const permission_words[] = {
#define X(name, word) [name] = word,
    PERMISSION_TABLE(X)
#undef X
};

const char *permission_word(enum permission permission)
{
    return WORD(permission_words, permission);
}

bool permission_of(str word, enum permission *ret_permission)
{
    unsigned found = find(permission_words, ARRAY_LEN(permission_words), word);
    if (found < ARRAY_LEN(permission_words))
        *ret_permission = (enum permission)found;
    return found < ARRAY_LEN(permission_words);
}

static const char *const scope_words[] = {
    [SCOPE_READ_ONLY] = "read-only",
    [SCOPE_READ_WRITE] = "read-write",
};

const char *token_scope_word(enum token_scope scope)
{
    return WORD(scope_words, scope);
}

bool token_scope_of(str word, enum token_scope *ret_scope)
{
    unsigned found = find(scope_words, ARRAY_LEN(scope_words), word);
    if (found < ARRAY_LEN(scope_words))
        *ret_scope = (enum token_scope)found;
    return found < ARRAY_LEN(scope_words);
}

static const char *const role_words[] = {
    [ROLE_MEMBER] = "member",
    [ROLE_ADMIN] = "admin",
};

const char *member_role_word(enum member_role role)
{
    return WORD(role_words, role);
}

bool member_role_of(str word, enum member_role *ret_role)
{
    unsigned found = find(role_words, ARRAY_LEN(role_words), word);
    if (found < ARRAY_LEN(role_words))
        *ret_role = (enum member_role)found;
    return found < ARRAY_LEN(role_words);
}

static const char *const kind_words[] = {
    [PRINCIPAL_SESSION] = "session",
    [PRINCIPAL_PERSONAL_TOKEN] = "personal_access_token",
    [PRINCIPAL_LEGACY_ADMIN_TOKEN] = "personal_access_token",
    [PRINCIPAL_WORKSPACE_SERVICE] = "service_access_token",
    [PRINCIPAL_ORGANIZATION_SERVICE] = "service_access_token",
};

const char *principal_kind_word(enum principal_kind kind)
{
    return WORD(kind_words, kind);
}

static const char *const grant_words[] = {
    [0] = "",
    [GRANT_MANAGE_MEMBERS] = "manage_members",
    [GRANT_MANAGE_TOKENS] = "manage_tokens",
    [GRANT_MANAGE_MEMBERS | GRANT_MANAGE_TOKENS] = "manage_members,manage_tokens",
};

bool grants_of(str words, unsigned *ret_grants)
{
    unsigned found = find(grant_words, ARRAY_LEN(grant_words), words);
    if (found < ARRAY_LEN(grant_words))
        *ret_grants = found;
    return found < ARRAY_LEN(grant_words);
}

const char *grants_words(unsigned grants)
{
    return WORD(grant_words, grants);
}

static const char *const feature_words[] = { [FEATURE_NONE] = "",
#define X(name, prose) [FEATURE_##name] = #name,
                                             FEATURE_TABLE(X)
#undef X
#define X(name) [FEATURE_##name] = #name,
                                                 FEATURE_LATER_TABLE(X)
#undef X
};

const char *feature_word(enum feature feature)
{
    return WORD(feature_words, feature);
}

bool feature_of(str word, enum feature *ret_feature)
{
    unsigned found = find(feature_words, ARRAY_LEN(feature_words), word);
    if (found == FEATURE_NONE || found >= FEATURE_SWITCH_COUNT)
        return false;
    *ret_feature = (enum feature)found;
    return true;
}

unsigned features_of(str words)
{
    unsigned bits = 0;
    enum feature feature;
    str word;
    while (words.len > 0 && str_next(&words, ',', &word))
        if (feature_of(word, &feature))
            bits |= FEATURE_BIT(feature);
    return bits;
}
