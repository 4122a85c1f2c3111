// SPDX-License-Identifier: Apache-2.0
// The inventory: every token of the organisation, of both kinds, for those who manage them.
#include "api/resources/resources.h"
#include "api/resources/token_wishes.h"
#include "api/router.h"
#include "codec/timestamp.h"

// One token of either kind; the other pointer is NULL.
struct item {
    const struct personal_token_row *personal;
    const struct service_token_row *service;
};

static const struct token_life *life_of(const struct item *item)
{
    return item->personal ? &item->personal->life : &item->service->life;
}

static int64_t last_used_ms(const struct item *item)
{
    return item->personal ? item->personal->last_used_ms : item->service->last_used_ms;
}

static str workspace_of(const struct item *item)
{
    return item->personal ? item->personal->workspace_id : item->service->workspace_id;
}

static const char *kind_of(const struct item *item)
{
    return item->personal ? "personal_access_token" : "service_access_token";
}

static const char *state_of(const struct item *item, int64_t now_ms)
{
    const struct token_life *life = life_of(item);
    bool is_over = life->expires_ms > 0 && life->expires_ms <= now_ms;
    bool is_replaced = life->successor_id.len > 0;
    if (is_over || (is_replaced && life->overlap_until_ms <= now_ms))
        return "expired";
    return is_replaced ? "replaced" : "active";
}

// --- What is asked for

struct filter {
    str owner; // id of the user; empty: all
    str workspace_id;
    str imported; // "true", "false"
    str kind;
    str state;
    int64_t expires_before_ms; // 0: any
    int64_t used_before_ms;    // 0: any; never used counts as before
    int64_t now_ms;
};

static enum err read_choice(struct call *call, const char *name, const char *const *choices,
                            str *ret_value)
{
    str text;
    if (!call_query(call, str_of(name), &text))
        return OK;
    for (; *choices; choices++) {
        if (str_eq(text, str_of(*choices))) {
            *ret_value = text;
            return OK;
        }
    }
    return call_invalid(call, str_of(name), "is not known");
}

static enum err read_time(struct call *call, const char *name, int64_t *ret_ms)
{
    str text;
    if (!call_query(call, str_of(name), &text) || timestamp_parse(text, ret_ms))
        return OK;
    return call_invalid(call, str_of(name),
                        "must be a point in time such as 2027-01-31T00:00:00Z");
}

static enum err read_filter(struct call *call, struct filter *filter)
{
    static const char *const kinds[] = { "personal_access_token", "service_access_token",
                                         NULL };
    static const char *const states[] = { "active", "replaced", "expired", NULL };
    static const char *const flags[] = { "true", "false", NULL };
    filter->now_ms = clock_wall_ms(call->api->parts.clock);
    (void)call_query(call, STR("owner"), &filter->owner);
    (void)call_query(call, STR("workspaceId"), &filter->workspace_id);
    enum err bad[] = {
        read_choice(call, "kind", kinds, &filter->kind),
        read_choice(call, "state", states, &filter->state),
        read_choice(call, "imported", flags, &filter->imported),
        read_time(call, "expiresBefore", &filter->expires_before_ms),
        read_time(call, "lastUsedBefore", &filter->used_before_ms),
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (bad[i])
            return bad[i];
    return OK;
}

static bool ends_before(const struct item *item, int64_t before_ms)
{
    int64_t expires_ms = life_of(item)->expires_ms;
    return before_ms == 0 || (expires_ms > 0 && expires_ms < before_ms);
}

// An empty wish is fulfilled by anything.
static bool is_as_wished(str wish, str is)
{
    return wish.len == 0 || str_eq(wish, is);
}

static bool fits(const struct filter *filter, const struct item *item)
{
    if (!is_as_wished(filter->owner, item->personal ? item->personal->user_id : STR_NONE) ||
        !is_as_wished(filter->workspace_id, workspace_of(item)) ||
        !is_as_wished(filter->kind, str_of(kind_of(item))) ||
        !is_as_wished(filter->imported,
                      str_of(life_of(item)->is_imported ? "true" : "false")) ||
        !is_as_wished(filter->state, str_of(state_of(item, filter->now_ms))))
        return false;
    if (filter->used_before_ms > 0 && last_used_ms(item) >= filter->used_before_ms)
        return false;
    return ends_before(item, filter->expires_before_ms);
}

// --- Collecting

struct inventory {
    struct item *items; // personal ones first, each kind in the order in which they were made
    size_t count;
};

static enum err collect(struct call *call, struct store_tx *tx, const struct filter *filter,
                        struct inventory *ret_inventory)
{
    static const struct store_page all = { 0 };
    struct store_list personal, service;
    str organization_id = call->principal.organization_id;
    enum err err = store_personal_token_list_of_organization(tx, organization_id, &all,
                                                             &personal, &call->problem);
    if (!err)
        err = store_service_token_list(tx, organization_id, &all, &service, &call->problem);
    if (err)
        return err;
    struct inventory inventory = {
        .items = ARENA_ARRAY(call->arena, struct item, personal.count + service.count),
    };
    for (size_t i = 0; i < personal.count + service.count; i++) {
        struct item item = { 0 };
        if (i < personal.count)
            item.personal = (const struct personal_token_row *)personal.rows + i;
        else
            item.service =
                (const struct service_token_row *)service.rows + (i - personal.count);
        if (fits(filter, &item))
            inventory.items[inventory.count++] = item;
    }
    *ret_inventory = inventory;
    return OK;
}

// --- How they look

static enum err write_owner(struct call *call, struct store_tx *tx, const struct item *item)
{
    struct json *json = &call->json;
    struct user_row user;
    json_key(json, STR("owner"));
    if (!item->personal) {
        json_value_null(json);
        return OK;
    }
    enum err err = store_user_get(tx, item->personal->user_id, &user, &call->problem);
    if (err)
        return err;
    json_open_object(json);
    json_put_str(json, "id", user.id);
    json_put_str(json, "email", user.email);
    json_close_object(json);
    return OK;
}

static enum err write_workspace(struct call *call, struct store_tx *tx, str id)
{
    struct workspace_row row = { 0 };
    enum err err = id.len ? store_workspace_get(tx, id, &row, &call->problem) : OK;
    if (err)
        return err;
    json_put_str(&call->json, "workspaceId", row.id);
    json_put_str(&call->json, "workspaceName", row.name);
    return OK;
}

static void write_personal(const struct personal_token_row *row, struct json *json)
{
    json_put_str(json, "id", row->id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "scope", personal_token_scope(row));
    json_put_str(json, "level", STR("workspace"));
    json_put_str(json, "prefix", row->prefix);
    json_put_str(json, "lastFour", row->last4);
    json_put_time(json, "createdAt", row->created_ms);
    token_use_write(row->last_used_ms, row->last_used_ip, row->last_used_agent, json);
}

static void write_service(const struct service_token_row *row, struct json *json)
{
    json_put_str(json, "id", row->id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "scope", STR_NONE);
    json_put_str(json, "level", row->level);
    json_put_str(json, "prefix", row->prefix);
    json_put_str(json, "lastFour", row->last4);
    json_put_time(json, "createdAt", row->created_ms);
    token_use_write(row->last_used_ms, row->last_used_ip, row->last_used_agent, json);
}

static enum err write_item(struct call *call, struct store_tx *tx, const struct item *item,
                           int64_t now_ms)
{
    struct json *json = &call->json;
    json_open_object(json);
    json_put_str(json, "kind", str_of(kind_of(item)));
    json_put_str(json, "state", str_of(state_of(item, now_ms)));
    json_put_bool(json, "isImported", life_of(item)->is_imported);
    if (item->personal)
        write_personal(item->personal, json);
    else
        write_service(item->service, json);
    token_life_write(life_of(item), json);
    enum err err = write_owner(call, tx, item);
    if (!err)
        err = write_workspace(call, tx, workspace_of(item));
    json_close_object(json);
    return err;
}

enum err handle_list_access_tokens(struct call *call)
{
    static const char *const filters[] = { "owner",          "workspaceId", "kind",
                                           "state",          "imported",    "expiresBefore",
                                           "lastUsedBefore", NULL };
    AUTO(store_end) struct store_tx *tx = NULL;
    struct filter filter = { 0 };
    struct inventory inventory;
    struct page page;
    enum err err = call_allow(call);
    if (!err)
        err = page_read(call, &page);
    if (!err)
        err = read_filter(call, &filter);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = collect(call, tx, &filter, &inventory);
    if (err)
        return err;
    struct store_page part = page_of_store(&page);
    size_t end = MIN(inventory.count, part.offset + part.limit);
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("data"));
    json_open_array(json);
    for (size_t i = part.offset; i < end && !err; i++)
        err = write_item(call, tx, &inventory.items[i], filter.now_ms);
    json_close_array(json);
    page.filters = page_repeat_filters(call, filters);
    page_write(call, STR("/v2/access-tokens"), &page, inventory.count);
    json_close_object(json);
    return err;
}

// --- Ending one, whosever it is

static enum err find(struct call *call, struct store_tx *tx, str id, struct item *ret_item)
{
    struct personal_token_row personal;
    struct service_token_row service;
    str organization_id = call->principal.organization_id;
    enum err err = store_personal_token_get_of_organization(tx, organization_id, id, &personal,
                                                            &call->problem);
    if (!err)
        ret_item->personal = memcpy(ARENA_NEW(call->arena, struct personal_token_row),
                                    &personal, sizeof(personal));
    if (err != ERR_NOT_FOUND)
        return err;
    err = store_service_token_get(tx, organization_id, id, &service, &call->problem);
    if (!err)
        ret_item->service =
            memcpy(ARENA_NEW(call->arena, struct service_token_row), &service, sizeof(service));
    return err;
}

static enum err end(struct call *call, struct store_tx *tx, void *ctx,
                    struct call_change *ret_change)
{
    struct item item = { 0 };
    (void)ctx;
    enum err err = find(call, tx, call->params[0], &item);
    if (!err)
        err = call_allow(call);
    if (err)
        return err;
    *ret_change = (struct call_change){
        .action = "revoked",
        .target_type = kind_of(&item),
        .target_id = call->params[0],
        .target_name = item.personal ? item.personal->name : item.service->name,
        .workspace_id = workspace_of(&item),
    };
    const struct personal_token_row *personal = item.personal;
    return personal ? store_personal_token_revoke(tx, personal->user_id, personal->id,
                                                  &call->problem)
                    : store_service_token_revoke(tx, item.service->organization_id,
                                                 item.service->id, &call->problem);
}

enum err handle_delete_access_token(struct call *call)
{
    enum err err = call_write(call, end, NULL);
    if (!err)
        reply_empty(call, 204);
    return err;
}
