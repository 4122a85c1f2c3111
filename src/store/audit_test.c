// SPDX-License-Identifier: Apache-2.0
// Tests of the audit log: its chain, and what verifying finds.
#include "base/test.h"

#include "codec/hex.h"
#include "store/audit_chain.h"
#include "store/organizations.h"
#include "store/tables.h"
#include "store/testing.h"

static struct store_fixture fixture;

static struct audit_row entry(const char *target)
{
    return (struct audit_row){
        .organization_id = fixture.organization_id,
        .workspace_id = fixture.workspace_id,
        .actor_type = STR("user"),
        .actor_id = fixture.user_id,
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

static void add_entries(int count)
{
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_NOTE);
    for (int i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "entry %d", i);
        struct audit_row row = entry(name);
        assert_int_equal(store_audit_add(tx, &row, NULL), OK);
        clock_fake_advance_ms(&fixture.clock, 3);
    }
    store_fixture_commit(tx);
}

// --- Behind the store's back

static const char *database_path(void)
{
    return store_fixture_path(&fixture, "pintle.db");
}

static struct db *database_open(void)
{
    struct db *db = NULL;
    assert_int_equal(db_open(str_of(database_path()), DB_READ_WRITE, &db, NULL), OK);
    assert_int_equal(db_exec(db, "PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF", NULL), OK);
    return db;
}

static void damage(const char *sql)
{
    AUTO(db_close) struct db *db = database_open();
    struct problem problem = { 0 };
    if (db_exec(db, sql, &problem))
        fail_msg("%s", problem.text);
}

static struct audit_report verify_known(const struct audit_known *known)
{
    struct audit_report report;
    struct problem problem = { 0 };
    if (audit_verify(str_of(database_path()), &(struct audit_evidence){ known, NULL }, &report,
                     &problem))
        fail_msg("%s", problem.text);
    return report;
}

static struct audit_report verify_against(const struct audit_head *head)
{
    return verify_known(&(struct audit_known){ .head = *head });
}

static struct audit_report verify(void)
{
    return verify_known(NULL);
}

static struct audit_head head_now(void)
{
    struct audit_head head;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_audit_head(tx, &head, NULL), OK);
    store_end(tx);
    return head;
}

// --- The chain

static void the_encoding_is_the_documented_one(void **state)
{
    (void)state;
    // From the Python lines in audit_chain.h, with hashlib.
    static const char expected[] =
        "cc8847ccdb4696b9e0e92137a3a5eaea70c4967c744bb24fedae810a207cd80a";
    struct audit_row row = {
        .id = STR("2CHj"),
        .organization_id = STR("org"),
        .actor_type = STR("user"),
        .actor_id = STR("1vto"),
        .action = STR("created"),
        .target_type = STR("destination"),
        .target_id = STR("2CHk"),
        .target_name = STR("B\xc3\xbc"
                           "cher"),
        .details = STR("{\"fields\":[\"name\"]}"),
        .created_ms = 1658466188928,
        .seq = 7,
    };
    uint8_t previous[AUDIT_HASH_LEN];
    char hex[2 * AUDIT_HASH_LEN + 1];
    memset(previous, 0xab, sizeof(previous));
    audit_hash(&row, previous, row.hash);
    hex_encode(row.hash, AUDIT_HASH_LEN, hex);
    assert_string_equal(hex, expected);
}

static void entries_are_numbered_without_a_gap(void **state)
{
    (void)state;
    assert_int_equal(head_now().seq, 0);
    add_entries(2);
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    struct audit_row row = entry("taken back");
    assert_int_equal(store_audit_add(tx, &row, NULL), OK);
    assert_int_equal(row.seq, 3);
    store_end(tx);
    add_entries(1);
    assert_int_equal(head_now().seq, 3);
    struct audit_report report = verify();
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.head.seq, 3);
}

static void an_empty_log_is_intact(void **state)
{
    (void)state;
    struct audit_report report = verify();
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.head.seq, 0);
}

static void verifying_works_beside_a_writer(void **state)
{
    (void)state;
    add_entries(3);
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    struct audit_row row = entry("under way");
    assert_int_equal(store_audit_add(tx, &row, NULL), OK);
    struct audit_report report = verify();
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.head.seq, 3);
    store_fixture_commit(tx);
    assert_int_equal(verify().head.seq, 4);
}

// --- Damage

static void assert_finds_now(enum audit_finding finding, int64_t seq)
{
    struct audit_report report = verify();
    assert_int_equal(report.finding, finding);
    assert_int_equal(report.seq, seq);
    assert_int_equal(report.head.seq, seq - 1);
}

static void assert_finds(const char *sql, enum audit_finding finding, int64_t seq)
{
    add_entries(6);
    damage(sql);
    assert_finds_now(finding, seq);
}

static void an_altered_entry_is_found(void **state)
{
    (void)state;
    assert_finds("UPDATE audit SET ip = '192.0.2.8' WHERE seq = 4", AUDIT_ALTERED, 4);
}

static void an_entry_without_a_text_it_had_is_found(void **state)
{
    (void)state;
    assert_finds("UPDATE audit SET details = NULL WHERE seq = 1", AUDIT_ALTERED, 1);
}

static void text_moved_to_the_next_column_is_found(void **state)
{
    (void)state;
    assert_finds("UPDATE audit SET ip = NULL, user_agent = ip WHERE seq = 2", AUDIT_ALTERED, 2);
}

static void a_removed_entry_is_found(void **state)
{
    (void)state;
    assert_finds("DELETE FROM audit WHERE seq = 3", AUDIT_REMOVED, 3);
}

static void a_removed_beginning_is_found(void **state)
{
    (void)state;
    assert_finds("DELETE FROM audit WHERE seq <= 2", AUDIT_REMOVED, 1);
}

static void a_removed_entry_is_found_when_the_others_move_up(void **state)
{
    (void)state;
    assert_finds(
        "DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4;"
        "UPDATE audit SET seq = 4 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 6",
        AUDIT_ALTERED, 3);
}

#define COPY_OF_ROW(seq, source)                                                               \
    "INSERT INTO audit SELECT 'forged', organization_id, workspace_id, actor_type, actor_id,"  \
    " action, target_type, target_id, target_name, ip, user_agent, created_ms, actor_name,"    \
    " details, " seq ", hash FROM audit WHERE seq = " source

static void an_inserted_entry_is_found(void **state)
{
    (void)state;
    assert_finds("UPDATE audit SET seq = seq + 100 WHERE seq >= 4;"
                 "UPDATE audit SET seq = seq - 99 WHERE seq >= 100;" COPY_OF_ROW("4", "3"),
                 AUDIT_ALTERED, 4);
}

static void an_appended_entry_is_found(void **state)
{
    (void)state;
    assert_finds(COPY_OF_ROW("7", "6"), AUDIT_ALTERED, 7);
}

static void an_entry_beside_the_chain_is_found(void **state)
{
    (void)state;
    add_entries(2);
    damage(COPY_OF_ROW("NULL", "2"));
    struct audit_report report = verify();
    assert_int_equal(report.finding, AUDIT_INSERTED);
    assert_string_equal(report.id, "forged");
}

static void opening_again_does_not_chain_what_was_inserted(void **state)
{
    (void)state;
    add_entries(2);
    damage(COPY_OF_ROW("NULL", "2"));
    store_fixture_close(&fixture);
    assert_int_equal(store_fixture_open(&fixture), OK);
    assert_int_equal(verify().finding, AUDIT_INSERTED);
}

static void an_entry_that_is_there_twice_is_found(void **state)
{
    (void)state;
    add_entries(4);
    damage("DROP INDEX audit_seq;" COPY_OF_ROW("2", "2"));
    struct audit_report report = verify();
    assert_int_not_equal(report.finding, AUDIT_INTACT);
    assert_in_range(report.seq, 2, 3); // which of both comes first is the database's matter
}

static void swapped_entries_are_found(void **state)
{
    (void)state;
    assert_finds(
        "UPDATE audit SET seq = 100 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;"
        "UPDATE audit SET seq = 3 WHERE seq = 100",
        AUDIT_ALTERED, 2);
}

static void an_altered_hash_is_found(void **state)
{
    (void)state;
    assert_finds("UPDATE audit SET hash = substr(hash, 1, 31) WHERE seq = 5", AUDIT_ALTERED, 5);
}

static void a_cut_tail_is_found_with_a_known_head(void **state)
{
    (void)state;
    add_entries(6);
    struct audit_head known = head_now();
    add_entries(1);
    assert_int_equal(verify_against(&known).finding, AUDIT_INTACT);
    damage("DELETE FROM audit WHERE seq > 4");
    assert_int_equal(verify().finding, AUDIT_INTACT); // nothing tells without it
    struct audit_report report = verify_against(&known);
    assert_int_equal(report.finding, AUDIT_TAIL_CUT);
    assert_int_equal(report.seq, 5);
}

static void an_emptied_log_is_found_with_a_known_head(void **state)
{
    (void)state;
    add_entries(2);
    struct audit_head known = head_now();
    damage("DELETE FROM audit");
    struct audit_report report = verify_against(&known);
    assert_int_equal(report.finding, AUDIT_TAIL_CUT);
    assert_int_equal(report.seq, 1);
}

static void a_rewritten_log_is_found_with_a_known_head(void **state)
{
    (void)state;
    add_entries(3);
    struct audit_head known = head_now();
    damage("DELETE FROM audit");
    add_entries(5); // a chain that fits together, at another time
    assert_int_equal(verify().finding, AUDIT_INTACT);
    struct audit_report report = verify_against(&known);
    assert_int_equal(report.finding, AUDIT_REWRITTEN);
    assert_int_equal(report.seq, 3);
}

// --- Any bit

static const char *const text_columns[] = {
    "id",         "organization_id", "workspace_id", "actor_type", "actor_id",
    "actor_name", "action",          "target_type",  "target_id",  "target_name",
    "ip",         "user_agent",      "details"
};

// One statement whose only value is the row's seq. Returns the first column, copied.
static str query_one(struct db *db, const char *sql, const struct db_value *values)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    assert_int_equal(db_query(db, str_of(sql), values, &query, NULL), OK);
    assert_int_equal(db_next(query, &has_row, NULL), OK);
    return has_row ? arena_dup(fixture.arena, db_bytes(query, 0)) : STR_NONE;
}

static void put_back_and_forth(struct db *db, const char *column, int64_t seq, struct rng *rng)
{
    bool is_text = !str_eq(str_of(column), STR("hash"));
    const char *get =
        arena_printf(fixture.arena, "SELECT %s FROM audit WHERE seq = $1", column).data;
    const char *set =
        arena_printf(fixture.arena, "UPDATE audit SET %s = $2 WHERE seq = $1", column).data;
    str before = query_one(db, get, DB_VALUES(DB_INT(seq)));
    assert_true(before.len > 0);
    char *after = arena_cstr(fixture.arena, before);
    uint64_t bit = rng_below(rng, before.len * 8);
    after[bit / 8] = (char)(after[bit / 8] ^ 1 << bit % 8);
    str flipped = str_make(after, before.len);
    (void)query_one(db, set,
                    DB_VALUES(DB_INT(seq), is_text ? DB_TEXT(flipped) : DB_BLOB(flipped)));
    struct audit_report report = verify();
    if (report.finding != AUDIT_ALTERED || report.seq != seq)
        fail_msg("%s of %lld, bit %llu: %d at %lld", column, (long long)seq,
                 (unsigned long long)bit, (int)report.finding, (long long)report.seq);
    (void)query_one(db, set,
                    DB_VALUES(DB_INT(seq), is_text ? DB_TEXT(before) : DB_BLOB(before)));
}

static void flip_number(struct db *db, const char *column, int64_t seq, struct rng *rng)
{
    int64_t mask = (int64_t)(1ULL << rng_below(rng, 62)); // not the sign: sums stay in range
    const char *set =
        arena_printf(fixture.arena, "UPDATE audit SET %s = $2 WHERE seq = $1", column).data;
    str text = query_one(
        db, arena_printf(fixture.arena, "SELECT %s FROM audit WHERE seq = $1", column).data,
        DB_VALUES(DB_INT(seq)));
    int64_t before;
    assert_true(str_to_i64(text, &before));
    (void)query_one(db, set, DB_VALUES(DB_INT(seq), DB_INT(before ^ mask)));
    struct audit_report report = verify();
    assert_int_equal(report.finding, AUDIT_ALTERED);
    assert_int_equal(report.seq, seq);
    (void)query_one(db, set, DB_VALUES(DB_INT(seq), DB_INT(before)));
}

static void any_flipped_bit_of_ten_thousand_entries_is_found_at_its_entry(void **state)
{
    (void)state;
    struct rng_fake rng;
    rng_fake_init(&rng, 20261122);
    add_entries(10000);
    AUTO(db_close) struct db *db = database_open();
    for (int round = 0; round < 120; round++) {
        size_t which = rng_below(&rng.rng, ARRAY_LEN(text_columns) + 2);
        int64_t seq = 1 + (int64_t)rng_below(&rng.rng, 10000);
        if (which < ARRAY_LEN(text_columns))
            put_back_and_forth(db, text_columns[which], seq, &rng.rng);
        else if (which == ARRAY_LEN(text_columns))
            put_back_and_forth(db, "hash", seq, &rng.rng);
        else
            flip_number(db, "created_ms", seq, &rng.rng);
    }
    assert_int_equal(verify().finding, AUDIT_INTACT);
}

// --- Before the chain

// The store as the release before the chain left it, with two entries.
static void go_back_to_format_1(void)
{
    add_entries(2);
    store_fixture_close(&fixture);
    damage("DROP INDEX audit_seq; DROP INDEX audit_target;"
           "ALTER TABLE audit DROP COLUMN actor_name; ALTER TABLE audit DROP COLUMN details;"
           "ALTER TABLE audit DROP COLUMN seq; ALTER TABLE audit DROP COLUMN hash;"
           "DELETE FROM meta WHERE name = 'steps';"
           "UPDATE meta SET value = CAST('1' AS BLOB) WHERE name = 'format'");
}

static void older_entries_are_chained_by_the_migration(void **state)
{
    (void)state;
    struct audit_report report;
    struct problem problem = { 0 };
    // Later steps of the migration would find their columns there already.
    const struct migration chain_only[] = { migrations[0], migrations[1] };
    struct store_parts parts = store_fixture_parts(&fixture);
    go_back_to_format_1();
    assert_int_equal(
        audit_verify(str_of(database_path()), &(struct audit_evidence){ 0 }, &report, &problem),
        ERR_NOT_FOUND);
    assert_int_equal(store_open_with(&parts, chain_only, 2, &fixture.store, &problem), OK);
    add_entries(1);
    report = verify();
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.head.seq, 3);
    damage("UPDATE audit SET target_name = 'x' WHERE seq = 1");
    assert_int_equal(verify().seq, 1);
}

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
    add_entries(1);
    struct audit_head head = head_now();
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
    add_entries(2);
    clock_fake_advance_ms(&fixture.clock, DAY);
    add_entries(1);
    keep_for(1);
    assert_int_equal(retain(INT64_MAX, 100), 2);
}

static void old_entries_leave_a_signed_stub(void **state)
{
    (void)state;
    make_stub();
    struct audit_report report = verify();
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.stub.last.head.seq, 2);
    assert_int_equal(report.head.seq, 4);
    assert_int_equal(retain(INT64_MAX, 100), 0); // nothing is old now
    add_entries(1);
    clock_fake_advance_ms(&fixture.clock, 2 * DAY);
    assert_int_equal(retain(INT64_MAX, 100), 3); // all of them
    report = verify();
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.stub.last.head.seq, 5);
    assert_int_equal(report.head.seq, 6);
}

static void entries_stay_for_ever_unless_days_are_set(void **state)
{
    (void)state;
    assert_int_equal(retain(INT64_MAX, 100), 0);
    add_entries(2);
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
    memcpy(key, verify().stub.last.signature.key, sizeof(key));
    for (int i = 0; i < 2; i++, key[0] ^= 1) {
        assert_int_equal(audit_verify(str_of(database_path()),
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
        damage("CREATE TABLE kept AS SELECT value FROM meta WHERE name = 'audit_stub'");
        snprintf(sql, sizeof(sql),
                 "UPDATE meta SET value = CAST(%s AS BLOB) WHERE name = 'audit_stub'",
                 changes[i]);
        damage(sql);
        assert_int_equal(verify().finding, AUDIT_STUB_FORGED);
        damage("UPDATE meta SET value = (SELECT value FROM kept) WHERE name = 'audit_stub';"
               "DROP TABLE kept");
    }
    damage("DELETE FROM meta WHERE name = 'audit_stub'");
    assert_finds_now(AUDIT_REMOVED, 1);
}

static void what_is_removed_behind_the_stub_is_found(void **state)
{
    (void)state;
    make_stub();
    damage("DELETE FROM audit WHERE seq = 3");
    assert_finds_now(AUDIT_REMOVED, 3);
}

static void a_known_head_is_held_against_the_stub(void **state)
{
    (void)state;
    add_entries(1);
    struct audit_known first = { .head = head_now(), .is_signed = true };
    first.signature = sign(&first.head);
    add_entries(1);
    struct audit_known second = { .head = head_now(), .is_signed = true };
    second.signature = sign(&second.head);
    clock_fake_advance_ms(&fixture.clock, 2 * DAY);
    keep_for(1);
    assert_int_equal(retain(INT64_MAX, 100), 2);
    assert_int_equal(verify_known(&first).finding, AUDIT_OUTLIVED);
    assert_int_equal(verify_known(&second).finding, AUDIT_INTACT);
    second.is_signed = false;
    second.head.hash[0] ^= 1;
    assert_int_equal(verify_known(&second).finding, AUDIT_REWRITTEN);
}

static void a_known_head_with_another_signature_is_refused(void **state)
{
    (void)state;
    char text[AUDIT_KNOWN_TEXT_MAX];
    struct audit_known known;
    add_entries(3);
    struct audit_known head = { .head = head_now(), .is_signed = true };
    head.signature = sign(&head.head);
    audit_known_format(&head, text);
    assert_true(audit_known_parse(str_of(text), &known));
    assert_int_equal(verify_known(&known).finding, AUDIT_INTACT);
    known.signature.bytes[5] ^= 1;
    assert_int_equal(verify_known(&known).finding, AUDIT_HEAD_FORGED);
    text[strlen(text) - 1] = '\0';
    assert_false(audit_known_parse(str_of(text), &known));
    assert_false(audit_known_parse(STR("3:abc"), &known));
}

int main(void)
{
#define TEST(name) STORE_TEST(name, &fixture)
    const struct CMUnitTest tests[] = {
        TEST(the_encoding_is_the_documented_one),
        TEST(entries_are_numbered_without_a_gap),
        TEST(an_empty_log_is_intact),
        TEST(verifying_works_beside_a_writer),
        TEST(an_altered_entry_is_found),
        TEST(an_entry_without_a_text_it_had_is_found),
        TEST(text_moved_to_the_next_column_is_found),
        TEST(a_removed_entry_is_found),
        TEST(a_removed_beginning_is_found),
        TEST(a_removed_entry_is_found_when_the_others_move_up),
        TEST(an_inserted_entry_is_found),
        TEST(an_appended_entry_is_found),
        TEST(an_entry_beside_the_chain_is_found),
        TEST(opening_again_does_not_chain_what_was_inserted),
        TEST(an_entry_that_is_there_twice_is_found),
        TEST(swapped_entries_are_found),
        TEST(an_altered_hash_is_found),
        TEST(a_cut_tail_is_found_with_a_known_head),
        TEST(an_emptied_log_is_found_with_a_known_head),
        TEST(a_rewritten_log_is_found_with_a_known_head),
        TEST(any_flipped_bit_of_ten_thousand_entries_is_found_at_its_entry),
        TEST(older_entries_are_chained_by_the_migration),
        TEST(heads_are_signed_with_one_key_for_ever),
        TEST(old_entries_leave_a_signed_stub),
        TEST(entries_stay_for_ever_unless_days_are_set),
        TEST(signatures_of_other_keys_do_not_count),
        TEST(a_changed_stub_is_found),
        TEST(what_is_removed_behind_the_stub_is_found),
        TEST(a_known_head_is_held_against_the_stub),
        TEST(a_known_head_with_another_signature_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
