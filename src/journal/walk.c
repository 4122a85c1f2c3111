// SPDX-License-Identifier: Apache-2.0
// Walking a segment. The state changes only when a step has succeeded, so that a failed read
// can be repeated.
#include "journal/walk.h"

#include "base/mem.h"
#include "journal/bytes.h"
#include "journal/record.h"

enum { READ_AHEAD_BYTES = 256 * 1024, BUFFER_KEPT_BYTES = 1024 * 1024, CLAIMS_MAX = 64 };

enum step {
    STEP_GOOD,
    STEP_DAMAGED,
    STEP_FAILED,
};

void walk_start(struct walk *walk, struct fs_file *file, uint64_t segment, uint64_t offset)
{
    assert(offset % SECTOR_BYTES == 0 && offset >= GROUPS_OFFSET);
    if (walk->segment != segment) // durable bytes never change: those at hand stay good
        walk->buffer_len = 0;
    walk->file = file;
    walk->segment = segment;
    walk->group_offset = walk->offset = offset;
    walk->group = (struct group){ 0 };
    walk->left = 0;
    walk->is_chained = false;
}

void walk_done(struct walk *walk)
{
    mem_free(TAKE(walk->buffer));
    walk->buffer_cap = walk->buffer_len = 0;
}

static void buffer_fit(struct walk *walk, size_t wanted)
{
    bool is_wasteful = walk->buffer_cap > BUFFER_KEPT_BYTES && wanted <= READ_AHEAD_BYTES;
    if (walk->buffer_cap >= wanted && !is_wasteful)
        return;
    mem_free(walk->buffer);
    walk->buffer = mem_alloc(wanted);
    walk->buffer_cap = wanted;
}

// The bytes [offset, offset + len). Never reads beyond the limit: what stands there may be half
// written and must not stay in the buffer.
static enum step need(struct walk *walk, uint64_t offset, size_t len, const char **ret_bytes)
{
    bool is_inside =
        offset >= walk->buffer_offset && offset + len <= walk->buffer_offset + walk->buffer_len;
    if (!is_inside) {
        if (offset > walk->limit || len > walk->limit - offset)
            return STEP_DAMAGED;
        size_t wanted = MAX(len, MIN((uint64_t)READ_AHEAD_BYTES, walk->limit - offset));
        buffer_fit(walk, wanted);
        walk->buffer_len = 0;
        ssize_t got = walk->file->ops->pread(walk->file, walk->buffer, wanted, offset);
        if (got < 0)
            return STEP_FAILED;
        walk->buffer_offset = offset;
        walk->buffer_len = (size_t)got;
        if ((size_t)got < len)
            return STEP_DAMAGED;
    }
    *ret_bytes = walk->buffer + (offset - walk->buffer_offset);
    return STEP_GOOD;
}

static bool is_group_plausible(const struct walk *walk, const struct group *group,
                               uint64_t offset)
{
    const struct group *last = &walk->group;
    if (group->segment != walk->segment || group->record_count == 0 ||
        offset + sizeof(struct group_wire) + group->payload_bytes > walk->limit)
        return false;
    if (last->record_count == 0)
        return true;
    return group->number > last->number &&
           group->first_record >= last->first_record + last->record_count;
}

// Whether a group begins at offset; *ret_group is it.
static enum step group_at(struct walk *walk, uint64_t offset, struct group *ret_group)
{
    const char *bytes;
    enum step step = need(walk, offset, sizeof(struct group_wire), &bytes);
    if (step != STEP_GOOD)
        return step;
    const struct group_wire *wire = (const struct group_wire *)bytes;
    struct group group;
    bool is_whole = format_get_group(wire, walk->marker, &group);
    if ((!is_whole && !format_mend_group(wire, walk->marker, &group)) ||
        !is_group_plausible(walk, &group, offset))
        return STEP_DAMAGED;
    walk->mended_count += !is_whole;
    *ret_group = group;
    return STEP_GOOD;
}

static void group_enter(struct walk *walk, uint64_t offset, const struct group *group)
{
    walk->group_offset = offset;
    walk->group = *group;
    walk->offset = offset + sizeof(struct group_wire);
    walk->left = group->record_count;
    walk->seed = group->crc;
    walk->is_chained = true;
}

// The next group that can be made out behind a damaged one.
static enum walk_result group_search(struct walk *walk, uint64_t offset)
{
    struct group group;
    for (; offset + sizeof(struct group_wire) <= walk->limit; offset += SECTOR_BYTES) {
        enum step step = group_at(walk, offset, &group);
        if (step == STEP_FAILED)
            return WALK_FAILED;
        if (step == STEP_GOOD) {
            group_enter(walk, offset, &group);
            return WALK_RECORD;
        }
    }
    return WALK_END;
}

static enum walk_result group_next(struct walk *walk)
{
    struct group group;
    uint64_t offset = walk->offset;
    if (offset + sizeof(struct group_wire) > walk->limit)
        return WALK_END;
    enum step step = group_at(walk, offset, &group);
    if (step == STEP_FAILED)
        return WALK_FAILED;
    bool follows = step == STEP_GOOD &&
                   (walk->group.record_count == 0 || group.number == walk->group.number + 1);
    if (step == STEP_GOOD && follows && walk->is_chained && walk->group.record_count != 0 &&
        group.chain != walk->seed)
        step = STEP_DAMAGED;
    if (step == STEP_DAMAGED)
        return group_search(walk, offset + SECTOR_BYTES);
    group_enter(walk, offset, &group);
    return WALK_RECORD;
}

static uint64_t payload_end(const struct walk *walk)
{
    return walk->group_offset + sizeof(struct group_wire) + walk->group.payload_bytes;
}

static void group_leave(struct walk *walk)
{
    walk->left = 0;
    walk->offset = format_group_end(walk->group_offset, walk->group.payload_bytes);
}

// The record at the walk's place, if its length is possible.
static enum step record_at(struct walk *walk, uint64_t offset, const char **ret_bytes)
{
    uint64_t end = payload_end(walk);
    if (end - offset < sizeof(struct record_wire))
        return STEP_DAMAGED;
    const char *bytes;
    enum step step = need(walk, offset, sizeof(struct record_wire), &bytes);
    if (step != STEP_GOOD)
        return step;
    size_t length = record_length(bytes);
    if (length < sizeof(struct record_wire) || length > end - offset)
        return STEP_DAMAGED;
    return need(walk, offset, length, ret_bytes);
}

static void record_pass(struct walk *walk, size_t length, uint32_t crc)
{
    walk->offset += length;
    walk->seed = crc;
    if (--walk->left == 0)
        group_leave(walk);
}

// A damaged record and what is behind it in its group.
struct behind {
    const char *bytes;
    size_t len;
    size_t length; // of the damaged record, once it is found out
    uint32_t crc;  // that of the damaged record, which the next was chained to
};

// Whether the record behind begins at this place. The CRC of the damaged one may itself be what
// is damaged.
static bool is_behind(const struct walk *walk, uint64_t number, struct behind *behind)
{
    const char *next = behind->bytes + behind->length;
    size_t left = behind->len - behind->length, length = record_length(next);
    if (length < sizeof(struct record_wire) || length > left)
        return false;
    behind->crc = record_stored_crc(behind->bytes);
    if (record_is_whole(next, length, walk->segment, number, behind->crc))
        return true;
    behind->crc = record_crc(behind->bytes, behind->length, walk->seed);
    return record_is_whole(next, length, walk->segment, number, behind->crc);
}

// Looks for record `number` behind a damaged one, whose length may be wrong. Events may hold
// what looks like headers, so not every place that claims to be it is tried.
static bool find_behind(const struct walk *walk, uint64_t number, struct behind *behind)
{
    size_t claims = 0;
    for (behind->length = sizeof(struct record_wire);
         behind->len - behind->length >= sizeof(struct record_wire) && claims < CLAIMS_MAX;
         behind->length++) {
        if (!record_claims(behind->bytes + behind->length, walk->segment, number))
            continue;
        if (is_behind(walk, number, behind))
            return true;
        claims++;
    }
    return false;
}

// Steps over a damaged record to the one behind it, if that is whole and was chained to it;
// else over the rest of the group.
static enum step record_skip(struct walk *walk, uint64_t number)
{
    struct behind behind = { .len = payload_end(walk) - walk->offset };
    enum step step = STEP_DAMAGED;
    if (walk->left > 1 && behind.len >= 2 * sizeof(struct record_wire))
        step = need(walk, walk->offset, behind.len, &behind.bytes);
    if (step == STEP_FAILED)
        return step;
    if (step == STEP_GOOD && find_behind(walk, number + 1, &behind)) {
        record_pass(walk, behind.length, behind.crc);
        return STEP_GOOD;
    }
    walk->is_chained = false;
    group_leave(walk);
    return STEP_GOOD;
}

static enum walk_result record_next(struct walk *walk, struct walk_record *ret_record)
{
    while (walk->left > 0) {
        const char *bytes;
        uint64_t number = walk->group.first_record + walk->group.record_count - walk->left;
        enum step step = record_at(walk, walk->offset, &bytes);
        if (step == STEP_GOOD &&
            record_is_whole(bytes, record_length(bytes), walk->segment, number, walk->seed)) {
            *ret_record = (struct walk_record){ .bytes = bytes, .record = number };
            record_pass(walk, record_length(bytes), record_stored_crc(bytes));
            return WALK_RECORD;
        }
        if (step != STEP_FAILED)
            step = record_skip(walk, number);
        if (step == STEP_FAILED)
            return WALK_FAILED;
    }
    return WALK_END;
}

enum walk_result walk_next(struct walk *walk, struct walk_record *ret_record)
{
    for (;;) {
        enum walk_result result = record_next(walk, ret_record);
        if (result == WALK_END)
            result = group_next(walk);
        else
            return result;
        if (result != WALK_RECORD)
            return result;
    }
}
