// SPDX-License-Identifier: Apache-2.0
// Rows of the table service_tokens.
#include "store/service_tokens.h"

#include "store/audit.h"
#include "store/owned.h"

#define AT(field) offsetof(struct service_token_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "organization_id", COLUMN_TEXT, AT(organization_id) },
    { "level", COLUMN_TEXT, AT(level) },
    { "workspace_id", COLUMN_TEXT_OPTIONAL, AT(workspace_id) },
    { "name", COLUMN_TEXT, AT(name) },
    { "grants", COLUMN_TEXT, AT(grants) },
    { "digest", COLUMN_DIGEST, AT(digest) },
    { "prefix", COLUMN_TEXT, AT(prefix) },
    { "last4", COLUMN_TEXT, AT(last4) },
    { "created_by", COLUMN_TEXT, AT(created_by) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "last_used_ms", COLUMN_INT, AT(last_used_ms) },
    { "last_used_ip", COLUMN_TEXT_OPTIONAL, AT(last_used_ip) },
    { "last_used_agent", COLUMN_TEXT_OPTIONAL, AT(last_used_agent) },
    { "revoked_ms", COLUMN_INT, AT(revoked_ms) },
    { "revision", COLUMN_INT, AT(revision) },
    TOKEN_LIFE_COLUMNS(AT(life)),
};

static const struct table table = {
    .name = "service_tokens",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct service_token_row),
    .owner = "organization_id",
    .live = "revoked_ms = 0",
    .missing = "no such token",
};

enum err store_service_token_create(struct store_tx *tx, struct service_token_row *row,
                                    struct problem *ret_problem)
{
    return token_row_create(tx, &table, row, ret_problem);
}

enum err store_service_token_get(struct store_tx *tx, str organization_id, str id,
                                 struct service_token_row *ret_row, struct problem *ret_problem)
{
    return owned_get(tx, &table, organization_id, id, ret_row, ret_problem);
}

enum err store_service_token_find(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                                  struct service_token_row *ret_row,
                                  struct problem *ret_problem)
{
    return token_row_find(tx, &table, digest, ret_row, ret_problem);
}

enum err store_service_token_list(struct store_tx *tx, str organization_id,
                                  const struct store_page *page, struct store_list *ret_list,
                                  struct problem *ret_problem)
{
    return owned_list(tx, &table, organization_id, page, ret_list, ret_problem);
}

enum err store_service_token_update(struct store_tx *tx, struct service_token_row *row,
                                    struct problem *ret_problem)
{
    static const char *const changed[] = { "policy", "allowed_ips", "revision", NULL };
    row->revision = store_revision(tx);
    return table_update(tx, &table, row, changed, ret_problem);
}

enum err store_service_token_replace(struct store_tx *tx, struct service_token_row *old,
                                     struct service_token_row *successor,
                                     int64_t overlap_until_ms, struct problem *ret_problem)
{
    const struct token_change change = { old, successor };
    return token_row_replace(tx, &table, &change, overlap_until_ms, ret_problem);
}

enum err store_service_token_revoke(struct store_tx *tx, str organization_id, str id,
                                    struct problem *ret_problem)
{
    return token_row_revoke(tx, &table, organization_id, id, ret_problem);
}

enum err store_service_token_revoke_all(struct store_tx *tx, str organization_id,
                                        struct store_list *ret_ended,
                                        struct problem *ret_problem)
{
    return token_row_revoke_all(tx, &table, "WHERE organization_id = $1 AND revoked_ms = 0",
                                DB_VALUES(DB_TEXT(organization_id)), ret_ended, ret_problem);
}

enum err store_service_token_used(struct store_tx *tx, const struct token_use *use,
                                  struct problem *ret_problem)
{
    struct service_token_row row;
    bool is_first;
    enum err err = token_row_used(tx, &table, use, &row, &is_first, ret_problem);
    if (err || !is_first)
        return err;
    const struct audit_row token = {
        .organization_id = row.organization_id,
        .workspace_id = row.workspace_id,
        .actor_name = row.name,
        .target_type = STR("service_access_token"),
        .target_id = row.id,
        .target_name = row.name,
    };
    return token_use_audit(tx, use, &token, ret_problem);
}

enum err store_service_token_each_changed(struct store_tx *tx, int64_t after,
                                          const struct token_visitor *visitor,
                                          struct problem *ret_problem)
{
    return token_row_each_changed(tx, &table, after, visitor, ret_problem);
}
