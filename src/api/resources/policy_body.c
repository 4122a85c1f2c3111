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

static enum err check_list(struct call *call, const struct policy_existing *existing,
                           const struct policy_list *list)
{
    enum resource resource = (enum resource)(list->slot / ACTION_COUNT);
    enum action action = (enum action)(list->slot % ACTION_COUNT);
    for (size_t i = 0; i < list->count; i++)
        if (!exists(existing, resource, list->ids[i]))
            return call_invalid(call,
                                arena_printf(call->arena, "policy.resources.%s.%s.ids",
                                             resource_key(resource), action_key(action)),
                                "%" PRIstr " is not in the workspace", STR_ARG(list->ids[i]));
    return OK;
}

enum err policy_body_read(struct call *call, struct store_tx *tx, str workspace_id,
                          const struct body_value *value, struct policy *ret_policy)
{
    struct policy_existing existing = { 0 };
    struct policy policy = policy_none;
    struct problem problem = { 0 };
    if (value->json) {
        enum err err = find_existing(call, tx, workspace_id, &existing);
        if (!err)
            err = policy_parse(value->json, &existing, call->arena, &policy, &problem);
        if (err == ERR_INVALID)
            return call_invalid(call, arena_printf(call->arena, "policy.%s", problem.field),
                                "%s", problem.text);
        if (err)
            return err;
    }
    if (policy.list_count > 0) {
        enum err err = call_allow_feature(call, FEATURE_GRANULAR_PERMISSIONS);
        if (err)
            return err;
    }
    for (size_t i = 0; i < policy.list_count; i++) {
        enum err err = check_list(call, &existing, &policy.lists[i]);
        if (err)
            return err;
    }
    *ret_policy = policy;
    return OK;
}
