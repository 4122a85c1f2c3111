// SPDX-License-Identifier: Apache-2.0
// Walking along a copy of the audit log.
#include "store/audit_copy.h"

#include "codec/hex.h"
#include "codec/json.h"
#include "codec/timestamp.h"

enum {
    CHUNK_BYTES = 256 * 1024,
    LINE_BYTES_MAX = 1 << 20,
    ARENA_MAX = 16 << 20,
    HASHES_KEPT = 1024, // more than what can be sent twice
    HASH_PLACES,        // the one before the oldest of them, too: that is hashed with it
    JSON_DEPTH_MAX = 32,
};

struct walk {
    const struct audit_evidence *evidence;
    struct audit_copy_report *report;
    struct arena *arena;                         // of the line
    uint8_t hashes[HASH_PLACES][AUDIT_HASH_LEN]; // of entry n at n % HASH_PLACES
    uint8_t first_alone[AUDIT_HASH_LEN];         // of the first entry, as if nothing was before
    uint8_t directory_id[STORE_DIRECTORY_ID_LEN];
    bool has_key; // report->key and directory_id are known
};

// Always false: the walk ends here.
static bool finish(struct walk *walk, enum audit_finding finding, int64_t seq, str id)
{
    struct audit_report *report = &walk->report->report;
    report->finding = finding;
    report->seq = seq;
    (void)str_copy(str_sub(id, 0, AUDIT_ID_MAX - 1), report->id, sizeof(report->id));
    return false;
}

static uint8_t *hash_at(struct walk *walk, int64_t seq)
{
    return walk->hashes[seq % HASH_PLACES];
}

// Whether the hash of this entry is still known.
static bool is_kept(const struct walk *walk, int64_t seq)
{
    int64_t newest = walk->report->report.head.seq;
    return seq >= walk->report->first_seq && seq <= newest && seq > newest - HASHES_KEPT;
}

// --- Entries

static size_t skip_string(str text, size_t at)
{
    for (at++; at < text.len && text.data[at] != '"'; at++)
        at += text.data[at] == '\\';
    return at + 1;
}

static size_t skip_value(str text, size_t at)
{
    int depth = 0;
    while (at < text.len) {
        char c = text.data[at];
        if (depth == 0 && (c == ',' || c == '}'))
            break;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at = c == '"' ? skip_string(text, at) : at + 1;
    }
    return at;
}

// The bytes of a member of the object, which is valid JSON without white space, as they stand
// there: what is hashed is those, not what they mean.
static str raw_member(str object, str key)
{
    size_t at = 1;
    while (at < object.len && object.data[at] == '"') {
        size_t key_end = skip_string(object, at);
        size_t end = skip_value(object, key_end + 1);
        if (str_eq(str_sub(object, at + 1, key_end - at - 2), key))
            return str_sub(object, key_end + 1, end - key_end - 1);
        at = end + 1;
    }
    return STR_NONE;
}

// False: the line is no entry.
static bool read_entry(str line, yyjson_val *object, struct audit_row *ret_row)
{
    struct audit_row row = {
        .id = json_get_str(object, "id"),
        .organization_id = json_get_str(object, "organizationId"),
        .workspace_id = json_get_str(object, "workspaceId"),
        .actor_type = json_get_str(object, "actorType"),
        .actor_id = json_get_str(object, "actorId"),
        .actor_name = json_get_str(object, "actorName"),
        .action = json_get_str(object, "action"),
        .target_type = json_get_str(object, "targetType"),
        .target_id = json_get_str(object, "targetId"),
        .target_name = json_get_str(object, "targetName"),
        .ip = json_get_str(object, "ip"),
        .user_agent = json_get_str(object, "userAgent"),
        .details = raw_member(line, STR("details")),
        .seq = yyjson_get_sint(yyjson_obj_get(object, "seq")),
    };
    if (str_eq(row.details, STR("null")))
        row.details = STR_NONE;
    if (row.seq < 1 || row.seq == INT64_MAX || // there is one behind each
        !timestamp_parse(json_get_str(object, "createdAt"), &row.created_ms) ||
        !hex_decode(json_get_str(object, "hash"), row.hash, AUDIT_HASH_LEN))
        return false;
    *ret_row = row;
    return true;
}

static bool has_known_hash(const struct walk *walk, const struct audit_row *row)
{
    const struct audit_known *known = walk->evidence->head;
    return !known || known->head.seq != row->seq ||
           memcmp(known->head.hash, row->hash, AUDIT_HASH_LEN) == 0;
}

// The entry behind the last one, or the first one. Whether to go on.
static bool take_entry(struct walk *walk, const struct audit_row *row)
{
    struct audit_head *head = &walk->report->report.head;
    uint8_t hash[AUDIT_HASH_LEN];
    bool is_first = head->seq == 0;
    audit_hash(row, head->hash, hash); // nothing but zeros before the first
    if ((!is_first || row->seq == 1) && memcmp(hash, row->hash, AUDIT_HASH_LEN) != 0)
        return finish(walk, AUDIT_ALTERED, row->seq, row->id);
    if (!has_known_hash(walk, row))
        return finish(walk, AUDIT_REWRITTEN, row->seq, row->id);
    if (is_first) {
        walk->report->first_seq = row->seq;
        memcpy(walk->first_alone, hash, AUDIT_HASH_LEN);
    }
    head->seq = row->seq;
    memcpy(head->hash, row->hash, AUDIT_HASH_LEN);
    memcpy(hash_at(walk, row->seq), row->hash, AUDIT_HASH_LEN);
    return true;
}

// One that was there already, and must be as it was; the first one's text is compared without
// the one before, which may be unknown. Whether to go on.
static bool check_again(struct walk *walk, const struct audit_row *row)
{
    static const uint8_t zeros[AUDIT_HASH_LEN];
    const uint8_t *kept = hash_at(walk, row->seq);
    bool is_first = row->seq == walk->report->first_seq;
    uint8_t hash[AUDIT_HASH_LEN];
    if (!is_kept(walk, row->seq))
        return finish(walk, AUDIT_INSERTED, walk->report->report.head.seq + 1, row->id);
    audit_hash(row, is_first ? zeros : hash_at(walk, row->seq - 1), hash);
    bool is_same = memcmp(row->hash, kept, AUDIT_HASH_LEN) == 0 &&
                   memcmp(hash, is_first ? walk->first_alone : kept, AUDIT_HASH_LEN) == 0;
    return is_same || finish(walk, AUDIT_ALTERED, row->seq, row->id);
}

static bool check_entry(struct walk *walk, const struct audit_row *row)
{
    int64_t last = walk->report->report.head.seq;
    if (last == 0 || row->seq == last + 1)
        return take_entry(walk, row);
    if (row->seq > last)
        return finish(walk, AUDIT_REMOVED, last + 1, STR_NONE);
    return check_again(walk, row);
}

// --- Heads

static bool is_of_key(struct walk *walk, const struct audit_known *known)
{
    const uint8_t *key = walk->evidence->key;
    if (!key && walk->has_key)
        key = walk->report->key;
    if (key && memcmp(key, known->signature.key, AUDIT_KEY_LEN) != 0)
        return false;
    return audit_signature_fits(&known->signature, walk->directory_id, &known->head);
}

// Whether to go on.
static bool check_head(struct walk *walk, const struct audit_known *known)
{
    int64_t seq = known->head.seq;
    if (!is_of_key(walk, known))
        return finish(walk, AUDIT_HEAD_FORGED, seq, STR_NONE);
    memcpy(walk->report->key, known->signature.key, AUDIT_KEY_LEN);
    walk->has_key = true;
    if (seq > walk->report->report.head.seq)
        return finish(walk, AUDIT_REMOVED, walk->report->report.head.seq + 1, STR_NONE);
    if (!is_kept(walk, seq))
        return true; // of what is not in this file any more
    if (memcmp(hash_at(walk, seq), known->head.hash, AUDIT_HASH_LEN) != 0)
        return finish(walk, AUDIT_REWRITTEN, seq, STR_NONE);
    walk->report->signed_seq = MAX(walk->report->signed_seq, seq);
    return true;
}

// False: the line is no head.
static bool read_head(struct walk *walk, yyjson_val *object, struct audit_known *ret_known)
{
    return audit_known_parse(json_get_str(object, "auditHead"), ret_known) &&
           ret_known->is_signed &&
           hex_decode(json_get_str(object, "directoryId"), walk->directory_id,
                      STORE_DIRECTORY_ID_LEN);
}

// --- Lines

// Whether to go on.
static bool check_line(struct walk *walk, str line)
{
    yyjson_doc *doc;
    struct audit_row row;
    struct audit_known known;
    line = str_trim(line);
    arena_reset(walk->arena);
    if (line.len == 0)
        return true;
    if (json_read(line, JSON_DEPTH_MAX, walk->arena, &doc, NULL) == OK) {
        yyjson_val *object = yyjson_doc_get_root(doc);
        if (read_head(walk, object, &known))
            return check_head(walk, &known);
        if (read_entry(line, object, &row))
            return check_entry(walk, &row);
    }
    walk->report->torn_lines++;
    return true;
}

// Checks the whole lines and keeps the rest. Whether to go on.
static bool check_lines(struct walk *walk, struct buf *data)
{
    str rest = buf_str(data);
    bool goes_on = true;
    for (size_t end; goes_on && (end = str_find(rest, '\n')) < rest.len;) {
        goes_on = check_line(walk, str_sub(rest, 0, end));
        rest = str_sub(rest, end + 1, rest.len);
    }
    memmove(data->data, rest.data, rest.len);
    data->len = rest.len;
    return goes_on;
}

static void check_end(struct walk *walk, const struct audit_known *known)
{
    int64_t seq = known->head.seq, last = walk->report->report.head.seq;
    if (seq > last)
        (void)finish(walk, AUDIT_TAIL_CUT, last + 1, STR_NONE);
    else if (seq < walk->report->first_seq)
        (void)finish(walk, AUDIT_OUTLIVED, walk->report->first_seq - 1, STR_NONE);
    else if (!known->is_signed || !walk->has_key)
        return; // whose it is stands in the file's own heads
    else if (!is_of_key(walk, known))
        (void)finish(walk, AUDIT_HEAD_FORGED, seq, STR_NONE);
    else
        walk->report->signed_seq = MAX(walk->report->signed_seq, seq);
}

static enum err check_file(struct walk *walk, struct fs_file *file, const char *path,
                           struct problem *problem)
{
    AUTO(buf_done) struct buf data = { 0 };
    bool goes_on = true;
    for (uint64_t offset = 0; goes_on;) {
        char *dest = buf_reserve(&data, CHUNK_BYTES);
        ssize_t got = file->ops->pread(file, dest, CHUNK_BYTES, offset);
        if (got < 0)
            return fs_error((int)got, path, problem);
        if (got == 0)
            break;
        offset += (uint64_t)got;
        data.len += (size_t)got;
        goes_on = check_lines(walk, &data);
        if (goes_on && data.len > LINE_BYTES_MAX)
            return problem_set(problem, ERR_TOO_BIG, str_of(path),
                               "has a line that is too long");
    }
    if (goes_on && check_line(walk, buf_str(&data)) && walk->evidence->head)
        check_end(walk, walk->evidence->head);
    return OK;
}

enum err audit_verify_copy(struct fs *fs, const char *path,
                           const struct audit_evidence *evidence,
                           struct audit_copy_report *ret_report, struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    AUTO(arena_free) struct arena *line_arena = arena_new(ARENA_MAX);
    AUTO(fs_file_close) struct fs_file *file = NULL;
    *ret_report = (struct audit_copy_report){ .report.finding = AUDIT_INTACT };
    int failed = fs->ops->open(fs, path, FS_READ, &file);
    if (failed)
        return fs_error(failed, path, ret_problem);
    struct walk *walk = ARENA_NEW(arena, struct walk);
    *walk = (struct walk){ .evidence = evidence, .report = ret_report, .arena = line_arena };
    return check_file(walk, file, path, ret_problem);
}
