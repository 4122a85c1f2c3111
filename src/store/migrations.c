// SPDX-License-Identifier: Apache-2.0
// The tables. Times are milliseconds since 1970; ids are KSUIDs of ours; booleans are 0 and 1.
#include "store/migrations.h"

#include "base/mem.h"

// What differs between databases.
#define TEXT   "TEXT"
#define BIGINT "INTEGER" // SQLite's strict tables know only this name for 64 bits
#define BLOB   "BLOB"
#define STRICT " STRICT"

static const char format_1[] =
    // meta(name, value) is read by every release, also older ones: it never changes.
    "CREATE TABLE meta ("
    " name " TEXT " PRIMARY KEY,"
    " value " BLOB " NOT NULL)" STRICT ";"
    "CREATE TABLE revision ("
    " n " BIGINT " NOT NULL,"
    " config_n " BIGINT " NOT NULL)" STRICT ";"
    "INSERT INTO revision (n, config_n) VALUES (0, 0);"

    "CREATE TABLE organizations ("
    " id " TEXT " PRIMARY KEY,"
    " name " TEXT " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " updated_ms " BIGINT " NOT NULL)" STRICT ";"
    "CREATE TABLE workspaces ("
    " id " TEXT " PRIMARY KEY,"
    " organization_id " TEXT " NOT NULL REFERENCES organizations (id),"
    " name " TEXT " NOT NULL,"
    " environment " TEXT " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " updated_ms " BIGINT " NOT NULL,"
    " UNIQUE (organization_id, name))" STRICT ";"
    "CREATE TABLE users ("
    " id " TEXT " PRIMARY KEY,"
    " email " TEXT " NOT NULL,"
    " email_folded " TEXT " NOT NULL UNIQUE,"
    " name " TEXT " NOT NULL,"
    " password_hash " TEXT " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " updated_ms " BIGINT " NOT NULL)" STRICT ";"
    "CREATE TABLE members ("
    " organization_id " TEXT " NOT NULL REFERENCES organizations (id),"
    " user_id " TEXT " NOT NULL REFERENCES users (id),"
    " role " TEXT " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " PRIMARY KEY (organization_id, user_id))" STRICT ";"
    "CREATE INDEX members_user ON members (user_id);"

    "CREATE TABLE sessions ("
    " digest " BLOB " PRIMARY KEY,"
    " user_id " TEXT " NOT NULL REFERENCES users (id),"
    " csrf_sealed " BLOB " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " last_seen_ms " BIGINT " NOT NULL,"
    " expires_ms " BIGINT " NOT NULL)" STRICT ";"
    "CREATE INDEX sessions_user ON sessions (user_id);"
    "CREATE INDEX sessions_expires ON sessions (expires_ms);"
    // revision: in which the row was made or revoked last.
    "CREATE TABLE personal_tokens ("
    " id " TEXT " PRIMARY KEY,"
    " user_id " TEXT " NOT NULL REFERENCES users (id),"
    " workspace_id " TEXT " NOT NULL REFERENCES workspaces (id),"
    " name " TEXT " NOT NULL,"
    " scope " TEXT " NOT NULL,"
    " digest " BLOB " NOT NULL UNIQUE,"
    " prefix " TEXT " NOT NULL,"
    " last4 " TEXT " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " last_used_ms " BIGINT " NOT NULL,"
    " last_used_ip " TEXT ","
    " last_used_agent " TEXT ","
    " revoked_ms " BIGINT " NOT NULL,"
    " revision " BIGINT " NOT NULL)" STRICT ";"
    "CREATE INDEX personal_tokens_user ON personal_tokens (user_id, created_ms, id);"
    "CREATE INDEX personal_tokens_revision ON personal_tokens (revision);"

    // deleted_ms is NULL while the row is live.
    "CREATE TABLE sources ("
    " id " TEXT " PRIMARY KEY,"
    " workspace_id " TEXT " NOT NULL REFERENCES workspaces (id),"
    " name " TEXT " NOT NULL,"
    " type " TEXT " NOT NULL,"
    " write_key " TEXT " NOT NULL UNIQUE,"
    " enabled " BIGINT " NOT NULL,"
    " config_sealed " BLOB " NOT NULL,"
    " transient " BIGINT " NOT NULL,"
    " geo_enrichment " BIGINT " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " updated_ms " BIGINT " NOT NULL,"
    " deleted_ms " BIGINT ")" STRICT ";"
    "CREATE UNIQUE INDEX sources_name ON sources (workspace_id, name) WHERE deleted_ms IS NULL;"
    "CREATE TABLE destinations ("
    " id " TEXT " PRIMARY KEY,"
    " workspace_id " TEXT " NOT NULL REFERENCES workspaces (id),"
    " name " TEXT " NOT NULL,"
    " type " TEXT " NOT NULL,"
    " enabled " BIGINT " NOT NULL,"
    " config_sealed " BLOB " NOT NULL,"
    " version " BIGINT " NOT NULL,"
    " external_id " TEXT ","
    " revision " BIGINT " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " updated_ms " BIGINT " NOT NULL,"
    " deleted_ms " BIGINT ")" STRICT ";"
    "CREATE UNIQUE INDEX destinations_name ON destinations (workspace_id, name)"
    " WHERE deleted_ms IS NULL;"
    "CREATE UNIQUE INDEX destinations_external ON destinations (workspace_id, external_id)"
    " WHERE deleted_ms IS NULL;"
    "CREATE TABLE connections ("
    " id " TEXT " PRIMARY KEY,"
    " workspace_id " TEXT " NOT NULL REFERENCES workspaces (id),"
    " source_id " TEXT " NOT NULL REFERENCES sources (id),"
    " destination_id " TEXT " NOT NULL REFERENCES destinations (id),"
    " enabled " BIGINT " NOT NULL,"
    " external_id " TEXT ","
    " from_record " BIGINT " NOT NULL,"
    " from_event " BIGINT " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " updated_ms " BIGINT " NOT NULL,"
    " deleted_ms " BIGINT ","
    " UNIQUE (source_id, destination_id))" STRICT ";"
    "CREATE INDEX connections_destination ON connections (destination_id);"
    "CREATE INDEX connections_workspace ON connections (workspace_id, created_ms, id);"
    "CREATE UNIQUE INDEX connections_external ON connections (workspace_id, external_id)"
    " WHERE deleted_ms IS NULL;"

    "CREATE TABLE audit ("
    " id " TEXT " PRIMARY KEY,"
    " organization_id " TEXT " NOT NULL REFERENCES organizations (id),"
    " workspace_id " TEXT ","
    " actor_type " TEXT " NOT NULL,"
    " actor_id " TEXT " NOT NULL,"
    " action " TEXT " NOT NULL,"
    " target_type " TEXT " NOT NULL,"
    " target_id " TEXT " NOT NULL,"
    " target_name " TEXT " NOT NULL,"
    " ip " TEXT ","
    " user_agent " TEXT ","
    " created_ms " BIGINT " NOT NULL)" STRICT ";"
    "CREATE INDEX audit_time ON audit (organization_id, created_ms, id);";

// seq and hash: audit_chain.h. They are filled in for older rows right behind this step.
static const char format_2[] = "ALTER TABLE audit ADD COLUMN actor_name " TEXT ";"
                               "ALTER TABLE audit ADD COLUMN details " TEXT ";"
                               "ALTER TABLE audit ADD COLUMN seq " BIGINT ";"
                               "ALTER TABLE audit ADD COLUMN hash " BLOB ";"
                               "CREATE UNIQUE INDEX audit_seq ON audit (seq);"
                               "CREATE INDEX audit_target ON audit (target_id, seq);";

static const char format_3[] =
    "ALTER TABLE sessions ADD COLUMN confirmed_ms " BIGINT " NOT NULL DEFAULT 0;"
    // group_ids: separated by commas.
    "CREATE TABLE invitations ("
    " id " TEXT " PRIMARY KEY,"
    " organization_id " TEXT " NOT NULL REFERENCES organizations (id),"
    " email " TEXT " NOT NULL,"
    " email_folded " TEXT " NOT NULL,"
    " role " TEXT " NOT NULL,"
    " group_ids " TEXT " NOT NULL,"
    " digest " BLOB " NOT NULL UNIQUE,"
    " created_ms " BIGINT " NOT NULL,"
    " expires_ms " BIGINT " NOT NULL,"
    " UNIQUE (organization_id, email_folded))" STRICT ";"
    "CREATE TABLE password_resets ("
    " digest " BLOB " PRIMARY KEY,"
    " user_id " TEXT " NOT NULL UNIQUE REFERENCES users (id),"
    " created_ms " BIGINT " NOT NULL,"
    " expires_ms " BIGINT " NOT NULL)" STRICT ";";

// Access: groups, policies, service tokens; the life of tokens; settings of organizations.
// kind: "baseline" (no subject), "group" or "member"; who has a policy in a workspace, be it an
// empty one, belongs to it. Lists of addresses and grants are separated by commas.
#define NUMBER(start, name, value) start name " " BIGINT " NOT NULL DEFAULT " value ";"
#define TOKEN_LIFE(start)                                                                      \
    start "policy " TEXT ";" start "allowed_ips " TEXT                                         \
          " NOT NULL DEFAULT '';" NUMBER(start, "not_before_ms", "0")                          \
              NUMBER(start, "expires_ms", "0") NUMBER(start, "rotation_fixed", "0") start      \
        "predecessor_id " TEXT ";" start "successor_id " TEXT                                  \
        ";" NUMBER(start, "overlap_until_ms", "0") NUMBER(start, "imported", "0")
static const char format_4[] =
    "CREATE TABLE groups ("
    " id " TEXT " PRIMARY KEY,"
    " organization_id " TEXT " NOT NULL REFERENCES organizations (id),"
    " name " TEXT " NOT NULL,"
    " description " TEXT " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " updated_ms " BIGINT " NOT NULL,"
    " UNIQUE (organization_id, name))" STRICT ";"
    "CREATE TABLE group_members ("
    " group_id " TEXT " NOT NULL REFERENCES groups (id),"
    " user_id " TEXT " NOT NULL REFERENCES users (id),"
    " created_ms " BIGINT " NOT NULL,"
    " PRIMARY KEY (group_id, user_id))" STRICT ";"
    "CREATE INDEX group_members_user ON group_members (user_id);"
    "CREATE TABLE policies ("
    " workspace_id " TEXT " NOT NULL REFERENCES workspaces (id),"
    " kind " TEXT " NOT NULL,"
    " subject_id " TEXT " NOT NULL,"
    " policy " TEXT " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " updated_ms " BIGINT " NOT NULL,"
    " PRIMARY KEY (workspace_id, kind, subject_id))" STRICT ";"
    "CREATE INDEX policies_subject ON policies (subject_id);"
    // Until now everybody saw every workspace of his organization.
    "INSERT INTO policies (workspace_id, kind, subject_id, policy, created_ms, updated_ms)"
    " SELECT w.id, 'member', m.user_id, '{\"resources\":{},\"pii\":{}}',"
    " m.created_ms, m.created_ms"
    " FROM members m JOIN workspaces w ON w.organization_id = m.organization_id"
    " WHERE m.role = 'member';"
    "ALTER TABLE invitations ADD COLUMN workspace_ids " TEXT " NOT NULL DEFAULT '';"

    "CREATE TABLE service_tokens ("
    " id " TEXT " PRIMARY KEY,"
    " organization_id " TEXT " NOT NULL REFERENCES organizations (id),"
    " level " TEXT " NOT NULL,"
    " workspace_id " TEXT " REFERENCES workspaces (id),"
    " name " TEXT " NOT NULL,"
    " grants " TEXT " NOT NULL,"
    " digest " BLOB " NOT NULL UNIQUE,"
    " prefix " TEXT " NOT NULL,"
    " last4 " TEXT " NOT NULL,"
    " created_by " TEXT " NOT NULL,"
    " created_ms " BIGINT " NOT NULL,"
    " last_used_ms " BIGINT " NOT NULL,"
    " last_used_ip " TEXT ","
    " last_used_agent " TEXT ","
    " revoked_ms " BIGINT " NOT NULL,"
    " revision " BIGINT " NOT NULL)" STRICT ";"
    "CREATE INDEX service_tokens_organization"
    " ON service_tokens (organization_id, created_ms, id);"
    "CREATE INDEX service_tokens_revision ON service_tokens (revision);" TOKEN_LIFE(
        "ALTER TABLE service_tokens ADD COLUMN ") "ALTER TABLE personal_tokens ADD COLUMN "
                                                  "kind " TEXT
                                                  " NOT NULL DEFAULT 'personal';" TOKEN_LIFE(
                                                      "ALTER TABLE personal_tokens ADD COLUMN ")

                                                      "ALTER TABLE organizations ADD COLUMN "
                                                      "pat_creation " TEXT
                                                      " NOT NULL DEFAULT 'everyone';"
                                                      "ALTER TABLE organizations ADD COLUMN "
                                                      "allows_personal " BIGINT
                                                      " NOT NULL DEFAULT 1;"
                                                      "ALTER TABLE organizations ADD COLUMN "
                                                      "allows_service " BIGINT
                                                      " NOT NULL DEFAULT 1;"
                                                      "ALTER TABLE organizations ADD COLUMN "
                                                      "max_personal_life_ms " BIGINT
                                                      " NOT NULL DEFAULT 0;"
                                                      "ALTER TABLE organizations ADD COLUMN "
                                                      "max_service_life_ms " BIGINT
                                                      " NOT NULL DEFAULT 0;"
                                                      "ALTER TABLE organizations ADD COLUMN "
                                                      "allows_rotation " BIGINT
                                                      " NOT NULL DEFAULT 1;"
                                                      "ALTER TABLE organizations ADD COLUMN "
                                                      "strict_effects " BIGINT
                                                      " NOT NULL DEFAULT 0;"
                                                      "ALTER TABLE organizations ADD COLUMN "
                                                      "baseline_pii " BIGINT
                                                      " NOT NULL DEFAULT 1;"
                                                      "ALTER TABLE organizations ADD COLUMN "
                                                      "features_off " TEXT
                                                      " NOT NULL DEFAULT '';"
                                                      "ALTER TABLE organizations ADD COLUMN "
                                                      "audits_every_use " BIGINT
                                                      " NOT NULL DEFAULT 0;"
                                                      "ALTER TABLE organizations ADD COLUMN "
                                                      "audit_days " BIGINT
                                                      " NOT NULL DEFAULT 0;";

const struct migration migrations[] = {
    { .format = 1, .sql = format_1 },
    { .format = AUDIT_CHAIN_FORMAT, .sql = format_2 },
    { .format = 3, .sql = format_3 },
    { .format = 4, .sql = format_4 },
};
const size_t migration_count = ARRAY_LEN(migrations);

enum err migrations_format(struct db *db, int64_t *ret_format, struct problem *ret_problem)
{
    bool has_meta = false;
    enum err err = db_has_table(db, STR("meta"), &has_meta, ret_problem);
    if (err)
        return err;
    if (!has_meta) {
        *ret_format = 0;
        return OK;
    }
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    err = db_query(db, STR("SELECT value FROM meta WHERE name = 'format'"), DB_VALUES(), &query,
                   ret_problem);
    if (!err)
        err = db_next(query, &has_row, ret_problem);
    if (err)
        return err;
    if (!has_row || !str_to_i64(db_bytes(query, 0), ret_format))
        return problem_set(ret_problem, ERR_CORRUPT, STR("meta.format"),
                           "the database does not tell its format version");
    return OK;
}

static enum err set_format(struct db *db, int64_t format, struct problem *problem)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%lld", (long long)format);
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row;
    enum err err = db_query(db,
                            STR("INSERT INTO meta (name, value) VALUES ('format', $1)"
                                " ON CONFLICT (name) DO UPDATE SET value = excluded.value"),
                            DB_VALUES(DB_BLOB(str_make(digits, (size_t)len))), &query, problem);
    return err ? err : db_next(query, &has_row, problem);
}

enum err migrations_run(struct db *db, const struct migration *steps, size_t step_count,
                        struct problem *ret_problem)
{
    int64_t format = 0;
    enum err err = migrations_format(db, &format, ret_problem);
    for (size_t i = 0; i < step_count && !err; i++) {
        if (steps[i].format <= format)
            continue;
        err = db_exec(db, steps[i].sql, ret_problem);
        if (!err)
            err = set_format(db, steps[i].format, ret_problem);
    }
    return err;
}
