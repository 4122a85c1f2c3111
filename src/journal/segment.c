// SPDX-License-Identifier: Apache-2.0
// The table of segments.
#include <inttypes.h>

#include "base/mem.h"
#include "journal/inner.h"

void journal_path(const struct journal *journal, enum name_kind kind, uint64_t sequence,
                  char ret_path[PATH_MAX])
{
    char name[NAME_BYTES];
    name_format(kind, sequence, name);
    int len = snprintf(ret_path, PATH_MAX, "%s/%s", journal->dir, name);
    assert(len > 0 && len < PATH_MAX); // journal_open has checked the directory's length
}

struct segment *segment_new(uint64_t sequence, uint64_t first_record)
{
    struct segment *segment = NEW(struct segment);
    segment->sequence = sequence;
    segment->first_record = segment->end_record = first_record;
    segment->end_offset = GROUPS_OFFSET;
    return segment;
}

void segment_free(struct segment *segment)
{
    if (!segment)
        return;
    ranges_done(&segment->damage);
    ranges_done(&segment->mended);
    mem_free(segment->waiting);
    pages_clear(&segment->refused);
    mem_free(segment);
}

void segment_index_add(struct segment *segment, uint64_t record, uint64_t offset,
                       int64_t wall_ms)
{
    uint64_t step = segment->file_bytes / INDEX_ENTRIES_MAX;
    if (segment->index_count == INDEX_ENTRIES_MAX ||
        (segment->index_count > 0 &&
         offset - segment->index[segment->index_count - 1].offset < step))
        return;
    segment->index[segment->index_count++] =
        (struct index_entry){ .record = record, .offset = offset, .wall_ms = wall_ms };
}

const struct index_entry *segment_index_find(const struct segment *segment, uint64_t record)
{
    const struct index_entry *found = NULL;
    for (size_t i = 0; i < segment->index_count && segment->index[i].record <= record; i++)
        found = &segment->index[i];
    return found;
}

static void insert(struct journal *journal, size_t at, struct segment *segment)
{
    pthread_mutex_lock(&journal->lock);
    if (journal->segment_count == journal->segment_cap) {
        journal->segment_cap = MAX((size_t)16, journal->segment_cap * 2);
        journal->segments =
            mem_realloc(journal->segments, journal->segment_cap * sizeof(*journal->segments));
    }
    memmove(&journal->segments[at + 1], &journal->segments[at],
            (journal->segment_count++ - at) * sizeof(*journal->segments));
    journal->segments[at] = segment;
    pthread_mutex_unlock(&journal->lock);
}

void segments_add(struct journal *journal, struct segment *segment)
{
    size_t count = journal->segment_count;
    assert(count == 0 || journal->segments[count - 1]->sequence < segment->sequence);
    insert(journal, count, segment);
}

// Where the segment is or would be.
static size_t index_of(const struct journal *journal, uint64_t sequence)
{
    size_t low = 0, high = journal->segment_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (journal->segments[middle]->sequence >= sequence)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void segments_put_back(struct journal *journal, struct segment *segment)
{
    insert(journal, index_of(journal, segment->sequence), segment);
}

void segments_remove(struct journal *journal, const struct segment *segment)
{
    pthread_mutex_lock(&journal->lock);
    size_t at = index_of(journal, segment->sequence);
    assert(journal->segments[at] == segment);
    memmove(&journal->segments[at], &journal->segments[at + 1],
            (--journal->segment_count - at) * sizeof(*journal->segments));
    pthread_mutex_unlock(&journal->lock);
}

struct segment *segments_find(const struct journal *journal, uint64_t record)
{
    size_t low = 0, high = journal->segment_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (journal->segments[middle]->end_record > record)
            high = middle;
        else
            low = middle + 1;
    }
    return low < journal->segment_count ? journal->segments[low] : NULL;
}

struct segment *segments_get(const struct journal *journal, uint64_t sequence)
{
    size_t at = index_of(journal, sequence);
    bool is_hit = at < journal->segment_count && journal->segments[at]->sequence == sequence;
    return is_hit ? journal->segments[at] : NULL;
}

void journal_tell_damage(struct journal *journal, uint64_t sequence, struct record_range range)
{
    assert(range.first < range.end);
    pthread_mutex_lock(&journal->lock);
    struct segment *segment = segments_get(journal, sequence);
    uint64_t fresh = segment ? ranges_add(&segment->damage, range) : 0;
    journal->stats.damaged_records += fresh;
    pthread_mutex_unlock(&journal->lock);
    if (fresh)
        observe(journal->observer, LOG_ERROR, "journal records are damaged and skipped",
                LOG_CSTR("dir", journal->dir), LOG_INT("segment", (int64_t)sequence),
                LOG_INT("first", (int64_t)range.first),
                LOG_INT("last", (int64_t)range.end - 1));
}

void journal_tell_mended(struct journal *journal, uint64_t sequence, uint64_t group_offset)
{
    pthread_mutex_lock(&journal->lock);
    struct segment *segment = segments_get(journal, sequence);
    struct record_range place = { group_offset, group_offset + 1 };
    bool is_new = segment && ranges_add(&segment->mended, place);
    pthread_mutex_unlock(&journal->lock);
    if (is_new)
        observe(journal->observer, LOG_WARN,
                "a bit of a journal group's header is wrong; set right",
                LOG_CSTR("dir", journal->dir), LOG_INT("segment", (int64_t)sequence),
                LOG_INT("offset", (int64_t)group_offset));
}

void segments_count(struct journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    journal->stats.segments = journal->segment_count;
    journal->stats.spare_segments = journal->spare_count;
    journal->stats.disk_bytes = journal->disk_bytes;
    pthread_mutex_unlock(&journal->lock);
}
