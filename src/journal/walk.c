// SPDX-License-Identifier: Apache-2.0
// Walking a segment. The state changes only when a step has succeeded, so that a failed read
// can be repeated.
#include "journal/walk.h"

#include "base/mem.h"
#include "journal/behind.h"
#include "journal/bytes.h"
#include "journal/record.h"

enum {
    READ_AHEAD_BYTES = 256 * 1024,
    BUFFER_KEPT_BYTES = 1024 * 1024,
    // For each byte of a group, looking for what is whole behind damage in it. Without records
    // in events that pretend to be the journal's, some three are needed.
    GROUP_WORK = 64,
    MEND_WORK = 8 * sizeof(struct group_wire) * sizeof(struct group_wire),
};

enum step {
    STEP_GOOD,
    STEP_DAMAGED,
    STEP_FAILED,
};

void walk_start(struct walk *walk, struct fs_file *file, uint64_t segment, uint64_t offset)
{
    assert(offset % SECTOR_BYTES == 0 && offset >= GROUPS_OFFSET);
    if (walk->segment != segment) { // durable bytes never change: those at hand stay good
        walk->buffer_len = 0;
        pages_clear(&walk->pages);
    }
    walk->file = file;
    walk->segment = segment;
    walk->group_offset = walk->offset = offset;
    walk->group = (struct group){ 0 };
    walk->left = 0;
    walk->searched = 0;
    walk->is_chained = false;
}

static void buffer_free(struct walk *walk)
{
    mem_free(TAKE(walk->buffer));
    walk->buffer_cap = walk->buffer_len = 0;
}

void walk_done(struct walk *walk)
{
    buffer_free(walk);
    pages_clear(&walk->pages);
}

void walk_shrink(struct walk *walk)
{
    if (walk->buffer_cap > BUFFER_KEPT_BYTES)
        buffer_free(walk);
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
        walk->work += wanted;
        ssize_t got = pages_read(
            &walk->pages, walk->file,
            &(struct pages_read){
                .dest = walk->buffer, .offset = offset, .needed = len, .wanted = wanted });
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
    walk->work +=
        is_whole || !format_is_near_group(wire, walk->marker) ? sizeof(*wire) : MEND_WORK;
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
    walk->searched = 0;
    walk->left = group->record_count;
    walk->group_work = (uint64_t)GROUP_WORK * group->payload_bytes;
    walk->seed = group->crc;
    walk->is_chained = true;
}

// The next group that can be made out behind a damaged one.
static enum walk_result group_search(struct walk *walk, uint64_t offset)
{
    struct group group;
    offset = MAX(offset, walk->searched); // the search goes on where it failed
    for (; offset + sizeof(struct group_wire) <= walk->limit; offset += SECTOR_BYTES) {
        enum step step = group_at(walk, offset, &group);
        walk->searched = offset;
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

// The CRC of the group's last record, as the header of the group behind it says.
static enum step last_crc(struct walk *walk, uint32_t *ret_crc)
{
    struct group group;
    uint64_t mended_count = walk->mended_count; // counted when the walk comes there
    uint64_t offset = format_group_end(walk->group_offset, walk->group.payload_bytes);
    enum step step = group_at(walk, offset, &group);
    walk->mended_count = mended_count;
    if (step == STEP_GOOD && group.number != walk->group.number + 1)
        step = STEP_DAMAGED;
    if (step == STEP_GOOD)
        *ret_crc = group.chain;
    return step;
}

static enum step find_behind(struct walk *walk, struct behind *behind)
{
    uint32_t last;
    enum step step = need(walk, walk->offset, behind->len, &behind->bytes);
    if (step != STEP_GOOD)
        return step;
    if (behind_directly(behind))
        return STEP_GOOD;
    step = last_crc(walk, &last);
    if (step == STEP_GOOD)
        step = need(walk, walk->offset, behind->len, &behind->bytes);
    if (step == STEP_GOOD && !behind_by_chain(behind, last))
        step = STEP_DAMAGED;
    return step;
}

// Steps over a damaged record to the next one of the group that can be proved; else over the
// rest of the group.
static enum step record_skip(struct walk *walk, uint64_t number)
{
    struct behind behind = {
        .len = payload_end(walk) - walk->offset,
        .segment = walk->segment,
        .number = number,
        .end = number + walk->left,
        .seed = walk->seed,
        .work = walk->group_work,
    };
    enum step step = STEP_DAMAGED;
    if (walk->left > 1 && behind.len >= 2 * sizeof(struct record_wire))
        step = find_behind(walk, &behind);
    walk->work += walk->group_work - behind.work;
    walk->group_work = step == STEP_FAILED ? walk->group_work : behind.work;
    if (step == STEP_GOOD) {
        walk->left -= (uint32_t)(behind.next - number - 1); // the rest by record_pass
        record_pass(walk, behind.skip, behind.crc);
        return STEP_GOOD;
    }
    if (step == STEP_FAILED)
        return step;
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
