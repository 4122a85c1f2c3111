// SPDX-License-Identifier: Apache-2.0
// Tests of the audit log: its chain, and what verifying finds.
#include "base/test.h"

#include "codec/hex.h"
#include "store/audit_chain.h"
#include "store/organizations.h"
#include "store/tables.h"
#include "store/audit_testing.h"

static struct store_fixture fixture;

static struct audit_report verify_against(const struct audit_head *head)
{
    return audit_fixture_verify_known(&fixture, &(struct audit_known){ .head = *head });
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
    assert_int_equal(audit_fixture_head(&fixture).seq, 0);
    audit_fixture_add(&fixture, 2);
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    struct audit_row row = audit_fixture_entry(&fixture, "taken back");
    assert_int_equal(store_audit_add(tx, &row, NULL), OK);
    assert_int_equal(row.seq, 3);
    store_end(tx);
    audit_fixture_add(&fixture, 1);
    assert_int_equal(audit_fixture_head(&fixture).seq, 3);
    struct audit_report report = audit_fixture_verify(&fixture);
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.head.seq, 3);
}

static void an_empty_log_is_intact(void **state)
{
    (void)state;
    struct audit_report report = audit_fixture_verify(&fixture);
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.head.seq, 0);
}

static void verifying_works_beside_a_writer(void **state)
{
    (void)state;
    audit_fixture_add(&fixture, 3);
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    struct audit_row row = audit_fixture_entry(&fixture, "under way");
    assert_int_equal(store_audit_add(tx, &row, NULL), OK);
    struct audit_report report = audit_fixture_verify(&fixture);
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.head.seq, 3);
    store_fixture_commit(tx);
    assert_int_equal(audit_fixture_verify(&fixture).head.seq, 4);
}

// --- Damage

static void assert_finds(const char *sql, enum audit_finding finding, int64_t seq)
{
    audit_fixture_add(&fixture, 6);
    audit_fixture_damage(&fixture, sql);
    audit_fixture_assert_finds(&fixture, finding, seq);
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
    audit_fixture_add(&fixture, 2);
    audit_fixture_damage(&fixture, COPY_OF_ROW("NULL", "2"));
    struct audit_report report = audit_fixture_verify(&fixture);
    assert_int_equal(report.finding, AUDIT_INSERTED);
    assert_string_equal(report.id, "forged");
}

static void opening_again_does_not_chain_what_was_inserted(void **state)
{
    (void)state;
    audit_fixture_add(&fixture, 2);
    audit_fixture_damage(&fixture, COPY_OF_ROW("NULL", "2"));
    store_fixture_close(&fixture);
    assert_int_equal(store_fixture_open(&fixture), OK);
    assert_int_equal(audit_fixture_verify(&fixture).finding, AUDIT_INSERTED);
}

static void an_entry_that_is_there_twice_is_found(void **state)
{
    (void)state;
    audit_fixture_add(&fixture, 4);
    audit_fixture_damage(&fixture, "DROP INDEX audit_seq;" COPY_OF_ROW("2", "2"));
    struct audit_report report = audit_fixture_verify(&fixture);
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
    audit_fixture_add(&fixture, 6);
    struct audit_head known = audit_fixture_head(&fixture);
    audit_fixture_add(&fixture, 1);
    assert_int_equal(verify_against(&known).finding, AUDIT_INTACT);
    audit_fixture_damage(&fixture, "DELETE FROM audit WHERE seq > 4");
    assert_int_equal(audit_fixture_verify(&fixture).finding,
                     AUDIT_INTACT); // nothing tells without it
    struct audit_report report = verify_against(&known);
    assert_int_equal(report.finding, AUDIT_TAIL_CUT);
    assert_int_equal(report.seq, 5);
}

static void an_emptied_log_is_found_with_a_known_head(void **state)
{
    (void)state;
    audit_fixture_add(&fixture, 2);
    struct audit_head known = audit_fixture_head(&fixture);
    audit_fixture_damage(&fixture, "DELETE FROM audit");
    struct audit_report report = verify_against(&known);
    assert_int_equal(report.finding, AUDIT_TAIL_CUT);
    assert_int_equal(report.seq, 1);
}

static void a_rewritten_log_is_found_with_a_known_head(void **state)
{
    (void)state;
    audit_fixture_add(&fixture, 3);
    struct audit_head known = audit_fixture_head(&fixture);
    audit_fixture_damage(&fixture, "DELETE FROM audit");
    audit_fixture_add(&fixture, 5); // a chain that fits together, at another time
    assert_int_equal(audit_fixture_verify(&fixture).finding, AUDIT_INTACT);
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
    struct audit_report report = audit_fixture_verify(&fixture);
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
    struct audit_report report = audit_fixture_verify(&fixture);
    assert_int_equal(report.finding, AUDIT_ALTERED);
    assert_int_equal(report.seq, seq);
    (void)query_one(db, set, DB_VALUES(DB_INT(seq), DB_INT(before)));
}

static void any_flipped_bit_of_ten_thousand_entries_is_found_at_its_entry(void **state)
{
    (void)state;
    struct rng_fake rng;
    rng_fake_init(&rng, 20261122);
    audit_fixture_add(&fixture, 10000);
    AUTO(db_close) struct db *db = audit_fixture_database(&fixture);
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
    assert_int_equal(audit_fixture_verify(&fixture).finding, AUDIT_INTACT);
}

// --- Before the chain

// The store as the release before the chain left it, with two entries.
static void go_back_to_format_1(void)
{
    audit_fixture_add(&fixture, 2);
    store_fixture_close(&fixture);
    audit_fixture_damage(
        &fixture,
        "DROP INDEX audit_seq; DROP INDEX audit_target;"
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
    assert_int_equal(audit_verify(str_of(audit_fixture_path(&fixture)),
                                  &(struct audit_evidence){ 0 }, &report, &problem),
                     ERR_NOT_FOUND);
    assert_int_equal(store_open_with(&parts, chain_only, 2, &fixture.store, &problem), OK);
    audit_fixture_add(&fixture, 1);
    report = audit_fixture_verify(&fixture);
    assert_int_equal(report.finding, AUDIT_INTACT);
    assert_int_equal(report.head.seq, 3);
    audit_fixture_damage(&fixture, "UPDATE audit SET target_name = 'x' WHERE seq = 1");
    assert_int_equal(audit_fixture_verify(&fixture).seq, 1);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
