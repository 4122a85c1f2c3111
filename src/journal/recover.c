// SPDX-License-Identifier: Apache-2.0
// What journal_open makes of the files it finds. Sealed segments are believed; an unsealed one,
// as a crash or a failed write leaves it, is walked to its last whole group and sealed there.
// Nothing is ever appended to a segment found here.
#include "journal/bytes.h"
#include "journal/ids.h"
#include "journal/inner.h"
#include "journal/names.h"
#include "journal/refused.h"
#include "journal/remember.h"

// What the first 4096 bytes of a segment file say.
struct page {
    struct segment_wire header;
    struct seal_wire seal;
};
_Static_assert(sizeof(struct page) == GROUPS_OFFSET, "on disk");

static enum err check_page(const struct journal *journal, const struct page *page,
                           const char *path, struct problem *ret_problem)
{
    enum format_check header = format_check_segment(&page->header);
    if (header == FORMAT_NEWER || format_check_seal(&page->seal) == FORMAT_NEWER)
        return journal_is_newer(path, ret_problem);
    if (header == FORMAT_GOOD && memcmp(page->header.id, journal->id, sizeof(journal->id)) != 0)
        return problem_set(ret_problem, ERR_CONFLICT, str_of(path),
                           "belongs to another data directory");
    return OK;
}

static bool take_seal(struct segment *segment, const struct seal_wire *wire)
{
    if (!format_is_seal_of(wire, segment->sequence, segment->file_bytes))
        return false;
    segment->first_record = LE_GET(wire->first_record);
    segment->end_record = LE_GET(wire->end_record);
    segment->end_offset = LE_GET(wire->end_offset);
    segment->first_wall_ms = (int64_t)LE_GET(wire->first_wall_ms);
    segment->last_wall_ms = (int64_t)LE_GET(wire->last_wall_ms);
    segment->event_count = LE_GET(wire->event_count);
    segment->group_count = LE_GET(wire->group_count);
    segment->known_until_s = (uint32_t)LE_GET(wire->known_until_s);
    segment->is_transient = LE_GET(wire->is_transient) != 0;
    segment->index_count = (size_t)LE_GET(wire->index_count);
    for (size_t i = 0; i < segment->index_count; i++)
        segment->index[i] = (struct index_entry){
            .record = LE_GET(wire->index[i].record),
            .offset = LE_GET(wire->index[i].offset),
            .wall_ms = (int64_t)LE_GET(wire->index[i].wall_ms),
        };
    segment->is_sealed = true;
    return true;
}

// A file that was made and not used holds zeros there, one that was recycled what it held
// before: nothing is missing. Other bytes have taken the place of something.
static bool is_strange(const struct page *page)
{
    static const struct page zeros;
    return format_check_segment(&page->header) != FORMAT_GOOD &&
           memcmp(page, &zeros, sizeof(zeros)) != 0;
}

// The page, if the disk refuses it as zeros; then it is in *refused.
static ssize_t read_page(const struct journal *journal, struct fs_file *file,
                         struct pages *refused, struct page *page)
{
    struct pages_read read = { .dest = page, .needed = sizeof(*page), .wanted = sizeof(*page) };
    return refused_read(journal->head, refused, file, &read);
}

// first_record is 0 when neither header nor seal tells it.
static struct segment *segment_from(const struct page *page, uint64_t sequence,
                                    uint64_t file_bytes)
{
    bool is_own = format_check_segment(&page->header) == FORMAT_GOOD &&
                  LE_GET(page->header.segment) == sequence;
    struct segment *segment =
        segment_new(sequence, is_own ? LE_GET(page->header.first_record) : 0);
    segment->file_bytes = file_bytes;
    segment->is_strange = !take_seal(segment, &page->seal) && is_strange(page);
    return segment;
}

static enum err load(struct journal *journal, uint64_t sequence, struct problem *ret_problem)
{
    AUTO(fs_file_close) struct fs_file *file = NULL;
    AUTO(pages_clear) struct pages refused = { 0 };
    char path[PATH_MAX];
    struct page page = { 0 };
    journal_path(journal, NAME_SEGMENT, sequence, path);
    int failed = journal->fs->ops->open(journal->fs, path, FS_READ, &file);
    if (failed)
        return fs_error(failed, path, ret_problem);
    int64_t size = file->ops->size(file);
    ssize_t got = size < 0 ? (ssize_t)size : read_page(journal, file, &refused, &page);
    if (got < 0)
        return fs_error((int)got, path, ret_problem);
    enum err err = check_page(journal, &page, path, ret_problem);
    if (err != OK)
        return err;
    struct segment *segment = segment_from(&page, sequence, (uint64_t)size);
    refused_keep(journal, segment, &refused);
    journal->disk_bytes += segment->file_bytes;
    segments_add(journal, segment);
    return OK;
}

// first_record of the next segment whose header or groups tell it; UINT64_MAX: none does.
static uint64_t bound_of(const struct journal *journal, size_t at)
{
    for (size_t i = at + 1; i < journal->segment_count; i++) {
        if (journal->segments[i]->first_record != 0)
            return journal->segments[i]->first_record;
    }
    return UINT64_MAX;
}

// The later segments come first: what they begin with bounds the earlier ones.
static enum err scan_unsealed(struct journal *journal, struct problem *ret_problem)
{
    for (size_t i = journal->segment_count; i-- > 0;) {
        struct segment *segment = journal->segments[i];
        if (segment->is_sealed)
            continue;
        enum err err = scan_segment(journal, segment, bound_of(journal, i), ret_problem);
        if (err != OK)
            return err;
    }
    return OK;
}

// Numbers that no segment holds were somebody's: a file is gone, or the beginning of the one
// behind them. What is before the first segment that says where it begins is past retention.
static void tell_hole(struct journal *journal, const struct segment *segment)
{
    struct record_range hole = { .first = journal->end_record, .end = segment->first_record };
    if (hole.first < hole.end)
        journal_tell_damage(journal, segment->sequence, hole);
}

// What was there can be told, but not which numbers it had.
static void tell_unknown(const struct journal *journal, const struct segment *segment,
                         bool is_known)
{
    if (is_known ? segment->is_headless : segment->is_strange)
        observe(journal->observer, LOG_WARN,
                is_known ? "the first groups of the oldest journal segment are lost: nobody "
                           "knows how many records they held"
                         : "a journal segment holds nothing that can be read: what it held, "
                           "if anything, is lost",
                LOG_CSTR("dir", journal->dir), LOG_INT("segment", (int64_t)segment->sequence));
}

// The ends that the whole journal has.
static void sum_up(struct journal *journal)
{
    bool has_begun = false;
    journal->end_record = 1;
    for (size_t i = 0; i < journal->segment_count; i++) {
        struct segment *segment = journal->segments[i];
        bool is_known = segment->first_record > 0; // otherwise it is empty
        if (!is_known)
            segment->first_record = segment->end_record = journal->end_record;
        if (has_begun)
            tell_hole(journal, segment);
        if (!has_begun || !is_known)
            tell_unknown(journal, segment, is_known);
        has_begun = has_begun || is_known;
        journal->end_record = MAX(journal->end_record, segment->end_record);
        if (segment->group_count > 0)
            journal->last_wall_ms = MAX(journal->last_wall_ms, segment->last_wall_ms);
    }
}

// Spares of another size, and those too many, are of no use.
static enum err take_spares(struct journal *journal, const struct sequences *spares,
                            struct problem *ret_problem)
{
    struct fs *fs = journal->fs;
    for (size_t i = 0; i < spares->count; i++) {
        AUTO(fs_file_close) struct fs_file *file = NULL;
        char path[PATH_MAX];
        journal_path(journal, NAME_SPARE, spares->items[i], path);
        int failed = fs->ops->open(fs, path, FS_READ, &file);
        int64_t size = failed ? failed : file->ops->size(file);
        bool fits = size == (int64_t)journal->limits.segment_bytes &&
                    journal->spare_count < journal->limits.spare_segments;
        if (size >= 0 && fits) {
            spare_add(journal, spares->items[i]);
            journal->disk_bytes += (uint64_t)size;
        } else if (size >= 0) {
            size = fs->ops->remove(fs, path);
        }
        if (size < 0)
            return fs_error((int)size, path, ret_problem);
    }
    return OK;
}

enum err journal_recover(struct journal *journal, struct problem *ret_problem)
{
    AUTO(names_done) struct names found = { 0 };
    enum err err = names_list(journal->fs, journal->dir, &found, ret_problem);
    if (err == OK)
        err = head_open(journal, &found.of[NAME_SEGMENT], ret_problem);
    for (size_t i = 0; i < found.of[NAME_SEGMENT].count && err == OK; i++)
        err = load(journal, found.of[NAME_SEGMENT].items[i], ret_problem);
    if (err == OK)
        err = scan_unsealed(journal, ret_problem);
    if (err == OK)
        err = take_spares(journal, &found.of[NAME_SPARE], ret_problem);
    if (err != OK)
        return err;
    sum_up(journal);
    ids_find(journal, &found.of[NAME_IDS], remembered_from_s(journal));
    journal->next_sequence = 1;
    for (size_t kind = 0; kind < NAME_KINDS; kind++) {
        const struct sequences *of_kind = &found.of[kind]; // ascending
        if (of_kind->count > 0)
            journal->next_sequence =
                MAX(journal->next_sequence, of_kind->items[of_kind->count - 1] + 1);
    }
    return OK;
}
