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
    row->id = tx_new_id(tx);
    row->created_ms = tx_now_ms(tx);
    row->revision = store_revision(tx);
    str digest = str_make((const char *)row->digest, STORE_DIGEST_LEN);
    enum err err = tx_must_be_free(tx, "SELECT 1 FROM service_tokens WHERE digest = $1",
                                   DB_VALUES(DB_BLOB(digest)), "token",
                                   "this value was used before", ret_problem);
    return err ? err : table_insert(tx, &table, row, ret_problem);
}

enum err store_service_token_get(struct store_tx *tx, str organization_id, str id,
                                 struct service_token_row *ret_row, struct problem *ret_problem)
{
    return owned_get(tx, &table, organization_id, id, ret_row, ret_problem);
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

static enum err revoke(struct store_tx *tx, struct service_token_row *row,
                       struct problem *problem)
{
    static const char *const changed[] = { "revoked_ms", "successor_id", "overlap_until_ms",
                                           "revision", NULL };
    row->revoked_ms = tx_now_ms(tx);
    row->revision = store_revision(tx);
    tx_revoke(tx, row->digest);
    return table_update(tx, &table, row, changed, problem);
}

enum err store_service_token_replace(struct store_tx *tx, struct service_token_row *old,
                                     struct service_token_row *successor,
                                     int64_t overlap_until_ms, struct problem *ret_problem)
{
    static const char *const changed[] = { "successor_id", "overlap_until_ms", "revision",
                                           NULL };
    struct service_token_row row = *old;
    memcpy(row.digest, successor->digest, sizeof(row.digest));
    row.prefix = successor->prefix;
    row.last4 = successor->last4;
    row.last_used_ms = 0;
    row.last_used_ip = row.last_used_agent = STR_NONE;
    row.life.predecessor_id = old->id;
    row.life.successor_id = STR_NONE;
    row.life.overlap_until_ms = 0;
    row.life.is_imported = false;
    enum err err = store_service_token_create(tx, &row, ret_problem);
    if (err)
        return err;
    old->life.successor_id = row.id;
    old->life.overlap_until_ms = overlap_until_ms;
    old->revision = store_revision(tx);
    *successor = row;
    return overlap_until_ms > tx_now_ms(tx)
               ? table_update(tx, &table, old, changed, ret_problem)
               : revoke(tx, old, ret_problem);
}

enum err store_service_token_revoke(struct store_tx *tx, str organization_id, str id,
                                    struct problem *ret_problem)
{
    struct service_token_row row;
    enum err err = store_service_token_get(tx, organization_id, id, &row, ret_problem);
    return err ? err : revoke(tx, &row, ret_problem);
}

// In the audit log the token itself is who does it.
static enum err add_first_use(struct store_tx *tx, const struct service_token_row *use,
                              struct problem *problem)
{
    struct service_token_row row;
    enum err err = table_get(tx, &table, "id = $1 AND last_used_ms = 0",
                             DB_VALUES(DB_TEXT(use->id)), &row, problem);
    if (err)
        return err == ERR_NOT_FOUND ? OK : err; // it was used before
    struct audit_row entry = {
        .organization_id = row.organization_id,
        .workspace_id = row.workspace_id,
        .actor_type = STR("service_access_token"),
        .actor_id = row.id,
        .actor_name = row.name,
        .action = STR("first_used"),
        .target_type = STR("service_access_token"),
        .target_id = row.id,
        .target_name = row.name,
        .ip = use->last_used_ip,
        .user_agent = use->last_used_agent,
    };
    return store_audit_add(tx, &entry, problem);
}

enum err store_service_token_used(struct store_tx *tx, const struct service_token_row *use,
                                  struct problem *ret_problem)
{
    enum err err = add_first_use(tx, use, ret_problem);
    if (err)
        return err;
    return tx_run(tx, &table,
                  "UPDATE service_tokens SET last_used_ms = $2, last_used_ip = $3,"
                  " last_used_agent = $4 WHERE id = $1 AND last_used_ms <= $2",
                  DB_VALUES(DB_TEXT(use->id), DB_INT(use->last_used_ms),
                            DB_TEXT(use->last_used_ip), DB_TEXT(use->last_used_agent)),
                  NULL, ret_problem);
}

struct each_token {
    void (*each)(void *ctx, const struct service_token_row *row);
    void *ctx;
};

static void each_token(void *ctx, const void *row)
{
    const struct each_token *token = ctx;
    token->each(token->ctx, row);
}

enum err store_service_token_each_changed(struct store_tx *tx, int64_t after,
                                          void (*each)(void *ctx,
                                                       const struct service_token_row *row),
                                          void *ctx, struct problem *ret_problem)
{
    struct each_token token = { .each = each, .ctx = ctx };
    return after == 0 ? table_each(tx, &table, "WHERE revoked_ms = 0", DB_VALUES(), each_token,
                                   &token, ret_problem)
                      : table_each(tx, &table, "WHERE revision > $1 ORDER BY revision",
                                   DB_VALUES(DB_INT(after)), each_token, &token, ret_problem);
}
