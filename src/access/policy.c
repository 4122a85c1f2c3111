// SPDX-License-Identifier: Apache-2.0
// Policies as sets: a bit for each resource and action that is granted as a whole, a sorted
// list of ids for those that are granted in part.
#include "access/policy.h"

#define ACTIONS_EDIT (1u << ACTION_EDIT)
#define ACTIONS_ALL  (1u << ACTION_EDIT | 1u << ACTION_CONNECT | 1u << ACTION_CREATE_DELETE)

enum { SLOT_COUNT = RESOURCE_COUNT * ACTION_COUNT };
_Static_assert(SLOT_COUNT <= 64, "a bit for each resource and action");
_Static_assert(PII_COUNT <= 32, "a bit for each kind of view");

#define SLOT_BIT(slot) ((uint64_t)1 << (slot))
#define ALL_PII        ((uint32_t)((1u << PII_COUNT) - 1))

// As many slots as the resource has actions, from its first on.
#define SLOTS(name, key, actions, has_ids)                                                     \
    | (uint64_t)(actions) << ((unsigned)(name)*ACTION_COUNT)
#define ALL_SLOTS ((uint64_t)0 RESOURCE_TABLE(SLOTS))

const struct policy policy_none = { 0 };
const struct policy policy_full_pii = { .pii = ALL_PII };
const struct policy policy_everything = { .all = ALL_SLOTS, .pii = ALL_PII };

static const struct {
    const char *key;
    unsigned actions;
    bool has_ids;
} resources[] = {
#define X(name, key_, actions_, has_ids_) [name] = { key_, actions_, has_ids_ },
    RESOURCE_TABLE(X)
#undef X
};

static const char *const action_keys[] = {
    [ACTION_EDIT] = "edit",
    [ACTION_CONNECT] = "connect",
    [ACTION_CREATE_DELETE] = "createDelete",
};

static const char *const pii_keys[] = {
#define X(name, key) [name] = key,
    PII_TABLE(X)
#undef X
};

const char *resource_key(enum resource resource)
{
    assert((unsigned)resource < RESOURCE_COUNT);
    return resources[resource].key;
}

const char *action_key(enum action action)
{
    assert((unsigned)action < ACTION_COUNT);
    return action_keys[action];
}

const char *pii_key(enum pii pii)
{
    assert((unsigned)pii < PII_COUNT);
    return pii_keys[pii];
}

bool resource_has_action(enum resource resource, enum action action)
{
    assert((unsigned)resource < RESOURCE_COUNT && (unsigned)action < ACTION_COUNT);
    return resources[resource].actions & 1u << action;
}

bool resource_has_ids(enum resource resource)
{
    assert((unsigned)resource < RESOURCE_COUNT);
    return resources[resource].has_ids;
}

// --- Asking

static const struct policy_list *list_of(const struct policy *policy, unsigned slot)
{
    for (uint32_t i = 0; i < policy->list_count; i++) {
        if (policy->lists[i].slot == slot)
            return &policy->lists[i];
    }
    return NULL;
}

static int compare_str(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static bool list_has(const struct policy_list *list, str id)
{
    return bsearch(&id, list->ids, list->count, sizeof(id), compare_str) != NULL;
}

bool policy_covers(const struct policy *policy, enum resource resource, enum action action,
                   str id)
{
    assert(resource_has_action(resource, action));
    unsigned slot = POLICY_SLOT(resource, action);
    if (policy->all & SLOT_BIT(slot))
        return true;
    const struct policy_list *list = id.len > 0 ? list_of(policy, slot) : NULL;
    return list && list_has(list, id);
}

bool policy_shows(const struct policy *policy, enum pii pii)
{
    assert((unsigned)pii < PII_COUNT);
    return policy->pii & 1u << pii;
}

bool policy_changes_anything(const struct policy *policy)
{
    return policy->all != 0 || policy->list_count > 0;
}

static bool lists_equal(const struct policy_list *a, const struct policy_list *b)
{
    if (a->slot != b->slot || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!str_eq(a->ids[i], b->ids[i]))
            return false;
    }
    return true;
}

bool policy_equals(const struct policy *a, const struct policy *b)
{
    if (a->all != b->all || a->pii != b->pii || a->list_count != b->list_count)
        return false;
    for (uint32_t i = 0; i < a->list_count; i++) {
        if (!lists_equal(&a->lists[i], &b->lists[i]))
            return false;
    }
    return true;
}

static bool list_is_within(const struct policy_list *narrow, const struct policy *wide)
{
    if (wide->all & SLOT_BIT(narrow->slot))
        return true;
    const struct policy_list *list = list_of(wide, narrow->slot);
    for (size_t i = 0; i < narrow->count; i++) {
        if (!list || !list_has(list, narrow->ids[i]))
            return false;
    }
    return true;
}

bool policy_is_within(const struct policy *narrow, const struct policy *wide)
{
    if (narrow->all & ~wide->all || narrow->pii & ~wide->pii)
        return false;
    for (uint32_t i = 0; i < narrow->list_count; i++) {
        if (!list_is_within(&narrow->lists[i], wide))
            return false;
    }
    return true;
}

// --- Adding up and cutting

// Collects the lists of a policy that is being made, slot by slot.
struct lists {
    struct policy_list items[SLOT_COUNT];
    uint32_t count;
};

static void lists_add(struct lists *lists, unsigned slot, const str *ids, size_t count)
{
    if (count > 0)
        lists->items[lists->count++] =
            (struct policy_list){ .slot = slot, .count = count, .ids = ids };
}

static void lists_finish(const struct lists *lists, struct arena *arena, struct policy *policy)
{
    struct policy_list *items = ARENA_ARRAY(arena, struct policy_list, lists->count);
    memcpy(items, lists->items, lists->count * sizeof(*items));
    policy->list_count = lists->count;
    policy->lists = lists->count > 0 ? items : NULL;
}

// Merges two sorted lists, either of which may be NULL.
static void unite(struct lists *lists, const struct policy_list *a, const struct policy_list *b,
                  struct arena *arena)
{
    size_t a_count = a ? a->count : 0, b_count = b ? b->count : 0;
    if (a_count == 0 || b_count == 0) {
        const struct policy_list *only = a_count > 0 ? a : b;
        if (only)
            lists_add(lists, only->slot, only->ids, only->count);
        return;
    }
    str *ids = ARENA_ARRAY(arena, str, a_count + b_count);
    size_t count = 0, i = 0, j = 0;
    while (i < a_count || j < b_count) {
        int order = i == a_count ? 1 : j == b_count ? -1 : str_cmp(a->ids[i], b->ids[j]);
        ids[count++] = order <= 0 ? a->ids[i] : b->ids[j];
        i += order <= 0;
        j += order >= 0;
    }
    lists_add(lists, a->slot, ids, count);
}

struct policy policy_union(const struct policy *a, const struct policy *b, struct arena *arena)
{
    struct policy policy = { .all = a->all | b->all, .pii = a->pii | b->pii };
    struct lists lists = { 0 };
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++) {
        if (!(policy.all & SLOT_BIT(slot)))
            unite(&lists, list_of(a, slot), list_of(b, slot), arena);
    }
    lists_finish(&lists, arena, &policy);
    return policy;
}

// What is in the list and granted by the policy.
static void cut(struct lists *lists, const struct policy_list *list, const struct policy *by,
                struct arena *arena)
{
    if (by->all & SLOT_BIT(list->slot)) {
        lists_add(lists, list->slot, list->ids, list->count);
        return;
    }
    const struct policy_list *other = list_of(by, list->slot);
    if (!other)
        return;
    str *ids = ARENA_ARRAY(arena, str, list->count);
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list_has(other, list->ids[i]))
            ids[count++] = list->ids[i];
    }
    lists_add(lists, list->slot, ids, count);
}

struct policy policy_intersection(const struct policy *a, const struct policy *b,
                                  struct arena *arena)
{
    struct policy policy = { .all = a->all & b->all, .pii = a->pii & b->pii };
    struct lists lists = { 0 };
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++) {
        const struct policy_list *of_a = list_of(a, slot), *of_b = list_of(b, slot);
        if (of_a)
            cut(&lists, of_a, b, arena);
        else if (of_b && a->all & SLOT_BIT(slot))
            lists_add(&lists, slot, of_b->ids, of_b->count);
    }
    lists_finish(&lists, arena, &policy);
    return policy;
}

static const str *ids_copy(const str *ids, size_t count, struct arena *arena)
{
    str *copies = ARENA_ARRAY(arena, str, count);
    for (size_t i = 0; i < count; i++)
        copies[i] = arena_dup(arena, ids[i]);
    return copies;
}

struct policy policy_copy(const struct policy *policy, struct arena *arena)
{
    struct policy copy = { .all = policy->all, .pii = policy->pii };
    struct lists lists = { 0 };
    for (uint32_t i = 0; i < policy->list_count; i++) {
        const struct policy_list *list = &policy->lists[i];
        lists_add(&lists, list->slot, ids_copy(list->ids, list->count, arena), list->count);
    }
    lists_finish(&lists, arena, &copy);
    return copy;
}
