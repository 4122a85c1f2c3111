// SPDX-License-Identifier: Apache-2.0
// Organizations: the outermost owner of everything.
#pragma once

#include "store/store.h"

struct organization_settings {
    str pat_creation;     // who may create personal tokens: "everyone", "editors", "admins",
                          // "nobody"
    bool allows_personal; // tokens of either kind at all, those that are there included
    bool allows_service;
    int64_t max_personal_life_ms; // 0: for ever
    int64_t max_service_life_ms;
    bool allows_rotation; // by the token itself
    bool strict_effects;  // seeing is not enough where a call has an effect
    bool baseline_pii;    // baselines that nobody has written give all of PII
    str features_off;     // words, separated by commas
    bool audits_every_use;
    int64_t audit_days; // 0: for ever
};

struct organization_row {
    str id;
    str name;
    int64_t created_ms;
    int64_t updated_ms;
    struct organization_settings settings;
};

// Creating fills in the settings' defaults.
enum err store_organization_create(struct store_tx *tx, struct organization_row *row,
                                   struct problem *ret_problem);
// ERR_NOT_FOUND.
enum err store_organization_get(struct store_tx *tx, str id, struct organization_row *ret_row,
                                struct problem *ret_problem);
// Writes the name of the row with the id; fills in updated_ms.
enum err store_organization_update(struct store_tx *tx, struct organization_row *row,
                                   struct problem *ret_problem);
// Writes the settings of the row with the id; fills in updated_ms.
enum err store_organization_set_settings(struct store_tx *tx, struct organization_row *row,
                                         struct problem *ret_problem);
enum err store_organization_list(struct store_tx *tx, struct organization_row **ret_rows,
                                 size_t *ret_count, struct problem *ret_problem);
