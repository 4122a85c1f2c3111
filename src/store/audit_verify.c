// SPDX-License-Identifier: Apache-2.0
// Walking along the audit log's chain: to verify it, and to make it for rows that were written
// before there was one.
#include "base/mem.h"
#include "store/audit_chain.h"
#include "store/tables.h"

#define COLUMNS                                                                                \
    "id, organization_id, workspace_id, actor_type, actor_id, actor_name, action,"             \
    " target_type, target_id, target_name, ip, user_agent, details, created_ms, seq, hash"

// The texts are valid until the next row.
static void read_row(const struct db_query *query, struct audit_row *ret_row)
{
    *ret_row = (struct audit_row){
        .id = db_bytes(query, 0),
        .organization_id = db_bytes(query, 1),
        .workspace_id = db_bytes(query, 2),
        .actor_type = db_bytes(query, 3),
        .actor_id = db_bytes(query, 4),
        .actor_name = db_bytes(query, 5),
        .action = db_bytes(query, 6),
        .target_type = db_bytes(query, 7),
        .target_id = db_bytes(query, 8),
        .target_name = db_bytes(query, 9),
        .ip = db_bytes(query, 10),
        .user_agent = db_bytes(query, 11),
        .details = db_bytes(query, 12),
        .created_ms = db_int(query, 13),
        .seq = db_int(query, 14),
    };
}

// --- Verifying

static bool finish(struct audit_report *report, enum audit_finding finding, int64_t seq, str id)
{
    report->finding = finding;
    report->seq = seq;
    (void)str_copy(str_sub(id, 0, AUDIT_ID_MAX - 1), report->id, sizeof(report->id));
    return false;
}

// Whether to go on.
static bool check_row(const struct db_query *query, const struct audit_known *known,
                      struct audit_report *report)
{
    struct audit_row row;
    struct audit_head *head = &report->head;
    int64_t expected = head->seq + 1;
    str hash = db_bytes(query, 15);
    read_row(query, &row);
    if (row.seq < expected)
        return finish(report, AUDIT_INSERTED, expected, row.id);
    if (row.seq > expected)
        return finish(report, AUDIT_REMOVED, expected, STR_NONE);
    audit_hash(&row, head->hash, row.hash);
    if (!str_eq(hash, str_make((char *)row.hash, AUDIT_HASH_LEN)))
        return finish(report, AUDIT_ALTERED, expected, row.id);
    head->seq = row.seq;
    memcpy(head->hash, row.hash, AUDIT_HASH_LEN);
    if (known && known->head.seq == row.seq &&
        memcmp(known->head.hash, row.hash, AUDIT_HASH_LEN) != 0)
        return finish(report, AUDIT_REWRITTEN, row.seq, row.id);
    return true;
}

static bool is_of_key(const struct audit_signature *signature, const uint8_t *key)
{
    return !key || memcmp(signature->key, key, AUDIT_KEY_LEN) == 0;
}

// The chain goes on behind the stub. Whether to go on.
static bool check_stub(const struct audit_evidence *evidence, const uint8_t *directory_id,
                       struct audit_report *report)
{
    const struct audit_known *known = evidence->head;
    const struct audit_stub *stub = &report->stub;
    const struct audit_head *last = &stub->last.head;
    const uint8_t *key = evidence->key;
    bool is_signed = known && known->is_signed;
    if (is_signed && (!audit_signature_fits(&known->signature, directory_id, &known->head) ||
                      !is_of_key(&known->signature, key)))
        return finish(report, AUDIT_HEAD_FORGED, known->head.seq, STR_NONE);
    if (is_signed)
        key = known->signature.key;
    if (last->seq == 0)
        return true;
    if (!audit_stub_fits(stub, directory_id) || !is_of_key(&stub->last.signature, key))
        return finish(report, AUDIT_STUB_FORGED, last->seq, STR_NONE);
    report->head = *last;
    if (known && known->head.seq == last->seq &&
        memcmp(known->head.hash, last->hash, AUDIT_HASH_LEN) != 0)
        return finish(report, AUDIT_REWRITTEN, last->seq, STR_NONE);
    return true;
}

static enum err read_directory_id(struct db *db, uint8_t ret_id[STORE_DIRECTORY_ID_LEN],
                                  struct problem *problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    enum err err = db_query(db, STR("SELECT value FROM meta WHERE name = 'directory_id'"),
                            DB_VALUES(), &query, problem);
    if (!err)
        err = db_next(query, &has_row, problem);
    str id = !err && has_row ? db_bytes(query, 0) : STR_NONE;
    if (!err && id.len != STORE_DIRECTORY_ID_LEN)
        return problem_set(problem, ERR_CORRUPT, STR("meta.directory_id"), "is missing");
    if (!err)
        memcpy(ret_id, id.data, id.len);
    return err;
}

static enum err start(struct db *db, const struct audit_evidence *evidence, bool *ret_goes_on,
                      struct audit_report *report, struct problem *problem)
{
    uint8_t directory_id[STORE_DIRECTORY_ID_LEN];
    enum err err = read_directory_id(db, directory_id, problem);
    if (!err)
        err = audit_stub_read(db, &report->stub, problem);
    if (!err)
        *ret_goes_on = check_stub(evidence, directory_id, report);
    return err;
}

static void check_end(const struct audit_known *known, struct audit_report *report)
{
    if (known->head.seq > report->head.seq)
        (void)finish(report, AUDIT_TAIL_CUT, report->head.seq + 1, STR_NONE);
    else if (known->head.seq < report->stub.last.head.seq)
        (void)finish(report, AUDIT_OUTLIVED, report->stub.last.head.seq, STR_NONE);
}

static enum err walk(struct db *db, const struct audit_evidence *evidence,
                     struct audit_report *ret_report, struct problem *problem)
{
    const struct audit_known *known = evidence->head;
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false, goes_on = true;
    enum err err = start(db, evidence, &goes_on, ret_report, problem);
    if (!err)
        err = db_query(db, STR("SELECT " COLUMNS " FROM audit ORDER BY seq"), DB_VALUES(),
                       &query, problem);
    while (!err && goes_on) {
        err = db_next(query, &has_row, problem);
        if (err || !has_row)
            break;
        goes_on = check_row(query, known, ret_report);
    }
    if (!err && goes_on && known)
        check_end(known, ret_report);
    return err;
}

static enum err has_chain(struct db *db, str path, struct problem *problem)
{
    int64_t format = 0, newest = migrations[migration_count - 1].format;
    enum err err = migrations_format(db, &format, problem);
    if (err)
        return err;
    if (format > newest)
        return problem_set(problem, ERR_NEWER_FORMAT, path,
                           "the store has format %lld, this release knows formats up to %lld",
                           (long long)format, (long long)newest);
    if (format < AUDIT_CHAIN_FORMAT)
        return problem_set(problem, ERR_NOT_FOUND, path,
                           "the audit log has no chain yet; it gets one when this release opens"
                           " the store");
    return OK;
}

enum err audit_verify(str path, const struct audit_evidence *evidence,
                      struct audit_report *ret_report, struct problem *ret_problem)
{
    AUTO(db_close) struct db *db = NULL;
    struct audit_report report = { .finding = AUDIT_INTACT };
    enum err err = db_open(path, DB_READ_ONLY, &db, ret_problem);
    if (!err)
        err = has_chain(db, path, ret_problem);
    if (!err) // stub and rows of one moment
        err = db_exec(db, "BEGIN", ret_problem);
    if (!err)
        err = walk(db, evidence, &report, ret_problem);
    if (!err)
        *ret_report = report;
    return err;
}

// --- Chaining older rows

struct ids {
    struct arena *arena;
    struct list_of_ids {
        struct list_of_ids *next;
        str id;
    } * first, **end;
};

// All first: a table is not changed while it is being read.
static enum err read_ids(struct db *db, struct ids *ids, struct problem *problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    ids->end = &ids->first;
    enum err err = db_query(db,
                            STR("SELECT id FROM audit WHERE seq IS NULL OR seq = 0"
                                " ORDER BY created_ms, id"),
                            DB_VALUES(), &query, problem);
    while (!err) {
        err = db_next(query, &has_row, problem);
        if (err || !has_row)
            break;
        struct list_of_ids *entry = arena_alloc(ids->arena, sizeof(*entry));
        *entry = (struct list_of_ids){ .id = arena_dup(ids->arena, db_bytes(query, 0)) };
        *ids->end = entry;
        ids->end = &entry->next;
    }
    return err;
}

static enum err hash_row(struct db *db, str id, struct audit_head *head,
                         struct problem *problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    struct audit_row row;
    bool has_row = false;
    enum err err = db_query(db, STR("SELECT " COLUMNS " FROM audit WHERE id = $1"),
                            DB_VALUES(DB_TEXT(id)), &query, problem);
    if (!err)
        err = db_next(query, &has_row, problem);
    if (err)
        return err;
    assert(has_row);
    read_row(query, &row);
    row.seq = ++head->seq;
    audit_hash(&row, head->hash, row.hash);
    memcpy(head->hash, row.hash, AUDIT_HASH_LEN);
    return OK;
}

static enum err chain_row(struct db *db, str id, struct audit_head *head,
                          struct problem *problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    enum err err = hash_row(db, id, head, problem);
    if (err)
        return err;
    str hash = str_make((char *)head->hash, AUDIT_HASH_LEN);
    err = db_query(db, STR("UPDATE audit SET seq = $2, hash = $3 WHERE id = $1"),
                   DB_VALUES(DB_TEXT(id), DB_INT(head->seq), DB_BLOB(hash)), &query, problem);
    return err ? err : db_next(query, &has_row, problem);
}

enum err audit_chain_older(struct db *db, struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(SIZE_MAX);
    struct ids ids = { .arena = arena };
    struct audit_head head = { 0 };
    enum err err = read_ids(db, &ids, ret_problem);
    for (const struct list_of_ids *entry = ids.first; entry && !err; entry = entry->next)
        err = chain_row(db, entry->id, &head, ret_problem);
    return err;
}
