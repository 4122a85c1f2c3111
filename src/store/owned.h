// SPDX-License-Identifier: Apache-2.0
// Rows that belong to somebody: a workspace, a user, an organization. They are found, listed
// and ended only together with their owner, so that nobody reaches another's row by its id.
// struct table says which column names the owner, which rows are live and what is unique.
#pragma once

#include "store/tables.h"

// The owner's live row. ERR_NOT_FOUND naming `id`, with the text table->missing.
enum err owned_get(struct store_tx *tx, const struct table *table, str owner, str id,
                   void *ret_row, struct problem *ret_problem);

// A page of the owner's live rows, oldest first. The page may ask for those with or without an
// external id if the table has that column.
enum err owned_list(struct store_tx *tx, const struct table *table, str owner,
                    const struct store_page *page, struct store_list *ret_list,
                    struct problem *ret_problem);

// What of a tracked table changed after a revision, for snapshots; after < 0: all that live. A
// sealed value that does not open is read as STR_NONE.
enum err owned_each_changed(struct store_tx *tx, const struct table *table, int64_t after,
                            const struct store_visitor *visitor, struct problem *ret_problem);

// The id of a new row: the one that it is to have already, if it is a valid one that no row,
// live or deleted, ever had; else a new one.
enum err owned_choose_id(struct store_tx *tx, const struct table *table, str *id,
                         struct problem *ret_problem);

// table_insert, and table_update of the named columns. ERR_CONFLICT as the table's list of
// unique columns has it, when another live row of the owner has the same value.
enum err owned_insert(struct store_tx *tx, const struct table *table, const void *row,
                      struct problem *ret_problem);
enum err owned_update(struct store_tx *tx, const struct table *table, const void *row,
                      const char *const *names, struct problem *ret_problem);

// Sets external_id and updated_ms of the owner's live row. ERR_NOT_FOUND, ERR_CONFLICT.
enum err owned_set_external_id(struct store_tx *tx, const struct table *table, str owner,
                               str id, str external_id, struct problem *ret_problem);

// Takes the row's name away for the rest of the transaction, in which it gets another one:
// until then it has one that nobody else can have.
enum err owned_park_name(struct store_tx *tx, const struct table *table, str id,
                         struct problem *ret_problem);

// Sets deleted_ms of the owner's live row. ERR_NOT_FOUND.
enum err owned_delete(struct store_tx *tx, const struct table *table, str owner, str id,
                      struct problem *ret_problem);
