// SPDX-License-Identifier: Apache-2.0
// Tests of the audit log's signed heads, and of what is removed when its time is over.
#include "base/test.h"

#include "store/audit_testing.h"
#include "store/organizations.h"

static struct store_fixture fixture;

// --- Signed heads

static struct audit_signature sign(const struct audit_head *head)
{
    struct audit_signature signature;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_NOTE);
    assert_int_equal(store_audit_sign(tx, head, &signature, NULL), OK);
    store_fixture_commit(tx);
    return signature;
}

static void heads_are_signed_with_one_key_for_ever(void **state)
{
    (void)state;
    audit_fixture_add(&fixture, 1);
    struct audit_head head = audit_fixture_head(&fixture);
    struct audit_signature first = sign(&head);
    store_fixture_close(&fixture);
    assert_int_equal(store_fixture_open(&fixture), OK);
    struct audit_signature second = sign(&head);
    assert_memory_equal(first.key, second.key, AUDIT_KEY_LEN);
    assert_memory_equal(first.bytes, second.bytes, AUDIT_SIGNATURE_LEN); // Ed25519 repeats
    assert_true(audit_signature_fits(&first, fixture.id, &head));
    head.hash[0] ^= 1;
    assert_false(audit_signature_fits(&first, fixture.id, &head));
    head.hash[0] ^= 1;
    head.seq++;
    assert_false(audit_signature_fits(&first, fixture.id, &head));
}

// --- Retention

enum { DAY = 24 * 3600 * 1000 };

static void keep_for(int64_t days)
{
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    struct organization_row row;
    assert_int_equal(store_organization_get(tx, fixture.organization_id, &row, NULL), OK);
    row.settings.audit_days = days;
    assert_int_equal(store_organization_set_settings(tx, &row, NULL), OK);
    store_fixture_commit(tx);
}

static int64_t retain(int64_t limit, int64_t most)
{
    int64_t removed = -1;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_NOTE);
    assert_int_equal(store_audit_retain(tx, limit, most, &removed, NULL), OK);
    store_fixture_commit(tx);
    return removed;
}

// Three entries of which a stub stands for the first two, and that of the removal.
static void make_stub(void)
{
    audit_fixture_add(&fixture, 2);
    clock_fake_advance_ms(&fixture.clock, DAY);
    audit_fixture_add(&fixture, 1);
    keep_for(1);
    assert_int_equal(retain(INT64_MAX, 100), 2);
}

static void old_entries_leave_a_signed_stub(void **state)
{
    (void)state;
    make_stub();
    struct audit_report report = audit_fixture_verify(&fixture);
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.stub.last.head.seq, 2);
    assert_int_equal(report.head.seq, 4);
    assert_int_equal(retain(INT64_MAX, 100), 0); // nothing is old now
    audit_fixture_add(&fixture, 1);
    clock_fake_advance_ms(&fixture.clock, 2 * DAY);
    assert_int_equal(retain(INT64_MAX, 100), 3); // all of them
    report = audit_fixture_verify(&fixture);
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.stub.last.head.seq, 5);
    assert_int_equal(report.head.seq, 6);
}

static void entries_stay_for_ever_unless_days_are_set(void **state)
{
    (void)state;
    assert_int_equal(retain(INT64_MAX, 100), 0);
    audit_fixture_add(&fixture, 2);
    clock_fake_advance_ms(&fixture.clock, 5000 * (int64_t)DAY);
    assert_int_equal(retain(INT64_MAX, 100), 0);
    keep_for(4999);
    assert_int_equal(retain(0, 100), 0); // a sink has not got them
    assert_int_equal(retain(INT64_MAX, 1), 1);
    assert_int_equal(retain(INT64_MAX, 1), 1);
}

static void signatures_of_other_keys_do_not_count(void **state)
{
    (void)state;
    uint8_t key[AUDIT_KEY_LEN];
    struct audit_report report;
    make_stub();
    memcpy(key, audit_fixture_verify(&fixture).stub.last.signature.key, sizeof(key));
    for (int i = 0; i < 2; i++, key[0] ^= 1) {
        assert_int_equal(audit_verify(str_of(audit_fixture_path(&fixture)),
                                      &(struct audit_evidence){ .key = key }, &report, NULL),
                         OK);
        assert_int_equal(report.finding, i == 0 ? AUDIT_INTACT : AUDIT_STUB_FORGED);
    }
}

static void a_changed_stub_is_found(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "'3' || substr(CAST(value AS TEXT), 2)",
        "substr(CAST(value AS TEXT), 1, 10) || '00' || substr(CAST(value AS TEXT), 13)",
        "CAST(value AS TEXT) || '0'",
        "'nothing'",
    };
    make_stub();
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        char sql[256];
        audit_fixture_damage(
            &fixture, "CREATE TABLE kept AS SELECT value FROM meta WHERE name = 'audit_stub'");
        snprintf(sql, sizeof(sql),
                 "UPDATE meta SET value = CAST(%s AS BLOB) WHERE name = 'audit_stub'",
                 changes[i]);
        audit_fixture_damage(&fixture, sql);
        assert_int_equal(audit_fixture_verify(&fixture).finding, AUDIT_STUB_FORGED);
        audit_fixture_damage(
            &fixture,
            "UPDATE meta SET value = (SELECT value FROM kept) WHERE name = 'audit_stub';"
            "DROP TABLE kept");
    }
    audit_fixture_damage(&fixture, "DELETE FROM meta WHERE name = 'audit_stub'");
    audit_fixture_assert_finds(&fixture, AUDIT_REMOVED, 1);
}

static void what_is_removed_behind_the_stub_is_found(void **state)
{
    (void)state;
    make_stub();
    audit_fixture_damage(&fixture, "DELETE FROM audit WHERE seq = 3");
    audit_fixture_assert_finds(&fixture, AUDIT_REMOVED, 3);
}

static void a_known_head_is_held_against_the_stub(void **state)
{
    (void)state;
    audit_fixture_add(&fixture, 1);
    struct audit_known first = { .head = audit_fixture_head(&fixture), .is_signed = true };
    first.signature = sign(&first.head);
    audit_fixture_add(&fixture, 1);
    struct audit_known second = { .head = audit_fixture_head(&fixture), .is_signed = true };
    second.signature = sign(&second.head);
    clock_fake_advance_ms(&fixture.clock, 2 * DAY);
    keep_for(1);
    assert_int_equal(retain(INT64_MAX, 100), 2);
    assert_int_equal(audit_fixture_verify_known(&fixture, &first).finding, AUDIT_OUTLIVED);
    assert_int_equal(audit_fixture_verify_known(&fixture, &second).finding, AUDIT_INTACT);
    second.is_signed = false;
    second.head.hash[0] ^= 1;
    assert_int_equal(audit_fixture_verify_known(&fixture, &second).finding, AUDIT_REWRITTEN);
}

static void a_known_head_with_another_signature_is_refused(void **state)
{
    (void)state;
    char text[AUDIT_KNOWN_TEXT_MAX];
    struct audit_known known;
    audit_fixture_add(&fixture, 3);
    struct audit_known head = { .head = audit_fixture_head(&fixture), .is_signed = true };
    head.signature = sign(&head.head);
    audit_known_format(&head, text);
    assert_true(audit_known_parse(str_of(text), &known));
    assert_int_equal(audit_fixture_verify_known(&fixture, &known).finding, AUDIT_INTACT);
    known.signature.bytes[5] ^= 1;
    assert_int_equal(audit_fixture_verify_known(&fixture, &known).finding, AUDIT_HEAD_FORGED);
    text[strlen(text) - 1] = '\0';
    assert_false(audit_known_parse(str_of(text), &known));
    assert_false(audit_known_parse(STR("3:abc"), &known));
}

int main(void)
{
#define TEST(name) STORE_TEST(name, &fixture)
    const struct CMUnitTest tests[] = {
        TEST(heads_are_signed_with_one_key_for_ever),
        TEST(old_entries_leave_a_signed_stub),
        TEST(entries_stay_for_ever_unless_days_are_set),
        TEST(signatures_of_other_keys_do_not_count),
        TEST(a_changed_stub_is_found),
        TEST(what_is_removed_behind_the_stub_is_found),
        TEST(a_known_head_is_held_against_the_stub),
        TEST(a_known_head_with_another_signature_is_refused),
    };
    return cmocka_run_group_tests_name("store audit retain", tests, NULL, NULL);
}
