// SPDX-License-Identifier: Apache-2.0
// What tests of damage share.
#include "journal/damage_harness.h"

#include "base/test.h"

#include "journal/bytes.h"
#include "journal/format.h"
#include "os/fault.h"

enum { GROUP = 6 };

void damage_fill(struct scene *scene)
{
    harness_open(&scene->h);
    for (uint64_t number = 1; number <= LAST; number += GROUP + 1)
        harness_append_group(&scene->h, scene->fault, number + 1, number + GROUP, 700);
}

void damage_die(struct scene *scene)
{
    fault_set(scene->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
    harness_close(&scene->h);
    fault_restart(scene->fault, FAULT_KEEP_SYNCED);
}

struct outcome damage_read_all(struct scene *scene)
{
    struct outcome outcome = { 0 };
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    struct journal_read read;
    uint64_t next = 1;
    while (journal_read(reader, &read) == OK) {
        assert_int_equal(harness_number(&read.record), read.position.record);
        assert_int_equal(read.lost_from.record, next);
        outcome.lost += read.position.record - next;
        outcome.read++;
        next = read.position.record + 1;
    }
    outcome.lost += journal_reader_position(reader).record - next;
    assert_int_equal(journal_reader_position(reader).record,
                     journal_end(scene->h.journal).record);
    journal_reader_close(reader);
    return outcome;
}

enum err damage_read(struct scene *scene, struct journal_reader *reader,
                     struct journal_read *ret_read)
{
    enum err err = ERR_IO;
    for (int tries = 0; tries < 100 && err == ERR_IO; tries++) {
        err = journal_read(reader, ret_read);
        if (err == ERR_IO)
            harness_advance_ms(&scene->h, 10000);
    }
    return err;
}

uint64_t damage_body(struct scene *scene, const char *path, uint64_t number)
{
    static char bytes[SCENE_SEGMENT];
    char text[32];
    (void)snprintf(text, sizeof(text), "%020llu", (unsigned long long)number);
    size_t size = (size_t)fault_size(scene->fault, path);
    assert_true(size <= sizeof(bytes) && fault_peek(scene->fault, path, 0, bytes, size));
    size_t at = str_find_str(str_make(bytes, size), str_of(text));
    assert_true(at < size);
    return at;
}

uint64_t damage_places(const uint8_t *bytes, size_t size, struct place places[LAST + 1])
{
    uint64_t at = GROUPS_OFFSET, last = 0;
    memset(places, 0, (LAST + 1) * sizeof(*places));
    while (at + sizeof(struct group_wire) <= size &&
           memcmp(bytes + at, bytes + GROUPS_OFFSET, 8) == 0) {
        const struct group_wire *group = (const struct group_wire *)(bytes + at);
        uint64_t number = LE_GET(group->first_record), count = LE_GET(group->record_count);
        uint64_t record = at + sizeof(*group);
        for (; count > 0; count--, number++) {
            uint64_t length = LE_GET(((const struct record_wire *)(bytes + record))->length);
            places[number] = (struct place){ at, record, record + length };
            record += length;
        }
        last = at;
        at = format_group_end(at, (uint32_t)LE_GET(group->payload_bytes));
    }
    return last;
}

static bool touches(struct range range, uint64_t begin, uint64_t end)
{
    return range.begin < end && begin < range.end;
}

bool damage_may_be_lost(const struct place *places, uint64_t number, struct range range,
                        uint64_t last_group)
{
    const struct place *place = &places[number];
    if (number > LAST) // nobody's, where it is not known whether something was there
        return true;
    if (touches(range, place->offset, place->end) ||
        touches(range, place->group, place->group + sizeof(struct group_wire)))
        return true;
    for (uint64_t before = number - 1; before > 0; before--)
        if (places[before].group == place->group &&
            touches(range, places[before].offset, places[before].end))
            return before == number - 1 || place->group == last_group;
    return false;
}

void damage_expect_at_most(struct scene *scene, const struct place *places, struct range range,
                           uint64_t last_group)
{
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    struct journal_read read;
    uint64_t next = 1, lost = 0;
    bool is_over = false;
    while (!is_over) {
        enum err err = damage_read(scene, reader, &read);
        assert_true(err == OK || err == ERR_NOT_FOUND);
        is_over = err != OK;
        uint64_t number = is_over ? journal_end(scene->h.journal).record : read.position.record;
        for (; next < number; next++, lost++)
            if (!damage_may_be_lost(places, next, range, last_group))
                fail_msg("record %d is lost for bytes from %d", (int)next, (int)range.begin);
        if (!is_over)
            assert_int_equal(harness_number(&read.record), next);
        next++;
    }
    journal_reader_close(reader);
    assert_int_equal(scene_stats(scene).damaged_records, lost);
}
