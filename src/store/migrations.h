// SPDX-License-Identifier: Apache-2.0
// The tables as numbered steps, migrations/NNNN.sql. A step that was released is never changed:
// what comes later is a new step.
#pragma once

#include "store/db.h"

struct migration {
    int64_t format; // the store's format version after this step
    const char *sql;
};

enum { AUDIT_CHAIN_FORMAT = 2 }; // brought the audit log's chain

extern const struct migration migrations[];
extern const size_t migration_count;

// The database's format version; 0: nothing in it yet.
enum err migrations_format(struct db *db, int64_t *ret_format, struct problem *ret_problem);

// Runs the steps above the database's version, inside the caller's transaction.
enum err migrations_run(struct db *db, const struct migration *steps, size_t step_count,
                        struct problem *ret_problem);
