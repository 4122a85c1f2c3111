// SPDX-License-Identifier: Apache-2.0
// Unit tests of behind.c: what proves a record behind damage, and what does not.
#include "journal/behind.h"

#include "base/test.h"

#include "base/buf.h"
#include "journal/format.h"
#include "journal/record.h"

enum { SEGMENT = 7, FIRST = 100, RECORDS = 8, SEED = 0x12345678, BODY_BYTES = 300 };

// The records of a group, one behind the other.
struct payload {
    struct buf bytes;
    size_t offsets[RECORDS + 1];
    uint32_t last;
};

static uint32_t add_record(struct buf *to, struct record_stamp stamp, uint32_t seed, str body)
{
    struct journal_event event = { .length = (uint32_t)body.len };
    struct journal_record record = { .events = &event, .event_count = 1, .body = body };
    size_t bytes = record_encoded_bytes(&record);
    char *dest = buf_reserve(to, bytes);
    record_encode(&record, dest);
    to->len += bytes;
    return record_finish(dest, &stamp, seed);
}

// `body` for the record `with`, and something plain for the others.
static void make(struct payload *payload, uint64_t segment, size_t with, str body)
{
    static const char plain[BODY_BYTES] = "plain";
    *payload = (struct payload){ .last = SEED };
    for (size_t i = 0; i < RECORDS; i++) {
        struct record_stamp stamp = { .segment = segment, .record = FIRST + i };
        payload->offsets[i] = payload->bytes.len;
        payload->last = add_record(&payload->bytes, stamp, payload->last,
                                   i == with ? body : str_make(plain, sizeof(plain)));
    }
    payload->offsets[RECORDS] = payload->bytes.len;
}

static int set_up(void **state)
{
    struct payload *payload = test_calloc(1, sizeof(*payload));
    make(payload, SEGMENT, RECORDS, STR_NONE);
    *state = payload;
    return 0;
}

static int tear_down(void **state)
{
    struct payload *payload = *state;
    buf_done(&payload->bytes);
    test_free(payload);
    return 0;
}

// What is behind the record `damaged`, of which the bytes [from, from + len) are gone.
static struct behind lose(struct payload *payload, size_t damaged, size_t from, size_t len)
{
    memset(payload->bytes.data + from, 0xee, len);
    return (struct behind){
        .bytes = payload->bytes.data + payload->offsets[damaged],
        .len = payload->bytes.len - payload->offsets[damaged],
        .segment = SEGMENT,
        .number = FIRST + damaged,
        .end = FIRST + RECORDS,
        .seed = SEED,
        .work = UINT64_MAX,
    };
}

static void the_next_one_is_proved_by_the_checksum_that_still_stands(void **state)
{
    struct payload *payload = *state;
    struct behind behind = lose(payload, 2, payload->offsets[2] + 100, 50);
    assert_true(behind_directly(&behind));
    assert_int_equal(behind.next, FIRST + 3);
    assert_int_equal(behind.skip, payload->offsets[3] - payload->offsets[2]);
}

static void without_it_a_chain_to_the_end_proves_the_one_after(void **state)
{
    struct payload *payload = *state;
    struct behind behind = lose(payload, 2, payload->offsets[2], 60);
    assert_false(behind_directly(&behind));
    assert_true(behind_by_chain(&behind, payload->last));
    assert_int_equal(behind.next, FIRST + 4); // nobody knows what 3 was seeded with
    assert_int_equal(behind.skip, payload->offsets[4] - payload->offsets[2]);
    const char *next = behind.bytes + behind.skip;
    assert_true(record_is_whole(next, record_length(next), SEGMENT, behind.next, behind.crc));
}

static void a_stretch_of_several_records_is_stepped_over(void **state)
{
    struct payload *payload = *state;
    size_t from = payload->offsets[1] + 5;
    struct behind behind = lose(payload, 1, from, payload->offsets[4] + 20 - from);
    assert_false(behind_directly(&behind));
    assert_true(behind_by_chain(&behind, payload->last));
    assert_int_equal(behind.next, FIRST + 6);
}

static void the_last_one_alone_is_not_proved_but_ends_the_group(void **state)
{
    struct payload *payload = *state;
    struct behind behind = lose(payload, RECORDS - 2, payload->offsets[RECORDS - 2], 60);
    assert_true(behind_by_chain(&behind, payload->last));
    assert_int_equal(behind.next, FIRST + RECORDS);
    assert_int_equal(behind.crc, payload->last);
}

static void a_chain_that_ends_otherwise_proves_nothing(void **state)
{
    struct payload *payload = *state;
    struct behind behind = lose(payload, 2, payload->offsets[2], 60);
    assert_false(behind_by_chain(&behind, payload->last + 1));
    behind.end++; // one is missing at the end
    assert_false(behind_by_chain(&behind, payload->last));
    behind.end--;
    behind.len--;
    assert_false(behind_by_chain(&behind, payload->last));
}

// As a recycled file has them: the same numbers at the same places, of another segment.
static void records_of_a_files_earlier_life_are_not_found(void **state)
{
    struct payload *payload = *state, stale;
    make(&stale, SEGMENT - 1, RECORDS, STR_NONE);
    size_t from = payload->offsets[2], len = payload->bytes.len - from;
    struct behind behind = lose(payload, 2, from, len);
    memcpy(payload->bytes.data + from, stale.bytes.data + from, len);
    assert_false(behind_directly(&behind));
    assert_false(behind_by_chain(&behind, payload->last));
    assert_false(behind_by_chain(&behind, stale.last)); // even if all else fitted
    buf_done(&stale.bytes);
}

// An event that holds a chain of records, up to the group's end as it seems to its sender.
static void records_within_an_event_are_not_found(void **state)
{
    struct payload *payload = *state;
    struct buf body = { 0 };
    uint32_t chain = 1;
    for (uint64_t number = FIRST + 3; number < FIRST + RECORDS; number++) {
        struct record_stamp stamp = { .segment = SEGMENT, .record = number };
        chain = add_record(&body, stamp, chain, STR("forged"));
    }
    buf_done(&payload->bytes);
    make(payload, SEGMENT, 2, buf_str(&body));
    struct behind behind = lose(payload, 2, payload->offsets[2], 60);
    assert_false(behind_directly(&behind));
    assert_true(behind_by_chain(&behind, payload->last));
    assert_int_equal(behind.next, FIRST + 4); // the one behind the event
    assert_int_equal(behind.skip, payload->offsets[4] - payload->offsets[2]);
    buf_done(&body);
}

static void headers_without_end_are_given_up(void **state)
{
    struct payload *payload = *state;
    struct buf body = { 0 };
    for (int i = 0; i < 100; i++) {
        struct record_stamp stamp = { .segment = SEGMENT, .record = FIRST + 3 };
        (void)add_record(&body, stamp, 1, STR("forged"));
    }
    buf_done(&payload->bytes);
    make(payload, SEGMENT, 2, buf_str(&body));
    struct behind behind = lose(payload, 2, payload->offsets[2], 60);
    assert_false(behind_directly(&behind));
    assert_false(behind_by_chain(&behind, payload->last));
    buf_done(&body);
}

static void nothing_is_found_with_too_little_work(void **state)
{
    struct payload *payload = *state;
    struct behind enough = lose(payload, 2, payload->offsets[2], 60), less = enough;
    assert_true(behind_by_chain(&enough, payload->last));
    uint64_t needed = UINT64_MAX - enough.work;
    assert_in_range(needed, enough.len / 2, 2 * enough.len);
    for (less.work = 0; less.work < needed;) {
        uint64_t work = less.work;
        assert_false(behind_by_chain(&less, payload->last));
        assert_int_equal(less.work, 0); // and no more than that was done
        less.work = work + 1;
    }
    assert_true(behind_by_chain(&less, payload->last));
}

#define OF_PAYLOAD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OF_PAYLOAD(the_next_one_is_proved_by_the_checksum_that_still_stands),
        OF_PAYLOAD(without_it_a_chain_to_the_end_proves_the_one_after),
        OF_PAYLOAD(a_stretch_of_several_records_is_stepped_over),
        OF_PAYLOAD(the_last_one_alone_is_not_proved_but_ends_the_group),
        OF_PAYLOAD(a_chain_that_ends_otherwise_proves_nothing),
        OF_PAYLOAD(records_of_a_files_earlier_life_are_not_found),
        OF_PAYLOAD(records_within_an_event_are_not_found),
        OF_PAYLOAD(headers_without_end_are_given_up),
        OF_PAYLOAD(nothing_is_found_with_too_little_work),
    };
    return cmocka_run_group_tests_name("journal behind", tests, NULL, NULL);
}
