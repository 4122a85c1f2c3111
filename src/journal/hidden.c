// SPDX-License-Identifier: Apache-2.0
// The records of groups whose headers the disk refuses. Where they stand in what can be read,
// their own headers say which numbers they have. Nothing proves them, but a number too high
// costs nothing, and the place bounds it. Where they do not, the room does.
#include "journal/hidden.h"

#include "base/mem.h"
#include "journal/bytes.h"

enum { CHUNK_BYTES = 64 * 1024, RECORD_BYTES = sizeof(struct record_wire) };

struct hidden {
    uint8_t segment[8];
    uint64_t offset; // where they may begin
    uint64_t first;  // the number of the first
    uint64_t end;    // one behind the highest found
};

static void look_at(struct hidden *hidden, const char *bytes, size_t len, uint64_t offset)
{
    for (size_t i = 0; i + RECORD_BYTES <= len; i++) {
        const struct record_wire *wire = (const struct record_wire *)(bytes + i);
        if (memcmp(wire->segment, hidden->segment, sizeof(wire->segment)) != 0)
            continue;
        uint64_t number = LE_GET(wire->record), before = offset + i - hidden->offset;
        if (number >= hidden->end && number - hidden->first <= before / RECORD_BYTES)
            hidden->end = number + 1;
    }
}

// Chunks overlap, so that each header is whole in one of them. False: the disk does not give
// back what it gave the walk.
static bool look_at_all(struct walk *walk, struct hidden *hidden)
{
    char *chunk = mem_alloc(CHUNK_BYTES);
    ssize_t got = 0;
    for (uint64_t at = hidden->offset; at < walk->limit && got >= 0;
         at += CHUNK_BYTES - RECORD_BYTES) {
        size_t len = (size_t)MIN(walk->limit - at, (uint64_t)CHUNK_BYTES);
        got = pages_read(
            &walk->pages, walk->file,
            &(struct pages_read){ .dest = chunk, .offset = at, .needed = len, .wanted = len });
        if (got > 0)
            look_at(hidden, chunk, (size_t)got, at);
    }
    mem_free(chunk);
    return got >= 0;
}

static uint64_t refused_bytes(const struct walk *walk, uint64_t offset)
{
    uint64_t bytes = 0;
    for (uint64_t page = offset - offset % PAGE_BYTES; page < walk->limit; page += PAGE_BYTES)
        bytes += pages_is_given_up(&walk->pages, page) ? PAGE_BYTES : 0;
    return bytes;
}

uint64_t hidden_end(struct walk *walk, uint64_t offset, uint64_t record)
{
    struct hidden hidden = { .offset = offset, .first = record, .end = record };
    if (record == 0 || !pages_is_given_up(&walk->pages, offset - offset % PAGE_BYTES))
        return record; // groups follow one another: where none begins, none is behind
    LE_PUT(hidden.segment, walk->segment);
    if (!look_at_all(walk, &hidden))
        return record + (walk->limit - offset) / RECORD_BYTES;
    return hidden.end + refused_bytes(walk, offset) / RECORD_BYTES + 1;
}
