// SPDX-License-Identifier: Apache-2.0
// For unit tests only: entries of the audit log, damage to them, and what verifying finds.
#pragma once

#include "store/audit_chain.h"
#include "store/db.h"
#include "store/testing.h"

// What is written of something that was created.
struct audit_row audit_fixture_entry(struct store_fixture *fixture, const char *target);
// Committed in one transaction, 3 ms apart.
void audit_fixture_add(struct store_fixture *fixture, int count);
// The database, for who goes behind the store's back.
const char *audit_fixture_path(struct store_fixture *fixture);
struct db *audit_fixture_database(struct store_fixture *fixture);
// Runs SQL behind the store's back.
void audit_fixture_damage(struct store_fixture *fixture, const char *sql);
// What verifying finds: with a head that is known, or without.
struct audit_report audit_fixture_verify_known(struct store_fixture *fixture,
                                               const struct audit_known *known);
struct audit_report audit_fixture_verify(struct store_fixture *fixture);
// The newest entry's.
struct audit_head audit_fixture_head(struct store_fixture *fixture);
// Verifying finds this, at the entry behind the last whole one.
void audit_fixture_assert_finds(struct store_fixture *fixture, enum audit_finding finding,
                                int64_t seq);
