// SPDX-License-Identifier: Apache-2.0
// Rows of the table organizations.
#include "store/organizations.h"

#include "store/tables.h"

#define AT(field) offsetof(struct organization_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "name", COLUMN_TEXT, AT(name) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
    { "pat_creation", COLUMN_TEXT, AT(settings.pat_creation) },
    { "allows_personal", COLUMN_BOOL, AT(settings.allows_personal) },
    { "allows_service", COLUMN_BOOL, AT(settings.allows_service) },
    { "max_personal_life_ms", COLUMN_INT, AT(settings.max_personal_life_ms) },
    { "max_service_life_ms", COLUMN_INT, AT(settings.max_service_life_ms) },
    { "allows_rotation", COLUMN_BOOL, AT(settings.allows_rotation) },
    { "strict_effects", COLUMN_BOOL, AT(settings.strict_effects) },
    { "baseline_pii", COLUMN_BOOL, AT(settings.baseline_pii) },
    { "features_off", COLUMN_TEXT, AT(settings.features_off) },
    { "audits_every_use", COLUMN_BOOL, AT(settings.audits_every_use) },
    { "audit_days", COLUMN_INT, AT(settings.audit_days) },
};

static const struct table table = {
    .name = "organizations",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct organization_row),
    .is_config = true,
};

enum err store_organization_create(struct store_tx *tx, struct organization_row *row,
                                   struct problem *ret_problem)
{
    row->id = tx_new_id(tx);
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    row->settings = (struct organization_settings){
        .pat_creation = STR("everyone"),
        .allows_personal = true,
        .allows_service = true,
        .allows_rotation = true,
        .baseline_pii = true,
        .features_off = STR(""),
    };
    return table_insert(tx, &table, row, ret_problem);
}

enum err store_organization_get(struct store_tx *tx, str id, struct organization_row *ret_row,
                                struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, "id = $1", DB_VALUES(DB_TEXT(id)), ret_row, ret_problem);
    return tx_not_found(err, "id", "no such organization", ret_problem);
}

enum err store_organization_update(struct store_tx *tx, struct organization_row *row,
                                   struct problem *ret_problem)
{
    static const char *const names[] = { "name", "updated_ms", NULL };
    row->updated_ms = tx_now_ms(tx);
    return table_update(tx, &table, row, names, ret_problem);
}

enum err store_organization_set_settings(struct store_tx *tx, struct organization_row *row,
                                         struct problem *ret_problem)
{
    static const char *const names[] = {
        "pat_creation",
        "allows_personal",
        "allows_service",
        "max_personal_life_ms",
        "max_service_life_ms",
        "allows_rotation",
        "strict_effects",
        "baseline_pii",
        "features_off",
        "audits_every_use",
        "audit_days",
        "updated_ms",
        NULL,
    };
    row->updated_ms = tx_now_ms(tx);
    return table_update(tx, &table, row, names, ret_problem);
}

enum err store_organization_list(struct store_tx *tx, struct organization_row **ret_rows,
                                 size_t *ret_count, struct problem *ret_problem)
{
    return table_list(tx, &table, "ORDER BY created_ms, id", DB_VALUES(), (void **)ret_rows,
                      ret_count, ret_problem);
}
