// SPDX-License-Identifier: Apache-2.0
// Readers: each with its own file and buffer, so that none waits for another or holds up the
// log thread. What is read is verified after it was copied, so a segment that is recycled under
// a reader's hands is noticed.
#include "base/mem.h"
#include "journal/inner.h"
#include "journal/record.h"
#include "journal/refused.h"
#include "journal/walk.h"

#include <errno.h>

struct journal_reader {
    struct journal *journal;
    uint64_t next;        // the record wanted
    uint64_t lost_from;   // == next: nothing was lost since the last record
    bool is_placed;       // the walk stands in a segment
    uint64_t expected;    // by the walk: one behind the last whole record
    bool is_blind;        // it was placed by the index, and has met none since
    bool is_from_start;   // it is to be placed at the segment's beginning
    struct fs_file *file; // of `segment`; kept open when the reader moves within it
    uint64_t segment;
    struct walk walk;
    uint64_t mended_count; // of the walk's, those that were told
    struct record_events events;
};

struct journal_reader *journal_reader_open(struct journal *journal, struct position from)
{
    struct journal_reader *reader = NEW(struct journal_reader);
    reader->journal = journal;
    reader->walk.marker = journal->marker;
    journal_reader_seek(reader, from);
    return reader;
}

static void close_segment(struct journal_reader *reader)
{
    fs_file_close(TAKE(reader->file));
    reader->is_placed = false;
}

void journal_reader_close(struct journal_reader *reader)
{
    if (!reader)
        return;
    close_segment(reader);
    walk_done(&reader->walk);
    mem_free(reader->events.rows);
    mem_free(reader);
}

void journal_reader_shrink(struct journal_reader *reader)
{
    if (reader)
        walk_shrink(&reader->walk);
}

struct position journal_reader_position(const struct journal_reader *reader)
{
    return (struct position){ .record = reader->next };
}

void journal_reader_seek(struct journal_reader *reader, struct position to)
{
    uint64_t end = journal_end(reader->journal).record;
    reader->is_placed = false;
    // A cursor can stand behind the end after a disk has lost what it had confirmed. Waiting
    // there would skip the records that get these numbers now.
    reader->next = reader->lost_from = MAX((uint64_t)1, MIN(to.record, end));
}

// All of a damaged range is told, also what is before a reader that stands in it: so it is the
// same whoever comes.
static void skip_damage(struct journal_reader *reader, uint64_t first, uint64_t end)
{
    struct record_range range = { .first = MIN(first, reader->next), .end = end };
    journal_tell_damage(reader->journal, reader->segment, range);
    reader->next = end;
}

// Where the range begins a walk cannot see that was placed in it. True: it is placed anew.
static bool look_back(struct journal_reader *reader)
{
    if (!reader->is_blind)
        return false;
    reader->is_from_start = true;
    reader->is_placed = false;
    return true;
}

// Where in which file the wanted record's group begins, at the latest.
struct place {
    uint64_t segment;
    uint64_t first_record; // of the segment
    uint64_t record;       // that begins there
    uint64_t offset;
    uint64_t limit;
    uint64_t end_record;
};

// False: nothing to read yet. Skips what is gone.
static bool find_place(struct journal_reader *reader, struct place *ret_place)
{
    struct journal *journal = reader->journal;
    pthread_mutex_lock(&journal->lock);
    const struct segment *segment = segments_find(journal, reader->next);
    if (segment) {
        reader->next = MAX(reader->next, segment->first_record);
        const struct index_entry *entry =
            reader->is_from_start ? NULL : segment_index_find(segment, reader->next);
        *ret_place = (struct place){
            .segment = segment->sequence,
            .first_record = segment->first_record,
            .record = entry ? entry->record : segment->first_record,
            .offset = entry ? entry->offset : GROUPS_OFFSET,
            .limit = segment->end_offset,
            .end_record = segment->end_record,
        };
    }
    pthread_mutex_unlock(&journal->lock);
    return segment != NULL;
}

static bool is_retired(const struct journal_reader *reader)
{
    pthread_mutex_lock(&reader->journal->lock);
    bool is_there = segments_get(reader->journal, reader->segment) != NULL;
    pthread_mutex_unlock(&reader->journal->lock);
    return !is_there;
}

// Opens the segment's file unless the reader has it open.
static int open_segment(struct journal_reader *reader, uint64_t sequence)
{
    char path[PATH_MAX];
    struct fs *fs = reader->journal->fs;
    if (reader->file && reader->segment == sequence)
        return 0;
    close_segment(reader);
    reader->segment = sequence;
    journal_path(reader->journal, NAME_SEGMENT, sequence, path);
    return fs->ops->open(fs, path, FS_READ, &reader->file);
}

// OK: the reader stands in a segment. ERR_NOT_FOUND: nothing more is durable.
static enum err enter_segment(struct journal_reader *reader)
{
    struct place place;
    while (find_place(reader, &place)) {
        int failed = open_segment(reader, place.segment);
        if (!failed) {
            reader->walk.limit = place.limit;
            walk_start(&reader->walk, reader->file, place.segment, place.offset);
            refused_share(reader->journal, &reader->walk);
            reader->is_placed = true;
            reader->expected = place.record;
            reader->is_blind = place.offset > GROUPS_OFFSET;
            reader->is_from_start = false;
            return OK;
        }
        if (failed != -ENOENT)
            return ERR_IO;
        if (!is_retired(reader)) // somebody else has removed the file
            skip_damage(reader, place.first_record, place.end_record);
    }
    return ERR_NOT_FOUND;
}

// What there is behind the walk's limit, which moves.
struct ahead {
    bool has_more;
    bool is_last;        // segment
    uint64_t damage_end; // 0: nothing of the segment is missing
};

static struct ahead look_ahead(struct journal_reader *reader)
{
    struct ahead ahead = { 0 };
    struct journal *journal = reader->journal;
    pthread_mutex_lock(&journal->lock);
    const struct segment *segment = segments_get(journal, reader->segment);
    if (segment) {
        ahead.is_last = segment == journal->segments[journal->segment_count - 1];
        ahead.has_more = segment->end_offset > reader->walk.limit;
        reader->walk.limit = segment->end_offset;
        if (!ahead.has_more && reader->next < segment->end_record)
            ahead.damage_end = segment->end_record;
    }
    pthread_mutex_unlock(&journal->lock);
    return ahead;
}

// The walk has come to its limit: more of the segment may be durable now, or the next is due.
// OK: go on reading.
static enum err go_on(struct journal_reader *reader)
{
    struct ahead ahead = look_ahead(reader);
    if (ahead.has_more || (ahead.damage_end && look_back(reader)))
        return OK;
    if (ahead.damage_end)
        skip_damage(reader, reader->expected, ahead.damage_end);
    else if (ahead.is_last)
        return ERR_NOT_FOUND;
    close_segment(reader);
    return OK;
}

// False: the whole record that was found is not wanted, or not yet.
static bool pass_gap(struct journal_reader *reader, uint64_t record)
{
    if (record > reader->next) {
        if (is_retired(reader)) { // recycled while it was read: not damage
            close_segment(reader);
            return false;
        }
        if (look_back(reader))
            return false;
        skip_damage(reader, reader->expected, record);
    }
    reader->expected = record + 1;
    reader->is_blind = false;
    return record >= reader->next;
}

// A whole record is at hand. False: it is not the reader's.
static bool take_record(struct journal_reader *reader, const struct walk_record *record,
                        struct journal_read *ret_read)
{
    struct journal_read read;
    if (!pass_gap(reader, record->record))
        return false;
    if (!record_decode(record->bytes, &reader->events, &read.record)) {
        skip_damage(reader, record->record, record->record + 1);
        return false;
    }
    read.position = (struct position){ .record = record->record };
    read.lost_from = (struct position){ .record = reader->lost_from };
    reader->next = reader->lost_from = record->record + 1;
    *ret_read = read;
    return true;
}

static void tell_mended(struct journal_reader *reader)
{
    if (reader->mended_count == reader->walk.mended_count)
        return;
    reader->mended_count = reader->walk.mended_count;
    journal_tell_mended(reader->journal, reader->segment, reader->walk.group_offset);
}

// OK: reading goes on without what the disk refuses.
static enum err read_failed(struct journal_reader *reader)
{
    if (is_retired(reader)) { // nobody needs it any more, and it may never be written over
        close_segment(reader);
        return OK;
    }
    return refused_go_on(reader->journal, &reader->walk) ? OK : ERR_IO;
}

enum err journal_read(struct journal_reader *reader, struct journal_read *ret_read)
{
    for (;;) {
        struct walk_record record;
        enum err err = OK;
        if (!reader->is_placed)
            err = enter_segment(reader);
        if (err != OK)
            return err;
        enum walk_result result = walk_next(&reader->walk, &record);
        refused_forgive(reader->journal, &reader->walk);
        switch (result) {
        case WALK_RECORD:
            tell_mended(reader);
            if (take_record(reader, &record, ret_read))
                return OK;
            break;
        case WALK_END:
            err = go_on(reader);
            break;
        case WALK_FAILED:
            err = read_failed(reader);
            break;
        }
        if (err != OK)
            return err;
    }
}
