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

enum { MIGRATIONS_MAX = 64 };

// The steps that a database has had stand in its table meta, so that one with a lower number
// that comes later is not left out. A database from before that was written down is held
// against what the steps up to its format make.
struct migration_plan {
    const struct migration *steps;
    size_t step_count; // at most MIGRATIONS_MAX
    int64_t format;    // the database's; 0: nothing in it yet
    uint64_t pending;  // bit i: it lacks steps[i]
    bool is_recorded;  // which steps it has had
};

// ERR_NEWER_FORMAT: it has had a step that is not in `steps`; ERR_CORRUPT: it lacks something
// that a step of before made.
enum err migrations_plan(struct db *db, const struct migration *steps, size_t step_count,
                         struct migration_plan *ret_plan, struct problem *ret_problem);

// Nothing to run and nothing to write down.
bool migrations_are_done(const struct migration_plan *plan);

// Runs what is pending, inside the caller's transaction.
enum err migrations_run(struct db *db, const struct migration_plan *plan,
                        struct problem *ret_problem);
