// SPDX-License-Identifier: Apache-2.0
// The decision: what the caller's role and policies give, what his token leaves of it, whether
// the call has an effect.
#include "access/access.h"

// What kind of thing a permission asks for.
enum need {
    NEED_NOTHING,
    NEED_VIEW,         // belonging to the workspace
    NEED_RIGHT,        // `action` on `resource`
    NEED_CONNECT,      // Edit and Connect on `resource` and on `other`
    NEED_PII,          // the view `pii`
    NEED_ADMIN_HERE,   // organisation Admin, in a workspace; his tokens do as well
    NEED_SESSION,      // being signed in
    NEED_ADMIN,        // being signed in as organisation Admin
    NEED_GRANT,        // being signed in as organisation Admin, or `grant`
    NEED_ORGANIZATION, // an organisation-level token, or being signed in as organisation Admin
};

struct rule {
    enum need need;
    enum resource resource;
    enum action action;
    enum resource other;
    enum pii pii;
    unsigned grant;
    enum permission
        strict; // of views: what strict_effects asks for when the call has an effect
};

#define VIEW(strict_)                                                                          \
    {                                                                                          \
        .need = NEED_VIEW, .strict = strict_                                                   \
    }
#define EDIT(resource_)                                                                        \
    {                                                                                          \
        .need = NEED_RIGHT, .resource = resource_, .action = ACTION_EDIT                       \
    }
#define CREATE(resource_)                                                                      \
    {                                                                                          \
        .need = NEED_RIGHT, .resource = resource_, .action = ACTION_CREATE_DELETE              \
    }
#define CONNECT(resource_, other_)                                                             \
    {                                                                                          \
        .need = NEED_CONNECT, .resource = resource_, .other = other_                           \
    }
#define PII(pii_)                                                                              \
    {                                                                                          \
        .need = NEED_PII, .pii = pii_                                                          \
    }

static const struct rule rules[PERMISSION_COUNT] = {
    [PERMISSION_NONE] = { .need = NEED_NOTHING },
    [PERMISSION_WORKSPACE_READ] = VIEW(PERMISSION_WORKSPACE_EDIT),
    [PERMISSION_WORKSPACE_EDIT] = { .need = NEED_ADMIN_HERE },
    [PERMISSION_SOURCES_READ] = VIEW(PERMISSION_SOURCES_EDIT),
    [PERMISSION_SOURCES_EDIT] = EDIT(RESOURCE_SOURCES),
    [PERMISSION_SOURCES_CREATE] = CREATE(RESOURCE_SOURCES),
    [PERMISSION_DESTINATIONS_READ] = VIEW(PERMISSION_DESTINATIONS_EDIT),
    [PERMISSION_DESTINATIONS_EDIT] = EDIT(RESOURCE_DESTINATIONS),
    [PERMISSION_DESTINATIONS_CREATE] = CREATE(RESOURCE_DESTINATIONS),
    [PERMISSION_CONNECTIONS_READ] = VIEW(PERMISSION_CONNECTIONS_EDIT),
    [PERMISSION_CONNECTIONS_EDIT] = CONNECT(RESOURCE_SOURCES, RESOURCE_DESTINATIONS),
    [PERMISSION_RETL_TABLES_EDIT] = EDIT(RESOURCE_RETL_TABLES),
    [PERMISSION_RETL_TABLES_CREATE] = CREATE(RESOURCE_RETL_TABLES),
    [PERMISSION_RETL_TABLES_CONNECT] = CONNECT(RESOURCE_RETL_TABLES, RESOURCE_DESTINATIONS),
    [PERMISSION_SQL_MODELS_EDIT] = EDIT(RESOURCE_SQL_MODELS),
    [PERMISSION_SQL_MODELS_CREATE] = CREATE(RESOURCE_SQL_MODELS),
    [PERMISSION_SQL_MODELS_CONNECT] = CONNECT(RESOURCE_SQL_MODELS, RESOURCE_DESTINATIONS),
    [PERMISSION_AUDIENCES_EDIT] = EDIT(RESOURCE_AUDIENCES),
    [PERMISSION_AUDIENCES_CREATE] = CREATE(RESOURCE_AUDIENCES),
    [PERMISSION_AUDIENCES_CONNECT] = CONNECT(RESOURCE_AUDIENCES, RESOURCE_DESTINATIONS),
    [PERMISSION_TRANSFORMATIONS_EDIT] = EDIT(RESOURCE_TRANSFORMATIONS),
    [PERMISSION_TRANSFORMATIONS_CREATE] = CREATE(RESOURCE_TRANSFORMATIONS),
    [PERMISSION_TRANSFORMATIONS_CONNECT] =
        CONNECT(RESOURCE_TRANSFORMATIONS, RESOURCE_DESTINATIONS),
    [PERMISSION_LIBRARIES_EDIT] = EDIT(RESOURCE_LIBRARIES),
    [PERMISSION_TRACKING_PLANS_EDIT] = EDIT(RESOURCE_TRACKING_PLANS),
    [PERMISSION_TRACKING_PLANS_CREATE] = CREATE(RESOURCE_TRACKING_PLANS),
    [PERMISSION_TRACKING_PLANS_CONNECT] = CONNECT(RESOURCE_TRACKING_PLANS, RESOURCE_SOURCES),
    [PERMISSION_DATA_CATALOG_EDIT] = EDIT(RESOURCE_DATA_CATALOG),
    [PERMISSION_PROFILES_EDIT] = EDIT(RESOURCE_PROFILES),
    [PERMISSION_PROFILES_CREATE] = CREATE(RESOURCE_PROFILES),
    [PERMISSION_PROFILES_CONNECT] = CONNECT(RESOURCE_PROFILES, RESOURCE_DESTINATIONS),
    [PERMISSION_ALERT_OVERRIDES_EDIT] = EDIT(RESOURCE_ALERT_OVERRIDES),
    [PERMISSION_WAREHOUSE_SYNCS_EDIT] = EDIT(RESOURCE_WAREHOUSE_SYNCS),
    [PERMISSION_BOT_MANAGEMENT_EDIT] = EDIT(RESOURCE_BOT_MANAGEMENT),
    [PERMISSION_CREDENTIALS_EDIT] = EDIT(RESOURCE_CREDENTIALS),
    [PERMISSION_SOURCE_LIVE_EVENTS] = PII(PII_SOURCE_LIVE_EVENTS),
    [PERMISSION_DESTINATION_LIVE_EVENTS] = PII(PII_DESTINATION_LIVE_EVENTS),
    [PERMISSION_DESTINATION_FAILURE_SAMPLES] = PII(PII_DESTINATION_FAILURE_SAMPLES),
    [PERMISSION_DESTINATION_DATA_ACCESS] = PII(PII_DESTINATION_DATA_ACCESS),
    [PERMISSION_TABLE_LIVE_EVENTS] = PII(PII_TABLE_LIVE_EVENTS),
    [PERMISSION_AUDIENCE_LIVE_EVENTS] = PII(PII_AUDIENCE_LIVE_EVENTS),
    [PERMISSION_SQL_MODEL_LIVE_EVENTS] = PII(PII_SQL_MODEL_LIVE_EVENTS),
    [PERMISSION_RETL_SYNC_FAILURE_SAMPLES] = PII(PII_RETL_SYNC_FAILURE_SAMPLES),
    [PERMISSION_TRANSFORMATION_LIVE_EVENTS] = PII(PII_TRANSFORMATION_LIVE_EVENTS),
    [PERMISSION_TRANSFORMATION_FAILURE_SAMPLES] = PII(PII_TRANSFORMATION_FAILURE_SAMPLES),
    [PERMISSION_TRACKING_PLAN_VIOLATIONS] = PII(PII_TRACKING_PLAN_VIOLATIONS),
    [PERMISSION_OWN_TOKENS] = { .need = NEED_SESSION },
    [PERMISSION_ORGANIZATION] = { .need = NEED_ADMIN },
    [PERMISSION_MANAGE_MEMBERS] = { .need = NEED_GRANT, .grant = GRANT_MANAGE_MEMBERS },
    [PERMISSION_MANAGE_TOKENS] = { .need = NEED_GRANT, .grant = GRANT_MANAGE_TOKENS },
    [PERMISSION_SCIM] = { .need = NEED_ORGANIZATION },
    [PERMISSION_AUDIT_LOGS] = { .need = NEED_ORGANIZATION },
    [PERMISSION_USAGE] = { .need = NEED_ORGANIZATION },
};

// "destinations.edit" and so on, for each resource and action.
static const char *const right_words[RESOURCE_COUNT][ACTION_COUNT] = {
#define X(name, key, actions, has_ids)                                                         \
    [name] = { key ".edit", key ".connect", key ".createDelete" },
    RESOURCE_TABLE(X)
#undef X
};

// --- Decisions

static struct decision allow(const char *rule)
{
    return (struct decision){ .is_allowed = true, .rule = rule };
}

static struct decision forbid(const char *required, const char *rule)
{
    return (struct decision){ .err = ERR_FORBIDDEN, .required = required, .rule = rule };
}

static struct decision wrong_level(const char *rule)
{
    return (struct decision){ .err = ERR_UNAUTHORIZED, .rule = rule };
}

static bool is_personal(const struct principal *principal)
{
    return principal->kind == PRINCIPAL_PERSONAL_TOKEN ||
           principal->kind == PRINCIPAL_LEGACY_ADMIN_TOKEN;
}

static bool is_service(const struct principal *principal)
{
    return principal->kind == PRINCIPAL_WORKSPACE_SERVICE ||
           principal->kind == PRINCIPAL_ORGANIZATION_SERVICE;
}

static bool is_of_admin(const struct principal *principal)
{
    return !is_service(principal) && principal->role == ROLE_ADMIN;
}

static bool is_read_only(const struct principal *principal)
{
    return principal->kind == PRINCIPAL_PERSONAL_TOKEN && principal->scope == SCOPE_READ_ONLY;
}

static bool belongs_here(const struct principal *principal)
{
    return principal->workspace_id.len > 0 &&
           (is_of_admin(principal) || principal->source_count > 0);
}

// --- Rights that policies give

// One of the rights that a call needs; all of them are asked for one by one.
struct right {
    bool is_pii;
    enum pii pii;
    enum resource resource;
    enum action action;
    str id;
    const char *word;
};

static bool gives(const struct policy *policy, const struct right *right)
{
    return right->is_pii ? policy_shows(policy, right->pii)
                         : policy_covers(policy, right->resource, right->action, right->id);
}

static const char *given_rule(enum origin origin)
{
    switch (origin) {
    case ORIGIN_BASELINE:
        return "the workspace's baseline policy gives the permission";
    case ORIGIN_GROUP:
        return "a group's policy gives the permission";
    case ORIGIN_MEMBER:
        return "the member's own policy gives the permission";
    case ORIGIN_TOKEN:
        return "the token's policy gives the permission";
    }
    return "";
}

static const char *missing_rule(const struct principal *principal)
{
    if (is_personal(principal))
        return "the token's owner does not have the permission";
    return is_service(principal) ? "the token does not have the permission"
                                 : "the member does not have the permission";
}

static struct decision decide_right(const struct principal *principal,
                                    const struct right *right)
{
    if (principal->has_narrowing && !gives(&principal->narrowing, right))
        return forbid(right->word, "the token's policy does not hold the permission");
    if (is_of_admin(principal))
        return allow("organisation Admins may do everything");
    for (size_t i = 0; i < principal->source_count; i++) {
        const struct policy_source *source = &principal->sources[i];
        if (!gives(&source->policy, right))
            continue;
        struct decision decision = allow(given_rule(source->origin));
        decision.source = source;
        return decision;
    }
    return forbid(right->word, missing_rule(principal));
}

static struct right right_of(enum resource resource, enum action action, str id)
{
    return (struct right){
        .resource = resource, .action = action, .id = id, .word = right_words[resource][action]
    };
}

static struct decision decide_connect(const struct principal *principal,
                                      const struct rule *rule, const str ids[2])
{
    const struct right rights[] = {
        right_of(rule->resource, ACTION_EDIT, ids[0]),
        right_of(rule->resource, ACTION_CONNECT, ids[0]),
        right_of(rule->other, ACTION_EDIT, ids[1]),
        right_of(rule->other, ACTION_CONNECT, ids[1]),
    };
    struct decision decision = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(rights); i++) {
        decision = decide_right(principal, &rights[i]);
        if (!decision.is_allowed)
            break;
    }
    return decision;
}

// No policy gives it, so neither does one that narrows.
static struct decision decide_admin_here(const struct principal *principal, const char *word)
{
    if (is_of_admin(principal) && !principal->has_narrowing)
        return allow("organisation Admins may do everything");
    return forbid(word, "only organisation Admins may do this");
}

static struct decision decide_view(const struct principal *principal, const struct rule *rule,
                                   const struct access_request *request)
{
    if (request->effect == EFFECT_READ || !principal->is_strict)
        return allow("whoever belongs to the workspace may see what is in it");
    struct access_request strict = *request;
    strict.permission = rule->strict;
    return access_decide(principal, &strict);
}

static struct decision decide_here(const struct principal *principal,
                                   const struct access_request *request)
{
    const struct rule *rule = &rules[request->permission];
    const char *word = permission_word(request->permission);
    if (principal->kind == PRINCIPAL_ORGANIZATION_SERVICE)
        return wrong_level("This endpoint requires a workspace-level access token");
    if (!belongs_here(principal))
        return forbid(word, "the caller belongs to no workspace here");
    if (is_read_only(principal) && request->effect == EFFECT_WRITE)
        return forbid(word, "the token is read-only");
    bool is_looking = rule->need == NEED_VIEW || rule->need == NEED_PII;
    if (is_read_only(principal) && !is_looking)
        return forbid(word, "the token's scope does not hold the permission");
    if (rule->need == NEED_VIEW)
        return decide_view(principal, rule, request);
    if (rule->need == NEED_CONNECT)
        return decide_connect(principal, rule, request->ids);
    if (rule->need == NEED_ADMIN_HERE)
        return decide_admin_here(principal, word);
    struct right right = right_of(rule->resource, rule->action, request->ids[0]);
    right.is_pii = rule->need == NEED_PII;
    right.pii = rule->pii;
    right.word = word;
    return decide_right(principal, &right);
}

// --- What no policy gives

static struct decision decide_nothing(const struct principal *principal, enum effect effect)
{
    if (is_read_only(principal) && effect == EFFECT_WRITE)
        return forbid(permission_word(PERMISSION_NONE), "the token is read-only");
    return allow("every caller may");
}

static struct decision decide_admin(const struct principal *principal,
                                    enum permission permission)
{
    if (principal->kind != PRINCIPAL_SESSION)
        return forbid(NULL, "tokens do not open this; sign in instead");
    if (principal->role == ROLE_ADMIN)
        return allow("organisation Admins may do everything");
    return forbid(permission_word(permission), "only organisation Admins may do this");
}

static struct decision decide_grant(const struct principal *principal,
                                    enum permission permission)
{
    unsigned grant = rules[permission].grant;
    if (principal->kind != PRINCIPAL_ORGANIZATION_SERVICE)
        return decide_admin(principal, permission);
    if (principal->grants & grant)
        return allow("the token was created with this grant");
    return forbid(grants_words(grant), "the token was created without this grant");
}

static struct decision decide_organization(const struct principal *principal,
                                           enum permission permission)
{
    if (principal->kind == PRINCIPAL_SESSION)
        return decide_admin(principal, permission);
    if (principal->kind == PRINCIPAL_ORGANIZATION_SERVICE)
        return allow("organisation-level tokens open this");
    if (principal->kind == PRINCIPAL_LEGACY_ADMIN_TOKEN && is_of_admin(principal) &&
        permission != PERMISSION_USAGE)
        return allow("legacy Admin tokens of organisation Admins open this");
    return wrong_level("This endpoint requires an organization-level access token");
}

struct decision access_decide(const struct principal *principal,
                              const struct access_request *request)
{
    assert((unsigned)request->permission < PERMISSION_COUNT);
    switch (rules[request->permission].need) {
    case NEED_NOTHING:
        return decide_nothing(principal, request->effect);
    case NEED_SESSION:
        return principal->kind == PRINCIPAL_SESSION
                   ? allow("everybody may manage what is his own")
                   : forbid(NULL, "tokens do not open this; sign in instead");
    case NEED_ADMIN:
        return decide_admin(principal, request->permission);
    case NEED_GRANT:
        return decide_grant(principal, request->permission);
    case NEED_ORGANIZATION:
        return decide_organization(principal, request->permission);
    case NEED_VIEW:
    case NEED_RIGHT:
    case NEED_CONNECT:
    case NEED_PII:
    case NEED_ADMIN_HERE:
        return decide_here(principal, request);
    }
    return forbid(NULL, "unknown kind of permission");
}

// --- Summing up

struct policy access_effective(const struct principal *principal, struct arena *arena)
{
    struct policy policy = is_of_admin(principal) ? policy_everything : policy_none;
    if (!belongs_here(principal))
        return policy_none;
    for (size_t i = 0; i < principal->source_count; i++)
        policy = policy_union(&policy, &principal->sources[i].policy, arena);
    if (principal->has_narrowing)
        policy = policy_intersection(&policy, &principal->narrowing, arena);
    if (is_read_only(principal))
        policy = (struct policy){ .pii = policy.pii };
    return policy;
}

bool access_changes_anything(const struct principal *principal)
{
    AUTO(arena_free) struct arena *arena = arena_new(SIZE_MAX);
    struct policy policy = access_effective(principal, arena);
    return policy_changes_anything(&policy);
}
