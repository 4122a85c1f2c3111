// SPDX-License-Identifier: Apache-2.0
// A second reader of the journal's format, which owns nothing.
#include "journal/inspect_inner.h"

#include "base/mem.h"
#include "journal/bytes.h"
#include "journal/record.h"
#include "journal/refused.h"
#include "journal/snapshot.h"

enum err inspect_path(const struct inspect *inspect, const char *name, char *ret_path,
                      struct problem *ret_problem)
{
    int len = snprintf(ret_path, PATH_MAX, "%s/%s", inspect->dir, name);
    if (len < 0 || len >= PATH_MAX)
        return problem_set(ret_problem, ERR_INVALID, STR("dir"), "is too long");
    return OK;
}

// --- Segments

static enum err open_segment(struct inspect *inspect, size_t at, struct problem *ret_problem)
{
    char name[NAME_BYTES], path[PATH_MAX];
    fs_file_close(TAKE(inspect->file));
    name_format(NAME_SEGMENT, inspect->segments[at].sequence, name);
    enum err err = inspect_path(inspect, name, path, ret_problem);
    if (err)
        return err;
    int failed = inspect->fs->ops->open(inspect->fs, path, FS_READ, &inspect->file);
    return failed ? fs_error(failed, path, ret_problem) : OK;
}

static void take_seal(const struct seal_wire *wire, struct inspect_segment *segment)
{
    segment->is_sealed = true;
    segment->first_record = LE_GET(wire->first_record);
    segment->end_record = LE_GET(wire->end_record);
    segment->event_count = LE_GET(wire->event_count);
    segment->used_bytes = LE_GET(wire->end_offset);
    segment->first_wall_ms = (int64_t)LE_GET(wire->first_wall_ms);
    segment->last_wall_ms = (int64_t)LE_GET(wire->last_wall_ms);
    segment->known_until_s = (uint32_t)LE_GET(wire->known_until_s);
}

static void walk_from_start(struct inspect *inspect, size_t at)
{
    const struct inspect_segment *segment = &inspect->segments[at];
    inspect->walk.marker = format_marker(inspect->id);
    inspect->walk.limit = segment->is_sealed ? segment->used_bytes : segment->file_bytes;
    walk_start(&inspect->walk, inspect->file, segment->sequence, GROUPS_OFFSET);
}

// Where the next segment that tells it begins; UINT64_MAX: none does. What an earlier one holds
// from there on is of a group that failed when it was written.
static uint64_t bound_of(const struct inspect *inspect, size_t at)
{
    for (size_t i = at + 1; i < inspect->names.of[NAME_SEGMENT].count; i++) {
        if (inspect->segments[i].first_record != 0)
            return inspect->segments[i].first_record;
    }
    return UINT64_MAX;
}

// The next whole record of the segment that is walked.
static enum walk_result walk_on(struct inspect *inspect, size_t at,
                                struct walk_record *ret_record)
{
    enum walk_result result = refused_walk_next(inspect->head, &inspect->walk, ret_record);
    bool is_own = result == WALK_RECORD && ret_record->record < bound_of(inspect, at);
    return result == WALK_RECORD && !is_own ? WALK_END : result;
}

// What an unsealed segment holds is known only by walking it.
static enum err count_records(struct inspect *inspect, size_t at, struct problem *ret_problem)
{
    struct inspect_segment *segment = &inspect->segments[at];
    struct walk_record record;
    enum walk_result result;
    enum err err = open_segment(inspect, at, ret_problem);
    if (err)
        return err;
    walk_from_start(inspect, at);
    while ((result = walk_on(inspect, at, &record)) == WALK_RECORD) {
        segment->last_wall_ms = record_wall_ms(record.bytes);
        if (segment->first_wall_ms == 0)
            segment->first_wall_ms = segment->last_wall_ms;
        if (segment->first_record == 0)
            segment->first_record = record.record;
        segment->end_record = record.record + 1;
        segment->event_count += record_event_count(record.bytes);
        segment->used_bytes = inspect->walk.offset;
    }
    if (result == WALK_FAILED)
        return problem_set(ret_problem, ERR_IO, STR("journal"), "a segment cannot be read");
    return OK;
}

static bool load_seal(struct inspect *inspect, struct inspect_segment *segment)
{
    struct seal_wire seal;
    ssize_t got = inspect->file->ops->pread(inspect->file, &seal, sizeof(seal), SEAL_OFFSET);
    inspect->refused_heads += got < 0 && pages_is_refusal((int)got);
    if (got < (ssize_t)sizeof(seal) ||
        !format_is_seal_of(&seal, segment->sequence, segment->file_bytes))
        return false;
    take_seal(&seal, segment);
    return true;
}

static enum err load(struct inspect *inspect, size_t at, struct problem *ret_problem)
{
    struct inspect_segment *segment = &inspect->segments[at];
    struct segment_wire header;
    segment->sequence = inspect->names.of[NAME_SEGMENT].items[at];
    enum err err = open_segment(inspect, at, ret_problem);
    if (err)
        return err;
    const struct fs_ops *ops = inspect->file->ops;
    int64_t size = ops->size(inspect->file);
    segment->file_bytes = size < 0 ? 0 : (uint64_t)size;
    inspect_ids_find(inspect, segment);
    if (load_seal(inspect, segment))
        return OK;
    ssize_t got = ops->pread(inspect->file, &header, sizeof(header), 0);
    if (got == (ssize_t)sizeof(header) && format_check_segment(&header) == FORMAT_GOOD &&
        LE_GET(header.segment) == segment->sequence)
        segment->first_record = segment->end_record = LE_GET(header.first_record);
    return OK;
}

// The later segments come first: what they begin with bounds the earlier ones.
static enum err load_all(struct inspect *inspect, struct problem *ret_problem)
{
    size_t count = inspect->names.of[NAME_SEGMENT].count;
    enum err err = OK;
    for (size_t i = 0; i < count && !err; i++)
        err = load(inspect, i, ret_problem);
    for (size_t i = count; i-- > 0 && !err;) {
        if (!inspect->segments[i].is_sealed)
            err = count_records(inspect, i, ret_problem);
    }
    return err;
}

// Without the head it is no journal, unless there are segments.
static enum err read_names(struct inspect *inspect, enum err head, struct problem *ret_problem)
{
    struct problem problem;
    enum err err = names_list(inspect->fs, inspect->dir, &inspect->names, &problem);
    if (head == ERR_NOT_FOUND && !err && inspect->names.of[NAME_SEGMENT].count > 0)
        return problem_set(ret_problem, ERR_CORRUPT, str_of(inspect->dir),
                           "the file head is missing; without it the journal is not opened");
    if (!head && err && ret_problem)
        *ret_problem = problem;
    return head ? head : err;
}

enum err inspect_open(struct fs *fs, str dir, struct inspect **ret_inspect,
                      struct problem *ret_problem)
{
    AUTO(inspect_close) struct inspect *inspect = NEW(struct inspect);
    inspect->fs = fs;
    if (!str_copy(dir, inspect->dir, sizeof(inspect->dir)))
        return problem_set(ret_problem, ERR_INVALID, STR("dir"), "is too long");
    enum err err = inspect_head_open(inspect, ret_problem);
    err = read_names(inspect, err, ret_problem);
    if (!err)
        err = inspect_head_read(inspect, ret_problem);
    if (err)
        return err;
    size_t count = inspect->names.of[NAME_SEGMENT].count;
    inspect->segments = mem_zalloc(count + 1, sizeof(*inspect->segments));
    err = load_all(inspect, ret_problem);
    if (err)
        return err;
    inspect_seek(inspect, 0);
    *ret_inspect = TAKE(inspect);
    return OK;
}

void inspect_close(struct inspect *inspect)
{
    if (!inspect)
        return;
    fs_file_close(inspect->file);
    fs_file_close(inspect->head);
    walk_done(&inspect->walk);
    names_done(&inspect->names);
    mem_free(inspect->events.rows);
    mem_free(inspect->segments);
    mem_free(inspect);
}

const uint8_t *inspect_id(const struct inspect *inspect)
{
    return inspect->id;
}

const struct inspect_segment *inspect_segments(const struct inspect *inspect, size_t *ret_count)
{
    *ret_count = inspect->names.of[NAME_SEGMENT].count;
    return inspect->segments;
}

size_t inspect_spare_count(const struct inspect *inspect)
{
    return inspect->names.of[NAME_SPARE].count;
}

// --- Records

void inspect_seek(struct inspect *inspect, uint64_t record)
{
    fs_file_close(TAKE(inspect->file));
    inspect->at = 0;
    while (inspect->at < inspect->names.of[NAME_SEGMENT].count &&
           inspect->segments[inspect->at].end_record <= record)
        inspect->at++;
    inspect->expected = record;
    inspect->walk.mended_count = 0;
    inspect->refused_count = 0;
}

uint64_t inspect_refused_count(const struct inspect *inspect)
{
    return inspect->refused_heads + inspect->refused_count;
}

uint64_t inspect_mended_count(const struct inspect *inspect)
{
    return inspect->walk.mended_count;
}

// The next whole record of this segment or a later one that is not before `expected`.
static enum err next_whole(struct inspect *inspect, struct walk_record *ret_record,
                           struct problem *ret_problem)
{
    size_t count = inspect->names.of[NAME_SEGMENT].count;
    while (inspect->at < count) {
        if (!inspect->file) {
            enum err err = open_segment(inspect, inspect->at, ret_problem);
            if (err)
                return err;
            walk_from_start(inspect, inspect->at);
        }
        enum walk_result result = walk_on(inspect, inspect->at, ret_record);
        if (result == WALK_FAILED)
            return problem_set(ret_problem, ERR_IO, STR("journal"), "a segment cannot be read");
        if (result == WALK_RECORD && ret_record->record >= inspect->expected)
            return OK;
        if (result == WALK_END) {
            inspect->refused_count += pages_count(&inspect->walk.pages);
            fs_file_close(TAKE(inspect->file));
            inspect->at++;
        }
    }
    return ERR_NOT_FOUND;
}

enum err inspect_next(struct inspect *inspect, struct journal_read *ret_read,
                      struct problem *ret_problem)
{
    struct walk_record found;
    size_t count = inspect->names.of[NAME_SEGMENT].count;
    enum err err = next_whole(inspect, &found, ret_problem);
    if (err == ERR_IO)
        return err;
    uint64_t end = count > 0 ? inspect->segments[count - 1].end_record : 0;
    uint64_t record = err ? MAX(end, inspect->expected) : found.record;
    // What is before the oldest record is past retention, not lost.
    uint64_t oldest = count > 0 ? inspect->segments[0].first_record : record;
    uint64_t from = MAX(inspect->expected, oldest);
    *ret_read = (struct journal_read){
        .position = { .record = record },
        .lost_from = { .record = MIN(from, record) },
    };
    inspect->expected = record + (err ? 0 : 1);
    if (err)
        return err;
    if (!record_decode(found.bytes, &inspect->events, &ret_read->record))
        return problem_set(ret_problem, ERR_NEWER_FORMAT, STR("journal"),
                           "holds a record that this version does not know");
    return OK;
}

// --- Cursors

enum err inspect_cursors(struct inspect *inspect, struct arena *arena,
                         struct cursor **ret_cursors, size_t *ret_count,
                         struct problem *ret_problem)
{
    struct map *entries = map_new();
    struct snapshots_found found = { .entries = entries };
    enum err err =
        snapshots_read(inspect->fs, str_of(inspect->dir), inspect->id, &found, ret_problem);
    inspect->damaged_cursors = (size_t)found.is_damaged[0] + found.is_damaged[1];
    size_t count = 0, at = 0;
    struct cursor_entry *entry;
    struct cursor *cursors = ARENA_ARRAY(arena, struct cursor, map_count(entries) + 1);
    while ((entry = map_each(entries, &at))) {
        cursors[count++] = cursor_entry_copy(entry, arena);
        cursor_entry_free(entry);
    }
    map_free(entries);
    *ret_cursors = cursors;
    *ret_count = count;
    return err;
}

size_t inspect_damaged_cursors(const struct inspect *inspect)
{
    return inspect->damaged_cursors;
}
