// SPDX-License-Identifier: Apache-2.0
// Roles of RudderStack before policies.
#include "access/legacy.h"

#define SLOT(resource, action) (UINT64_C(1) << POLICY_SLOT(resource, action))

static const struct {
    const char *word;
    const char *shown;
} roles[] = {
#define X(name, word, shown) [name] = { word, shown },
    LEGACY_TABLE(X)
#undef X
};

const char *legacy_role_shown(enum legacy_role role)
{
    assert((unsigned)role < ARRAY_LEN(roles));
    return roles[role].shown;
}

bool legacy_role_of(str word, enum legacy_role *ret_role)
{
    for (unsigned i = LEGACY_NONE + 1; i < ARRAY_LEN(roles); i++) {
        if (str_eq(word, str_of(roles[i].word))) {
            *ret_role = (enum legacy_role)i;
            return true;
        }
    }
    return false;
}

bool legacy_is_admin(enum legacy_role role)
{
    return role == LEGACY_ORG_ADMIN || role == LEGACY_ADMIN;
}

// --- As policies

static const uint64_t transformation_edit =
    SLOT(RESOURCE_TRANSFORMATIONS, ACTION_EDIT) |
    SLOT(RESOURCE_TRANSFORMATIONS, ACTION_CREATE_DELETE) |
    SLOT(RESOURCE_LIBRARIES, ACTION_EDIT);

// What only a Connections Admin could do although its right is called Edit: it covers making
// and deleting (the data catalog), or no Editor ever saw it.
static const uint64_t beyond_editors = SLOT(RESOURCE_DATA_CATALOG, ACTION_EDIT) |
                                       SLOT(RESOURCE_BOT_MANAGEMENT, ACTION_EDIT) |
                                       SLOT(RESOURCE_CREDENTIALS, ACTION_EDIT);

static uint64_t editor_slots(void)
{
    uint64_t slots = 0;
    for (unsigned r = 0; r < RESOURCE_COUNT; r++) {
        slots |= SLOT(r, ACTION_EDIT);
        if (resource_has_action((enum resource)r, ACTION_CONNECT))
            slots |= SLOT(r, ACTION_CONNECT);
    }
    return slots & ~beyond_editors & ~transformation_edit;
}

static uint64_t slots_of(enum legacy_role role)
{
    switch (role) {
    case LEGACY_ORG_ADMIN:
    case LEGACY_ADMIN:
    case LEGACY_READ_WRITE:
        return policy_everything.all;
    case LEGACY_CONNECTIONS_ADMIN:
        return policy_everything.all & ~transformation_edit;
    case LEGACY_CONNECTIONS_EDITOR:
        return editor_slots();
    case LEGACY_NONE:
    case LEGACY_READ_ONLY:
    case LEGACY_CONNECTIONS_VIEWER:
        break;
    }
    return 0;
}

struct policy legacy_before(struct legacy_rights rights)
{
    uint64_t slots = slots_of(rights.role);
    if (rights.edits_transformations)
        slots |= transformation_edit;
    return (struct policy){ .all = slots, .pii = policy_full_pii.pii };
}

struct policy legacy_policy(struct legacy_rights rights)
{
    struct policy policy = legacy_before(rights);
    if (policy.all == 0)
        policy.pii = 0;
    return policy;
}

// --- Restrictions

static bool has(const struct legacy_ids *ids, str id)
{
    for (size_t i = 0; i < ids->count; i++)
        if (str_eq(ids->ids[i], id))
            return true;
    return false;
}

struct policy legacy_restrict(const struct policy *policy, enum resource resource,
                              const struct legacy_ids *existing,
                              const struct legacy_ids *excluded, struct arena *arena)
{
    str *ids = ARENA_ARRAY(arena, str, existing->count);
    struct policy_list lists[ACTION_COUNT];
    struct policy rest = { .lists = lists }, without = *policy;
    size_t count = 0;
    for (size_t i = 0; i < existing->count; i++)
        if (!has(excluded, existing->ids[i]))
            ids[count++] = existing->ids[i];
    for (unsigned action = 0; action < ACTION_COUNT; action++) {
        unsigned slot = POLICY_SLOT(resource, action);
        if (!(policy->all >> slot & 1))
            continue;
        without.all &= ~(UINT64_C(1) << slot);
        if (count > 0)
            lists[rest.list_count++] =
                (struct policy_list){ .slot = slot, .count = count, .ids = ids };
    }
    return policy_union(&without, &rest, arena);
}

// --- Comparing

static const struct policy_list *list_in(const struct policy *policy, unsigned slot)
{
    for (uint32_t i = 0; i < policy->list_count; i++)
        if (policy->lists[i].slot == slot)
            return &policy->lists[i];
    return NULL;
}

// The part of a policy that one right is.
static struct policy part_of(struct legacy_side side, enum resource resource,
                             enum action action)
{
    unsigned slot = POLICY_SLOT(resource, action);
    const struct policy_list *list = list_in(side.policy, slot);
    struct policy part = {
        .all = side.policy->all & UINT64_C(1) << slot,
        .list_count = list != NULL,
        .lists = list,
    };
    if (action != ACTION_CONNECT || side.is_before)
        return part;
    struct policy edit = part_of(side, resource, ACTION_EDIT);
    return edit.all || edit.list_count ? part : policy_none;
}

static bool is_less(struct legacy_side from, struct legacy_side to, enum resource resource,
                    enum action action, bool *ret_is_partial)
{
    struct policy had = part_of(from, resource, action);
    struct policy left = part_of(to, resource, action);
    *ret_is_partial = left.all || left.list_count;
    return !policy_is_within(&had, &left);
}

size_t legacy_compare(struct legacy_side from, struct legacy_side to,
                      struct legacy_change ret_changes[LEGACY_CHANGES_MAX])
{
    size_t count = 0;
    for (unsigned r = 0; r < RESOURCE_COUNT; r++)
        for (unsigned a = 0; a < ACTION_COUNT; a++) {
            struct legacy_change change = { resource_key((enum resource)r),
                                            action_key((enum action)a), false };
            if (is_less(from, to, (enum resource)r, (enum action)a, &change.is_partial))
                ret_changes[count++] = change;
        }
    for (unsigned p = 0; p < PII_COUNT; p++)
        if (from.policy->pii & ~to.policy->pii & UINT32_C(1) << p)
            ret_changes[count++] = (struct legacy_change){ "pii", pii_key((enum pii)p), false };
    return count;
}
