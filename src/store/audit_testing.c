// SPDX-License-Identifier: Apache-2.0
// The audit log of unit tests.
#include "base/test.h"

#include "store/audit_testing.h"

struct audit_row audit_fixture_entry(struct store_fixture *fixture, const char *target)
{
    return (struct audit_row){
        .organization_id = fixture->organization_id,
        .workspace_id = fixture->workspace_id,
        .actor_type = STR("user"),
        .actor_id = fixture->user_id,
        .actor_name = STR("ada@example.com"),
        .action = STR("created"),
        .target_type = STR("source"),
        .target_id = STR("abc"),
        .target_name = str_of(target),
        .ip = STR("192.0.2.7"),
        .user_agent = STR("curl/8"),
        .details = STR("{\"fields\":[\"name\"]}"),
    };
}

void audit_fixture_add(struct store_fixture *fixture, int count)
{
    struct store_tx *tx = store_fixture_begin(fixture, STORE_NOTE);
    for (int i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "entry %d", i);
        struct audit_row row = audit_fixture_entry(fixture, name);
        assert_int_equal(store_audit_add(tx, &row, NULL), OK);
        clock_fake_advance_ms(&fixture->clock, 3);
    }
    store_fixture_commit(tx);
}

const char *audit_fixture_path(struct store_fixture *fixture)
{
    return store_fixture_path(fixture, "pintle.db");
}

struct db *audit_fixture_database(struct store_fixture *fixture)
{
    struct db *db = NULL;
    assert_int_equal(db_open(str_of(audit_fixture_path(fixture)), DB_READ_WRITE, &db, NULL),
                     OK);
    assert_int_equal(db_exec(db, "PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF", NULL), OK);
    return db;
}

void audit_fixture_damage(struct store_fixture *fixture, const char *sql)
{
    AUTO(db_close) struct db *db = audit_fixture_database(fixture);
    struct problem problem = { 0 };
    if (db_exec(db, sql, &problem))
        fail_msg("%s", problem.text);
}

struct audit_report audit_fixture_verify_known(struct store_fixture *fixture,
                                               const struct audit_known *known)
{
    struct audit_report report;
    struct problem problem = { 0 };
    if (audit_verify(str_of(audit_fixture_path(fixture)),
                     &(struct audit_evidence){ known, NULL }, &report, &problem))
        fail_msg("%s", problem.text);
    return report;
}

struct audit_report audit_fixture_verify(struct store_fixture *fixture)
{
    return audit_fixture_verify_known(fixture, NULL);
}

struct audit_head audit_fixture_head(struct store_fixture *fixture)
{
    struct audit_head head;
    struct store_tx *tx = store_fixture_begin(fixture, STORE_READ);
    assert_int_equal(store_audit_head(tx, &head, NULL), OK);
    store_end(tx);
    return head;
}

void audit_fixture_assert_finds(struct store_fixture *fixture, enum audit_finding finding,
                                int64_t seq)
{
    struct audit_report report = audit_fixture_verify(fixture);
    assert_int_equal(report.finding, finding);
    assert_int_equal(report.seq, seq);
    assert_int_equal(report.head.seq, seq - 1);
}
