// SPDX-License-Identifier: Apache-2.0
// Reading policies that are to hold in a workspace.
#include "api/resources/policy_body.h"

#include "store/destinations.h"
#include "store/sources.h"

static int compare(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

// The ids of the rows, sorted; `id` is where a row has it.
static void keep_ids(struct call *call, const struct store_list *list, size_t row_size,
                     size_t id, enum resource resource, struct policy_existing *existing)
{
    str *ids = ARENA_ARRAY(call->arena, str, list->count);
    const char *row = list->rows;
    for (size_t i = 0; i < list->count; i++, row += row_size)
        ids[i] = *(const str *)(const void *)(row + id);
    if (list->count > 0)
        qsort(ids, list->count, sizeof(*ids), compare);
    existing->ids[resource] = ids;
    existing->counts[resource] = list->count;
}

static enum err find_existing(struct call *call, struct store_tx *tx, str workspace_id,
                              struct policy_existing *existing)
{
    static const struct store_page all = { 0 };
    struct store_list list;
    enum err err = store_source_list(tx, workspace_id, &all, &list, &call->problem);
    if (err)
        return err;
    keep_ids(call, &list, sizeof(struct source_row), offsetof(struct source_row, id),
             RESOURCE_SOURCES, existing);
    err = store_destination_list(tx, workspace_id, &all, &list, &call->problem);
    if (!err)
        keep_ids(call, &list, sizeof(struct destination_row),
                 offsetof(struct destination_row, id), RESOURCE_DESTINATIONS, existing);
    return err;
}

static bool exists(const struct policy_existing *existing, enum resource resource, str id)
{
    size_t count = existing->counts[resource];
    return count > 0 &&
           bsearch(&id, existing->ids[resource], count, sizeof(id), compare) != NULL;
}

// Whether the policy names it, for any action: an editor may give another one with it.
static bool names(const struct policy *policy, enum resource resource, str id)
{
    for (size_t i = 0; policy && i < policy->list_count; i++) {
        const struct policy_list *list = &policy->lists[i];
        if (list->slot / ACTION_COUNT == resource &&
            bsearch(&id, list->ids, list->count, sizeof(id), compare))
            return true;
    }
    return false;
}

// *ret_list: the list without what is deleted.
static enum err check_list(struct call *call, const struct policy_existing *existing,
                           const struct policy *before, const struct policy_list *list,
                           struct policy_list *ret_list)
{
    enum resource resource = (enum resource)(list->slot / ACTION_COUNT);
    enum action action = (enum action)(list->slot % ACTION_COUNT);
    str *ids = ARENA_ARRAY(call->arena, str, list->count);
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        str id = list->ids[i];
        if (exists(existing, resource, id))
            ids[count++] = id;
        else if (!names(before, resource, id))
            return call_invalid(call,
                                arena_printf(call->arena, "policy.resources.%s.%s.ids",
                                             resource_key(resource), action_key(action)),
                                "%" PRIstr " is not in the workspace", STR_ARG(id));
    }
    *ret_list = (struct policy_list){ .slot = list->slot, .count = count, .ids = ids };
    return OK;
}

static enum err check_lists(struct call *call, const struct policy_existing *existing,
                            const struct policy *before, struct policy *policy)
{
    struct policy_list *lists =
        ARENA_ARRAY(call->arena, struct policy_list, policy->list_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < policy->list_count; i++) {
        enum err err = check_list(call, existing, before, &policy->lists[i], &lists[count]);
        if (err)
            return err;
        count += lists[count].count > 0;
    }
    policy->lists = count > 0 ? lists : NULL;
    policy->list_count = count;
    return OK;
}

enum err policy_body_read(struct call *call, struct store_tx *tx,
                          const struct policy_wish *wish, struct policy *ret_policy)
{
    struct policy_existing existing = { 0 };
    struct policy policy = policy_none;
    struct problem problem = { 0 };
    enum err err = OK;
    if (wish->value->json) {
        err = find_existing(call, tx, wish->workspace_id, &existing);
        if (!err)
            err = policy_parse(wish->value->json, &existing, call->arena, &policy, &problem);
        if (err == ERR_INVALID)
            return call_invalid(call, arena_printf(call->arena, "policy.%s", problem.field),
                                "%s", problem.text);
    }
    if (!err && policy.list_count > 0)
        err = call_allow_feature(call, FEATURE_GRANULAR_PERMISSIONS);
    if (!err && policy.list_count > 0)
        err = check_lists(call, &existing, wish->before, &policy);
    if (!err)
        *ret_policy = policy;
    return err;
}
