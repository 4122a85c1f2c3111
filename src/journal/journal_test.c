// SPDX-License-Identifier: Apache-2.0
// The door on a real disk: what goes in comes out, in order, and stays over a reopen.
#include "journal/journal.h"

#include "base/test.h"

#include <unistd.h>

#include "journal/harness.h"

static int set_up(void **state)
{
    static struct harness harness;
    char dir[] = "/tmp/pintle-journal-XXXXXX";
    if (!mkdtemp(dir))
        return -1;
    harness_init(&harness, fs_real(), dir);
    *state = &harness;
    return 0;
}

static void remove_name(void *ctx, const char *name)
{
    const struct harness *harness = ctx;
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/%s", harness->dir, name);
    (void)unlink(path);
}

static int tear_down(void **state)
{
    struct harness *harness = *state;
    harness_close(harness);
    (void)harness->fs->ops->list(harness->fs, harness->dir, remove_name, harness);
    return rmdir(harness->dir);
}

static void a_record_comes_back_as_it_went_in(void **state)
{
    struct harness *h = *state;
    struct journal_event events[] = {
        { .offset = 1, .length = 4, .type = 3, .flags = EVENT_BOT, .user_hash = 7 },
        { .offset = 6, .length = 2, .anon_hash = UINT64_MAX, .message_hash = 1 },
    };
    struct journal_record record = {
        .received_wall_ms = 1234567890123,
        .fields = { { ENVELOPE_SOURCE_ID, STR("source") }, { ENVELOPE_ENDPOINT, STR("") } },
        .field_count = 2,
        .events = events,
        .event_count = ARRAY_LEN(events),
        .body = STR("{track,{}"),
    };
    struct journal_read read;
    harness_open(h);
    assert_int_equal(harness_append(h, &record, NULL), OK);
    struct journal_reader *reader = journal_reader_open(h->journal, POSITION_START);
    assert_int_equal(journal_read(reader, &read), OK);
    assert_true(read.record.received_wall_ms == record.received_wall_ms);
    assert_int_equal(read.record.field_count, 2);
    assert_true(str_eq(journal_record_field(&read.record, ENVELOPE_SOURCE_ID), STR("source")));
    assert_non_null(journal_record_field(&read.record, ENVELOPE_ENDPOINT).data);
    assert_null(journal_record_field(&read.record, ENVELOPE_RANDOM).data);
    assert_int_equal(read.record.event_count, 2);
    assert_int_equal(read.record.events[0].offset, 1);
    assert_int_equal(read.record.events[0].length, 4);
    assert_int_equal(read.record.events[0].type, 3);
    assert_int_equal(read.record.events[0].flags, EVENT_BOT);
    assert_int_equal(read.record.events[0].user_hash, 7);
    assert_true(read.record.events[1].anon_hash == UINT64_MAX);
    assert_int_equal(read.record.events[1].message_hash, 1);
    assert_true(str_eq(read.record.body, record.body));
    assert_int_equal(position_cmp(read.position, POSITION_START), 0);
    assert_int_equal(position_cmp(read.lost_from, read.position), 0);
    assert_int_equal(journal_read(reader, &read), ERR_NOT_FOUND);
    journal_reader_close(reader);
}

static void records_stay_over_reopens_and_many_segments(void **state)
{
    struct harness *h = *state;
    for (uint64_t number = 1; number <= 400; number += 100) {
        harness_open(h);
        harness_append_numbers(h, number, number + 99, 700);
        harness_expect(h, 1, number + 99);
        harness_close(h);
    }
    harness_open(h);
    harness_expect(h, 1, 400);
    harness_expect(h, 333, 400);
    assert_int_equal(journal_end(h->journal).record, 401);
    assert_int_equal(journal_begin(h->journal).record, 1);
    assert_int_equal(h->notices[LOG_ERROR] + h->notices[LOG_WARN], 0);
}

static void a_record_larger_than_the_read_ahead_is_read(void **state)
{
    struct harness *h = *state;
    h->limits.segment_bytes = 1024 * 1024;
    harness_open(h);
    harness_append_numbers(h, 1, 2, 100);
    harness_append_numbers(h, 3, 3, 900 * 1024);
    harness_append_numbers(h, 4, 5, 100);
    harness_expect(h, 1, 5);
    assert_int_equal(harness_append_number(h, 6, 1024 * 1024, NULL), ERR_TOO_BIG);
}

static void positions_have_a_text_form_and_an_order(void **state)
{
    struct position position = { .partition = 4, .record = UINT64_MAX, .event = 3 }, parsed;
    char text[48];
    (void)state;
    position_format(position, text);
    assert_string_equal(text, "4-18446744073709551615-3");
    assert_true(position_parse(str_of(text), &parsed));
    assert_int_equal(position_cmp(parsed, position), 0);
    const char *refused[] = { "", "1", "1-2", "1-2-3-4", "1-2-", "a-1-2", "4294967296-1-1" };
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        assert_false(position_parse(str_of(refused[i]), &parsed));
    struct position later = { .partition = 4, .record = UINT64_MAX, .event = 4 };
    assert_true(position_cmp(position, later) < 0 && position_cmp(later, position) > 0);
    assert_true(position_cmp(later, (struct position){ .partition = 5 }) < 0);
}

#define ON_DISK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DISK(a_record_comes_back_as_it_went_in),
        ON_DISK(records_stay_over_reopens_and_many_segments),
        ON_DISK(a_record_larger_than_the_read_ahead_is_read),
        cmocka_unit_test(positions_have_a_text_form_and_an_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
