// SPDX-License-Identifier: Apache-2.0
// Dead letters: storing, and reading newest first. The journal reads forwards only and its
// records are numbered without gaps, so a page is found by going backwards in chunks and
// reading each chunk forwards: once to see which of its letters are wanted, once to take them.
#include "outcome/inner.h"
#include "outcome/letters.h"

enum { CHUNK_RECORDS = 256 };

static void on_stored(struct journal_append *append, enum err err)
{
    struct outcome_store *store = CONTAINER_OF(append, struct outcome_store, append);
    store->done(store, err);
}

enum err outcome_dead_letter(struct outcome *outcome, const struct dead_letter *letter,
                             struct outcome_store *store)
{
    AUTO(buf_done) struct buf body = { 0 };
    letter_encode(letter, &body);
    if (body.len > UINT32_MAX)
        return ERR_TOO_BIG;
    struct journal_event event = { .length = (uint32_t)body.len };
    struct journal_record record = {
        .received_wall_ms = letter->at_wall_ms,
        .fields = { { ENVELOPE_SOURCE_ID, letter->source_id },
                    { ENVELOPE_DESTINATION_ID, letter->destination_id } },
        .field_count = 2,
        .events = &event,
        .event_count = 1,
        .body = buf_str(&body),
    };
    store->append.done = on_stored;
    return journal_append(outcome->letters, &record, &store->append);
}

// A page in the making.
struct page {
    struct journal_reader *reader;
    str destination_id; // empty: all
    size_t max;
    struct arena *arena;
    struct dead_letter *letters;
    struct position *cursors;
    size_t count;
};

static bool is_wanted(const struct page *page, const struct journal_record *record)
{
    return page->destination_id.len == 0 ||
           str_eq(journal_record_field(record, ENVELOPE_DESTINATION_ID), page->destination_id);
}

// Reads the next record before `end`. ERR_NOT_FOUND: there is none.
static enum err read_before(struct page *page, uint64_t end, struct journal_read *ret_read)
{
    enum err err = journal_read(page->reader, ret_read);
    if (!err && ret_read->position.record >= end)
        return ERR_NOT_FOUND;
    return err;
}

static enum err find_wanted(struct page *page, uint64_t start, uint64_t end,
                            uint64_t ret_records[CHUNK_RECORDS], size_t *ret_count)
{
    struct journal_read read;
    enum err err;
    size_t count = 0;
    journal_reader_seek(page->reader, (struct position){ .record = start });
    while (!(err = read_before(page, end, &read))) {
        if (is_wanted(page, &read.record))
            ret_records[count++] = read.position.record;
    }
    *ret_count = count;
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err take_letter(struct page *page, const struct journal_read *read, size_t slot)
{
    struct dead_letter *letter = &page->letters[slot];
    enum err err = letter_decode(read->record.body, page->arena, letter);
    if (err)
        return err;
    letter->source_id =
        arena_dup(page->arena, journal_record_field(&read->record, ENVELOPE_SOURCE_ID));
    letter->destination_id =
        arena_dup(page->arena, journal_record_field(&read->record, ENVELOPE_DESTINATION_ID));
    page->cursors[slot] = read->position;
    return OK;
}

// Takes the newest letters of the chunk that the page has room for, newest first.
static enum err take_chunk(struct page *page, uint64_t start, uint64_t end)
{
    uint64_t records[CHUNK_RECORDS];
    size_t found;
    enum err err = find_wanted(page, start, end, records, &found);
    size_t wanted = err ? 0 : MIN(found, page->max - page->count);
    if (wanted == 0)
        return err;
    journal_reader_seek(page->reader, (struct position){ .record = records[found - wanted] });
    size_t taken = 0;
    struct journal_read read;
    while (taken < wanted && !(err = read_before(page, end, &read))) {
        if (!is_wanted(page, &read.record))
            continue;
        err = take_letter(page, &read, page->count + wanted - 1 - taken++);
        if (err)
            return err;
    }
    if (taken < wanted) // retention removed some between the two readings: they were the oldest
        return err == ERR_NOT_FOUND ? ERR_BUSY : err;
    page->count += wanted;
    return OK;
}

static enum err fill(struct page *page, uint64_t first, uint64_t end)
{
    while (page->count < page->max && end > first) {
        uint64_t start = end - first > CHUNK_RECORDS ? end - CHUNK_RECORDS : first;
        enum err err = take_chunk(page, start, end);
        if (err)
            return err;
        end = start;
    }
    return OK;
}

enum err outcome_dead_letters(struct outcome *outcome, str destination_id,
                              struct position before, size_t max, struct arena *arena,
                              struct dead_letter **ret_letters, struct position **ret_cursors,
                              size_t *ret_count)
{
    uint64_t end = journal_end(outcome->letters).record;
    struct page page = {
        .reader = journal_reader_open(outcome->letters, POSITION_START),
        .destination_id = destination_id,
        .max = max,
        .arena = arena,
        .letters = ARENA_ARRAY(arena, struct dead_letter, max),
        .cursors = ARENA_ARRAY(arena, struct position, max),
    };
    enum err err = fill(&page, journal_begin(outcome->letters).record,
                        before.record ? MIN(before.record, end) : end);
    journal_reader_close(page.reader);
    if (err)
        return err;
    *ret_letters = page.letters;
    *ret_cursors = page.cursors;
    *ret_count = page.count;
    return OK;
}
