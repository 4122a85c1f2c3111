// SPDX-License-Identifier: Apache-2.0
// Unit tests of timestamp.c.
#include "base/test.h"

#include "base/str.h"
#include "codec/timestamp.h"

static const int64_t moment_ms = 1767323045678; // 2026-01-02T03:04:05.678Z

static void a_time_is_written_with_three_digits_and_z(void **state)
{
    (void)state;
    char text[TIMESTAMP_LEN + 1];
    timestamp_format(moment_ms, text);
    assert_string_equal(text, "2026-01-02T03:04:05.678Z");
    timestamp_format(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    timestamp_format(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    timestamp_format(INT64_MIN, text);
    assert_string_equal(text, "0001-01-01T00:00:00.000Z");
    timestamp_format(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999Z");
}

static void a_zone_is_kept_in_writing(void **state)
{
    (void)state;
    char text[TIMESTAMP_ZONED_LEN + 1];
    timestamp_format_zoned(moment_ms, 330, text);
    assert_string_equal(text, "2026-01-02T08:34:05.678+05:30");
    timestamp_format_zoned(moment_ms, -480, text);
    assert_string_equal(text, "2026-01-01T19:04:05.678-08:00");
    timestamp_format_zoned(moment_ms, 0, text);
    assert_string_equal(text, "2026-01-02T03:04:05.678Z");
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    // Steps of about 17 days from year 1 to 9999 meet every month and every kind of leap year.
    for (int64_t ms = -62135596800000; ms < 253402300799999; ms += 1468800000 + 86399999) {
        char text[TIMESTAMP_LEN + 1];
        timestamp_format(ms, text);
        int64_t read_ms = 0;
        assert_true(timestamp_parse(str_of(text), &read_ms));
        assert_true(read_ms == ms);
    }
}

struct row {
    const char *text;
    int64_t wall_ms;
    int offset_minutes;
    bool is_strict; // also RFC 3339
};

static const struct row forms[] = {
    { "2026-01-02T03:04:05.678Z", 1767323045678, 0, true },
    { "2026-01-02t03:04:05.678z", 1767323045678, 0, true },
    { "2026-01-02T08:34:05.678+05:30", 1767323045678, 330, true },
    { "2026-01-01T19:04:05.678-08:00", 1767323045678, -480, true },
    { "2026-01-02T03:04:05.678999999Z", 1767323045678, 0, true },
    { "2026-01-02T03:04:05.6Z", 1767323045600, 0, true },
    { "2026-01-02T03:04:05Z", 1767323045000, 0, true },
    { "2026-01-02T03:04:60Z", 1767323100000, 0, true },
    { "2024-02-29T00:00:00Z", 1709164800000, 0, true },
    { "2026-01-02T03:04:05", 1767323045000, 0, false },
    { "2026-01-02 03:04:05", 1767323045000, 0, false },
    { "2026-01-02 03:04:05 UTC", 1767323045000, 0, false },
    { "2026-01-02T03:04Z", 1767323040000, 0, false },
    { "2026-01-02T08:34:05+0530", 1767323045000, 330, false },
    { "2026-01-02", 1767312000000, 0, false },
    { " 2026-01-02 ", 1767312000000, 0, false },
    { "2026-01-02T03:04:05,678Z", 1767323045678, 0, false },
    { "2026-01-02 08:34:05 +0530", 1767323045000, 330, false },
    { "2026-01-02 08:34:05 +05:30", 1767323045000, 330, false },
    { "2026-01-02 03:04:05+00", 1767323045000, 0, false },
    { "2026-01-02 03:04:05.678901234 +0000 UTC m=+0.1", 1767323045678, 0, false },
    { "2026-01-02 08:34:05 +0530 IST", 1767323045000, 330, false },
    { "2026-1-2", 1767312000000, 0, false },
    { "2026/01/02", 1767312000000, 0, false },
    { "2026/01/02 03:04:05.6", 1767323045600, 0, false },
    { "1/2/2026", 1767312000000, 0, false },
    { "01/02/2026 3:04:05 AM", 1767323045000, 0, false },
    { "1/2/2026, 3:04:05 PM", 1767366245000, 0, false },
    { "1/2/2026 12:00AM", 1767312000000, 0, false },
    { "20260102", 1767312000000, 0, false },
    { "20260102030405", 1767323045000, 0, false },
    { "20260102T030405Z", 1767323045000, 0, false },
    { "Fri, 02 Jan 2026 03:04:05 GMT", 1767323045000, 0, false },
    { "Fri, 2 Jan 2026 08:34:05 +0530", 1767323045000, 330, false },
    { "Friday, 02-Jan-2026 03:04:05 UTC", 1767323045000, 0, false },
    { "Fri Jan 02 2026 08:34:05 GMT+0530 (India Standard Time)", 1767323045000, 330, false },
    { "Fri Jan 02 2026 08:34:05 GMT+0530 (IST)", 1767323045000, 330, false },
    { "Fri, 02 Jan 2026 03:04:05 +0000 (UTC)", 1767323045000, 0, false },
    { "Thu, 1 Jan 2026 19:04:05 -0800 (PST)", 1767323045000, -480, false },
    { "Fri, 02 Jan 2026 03:04:05 GMT (Coordinated Universal Time)", 1767323045000, 0, false },
    { "Fri Jan  2 03:04:05 2026", 1767323045000, 0, false },
    { "Fri Jan  2 03:04:05 UTC 2026", 1767323045000, 0, false },
    { "January 2, 2026 3:04 am", 1767323040000, 0, false },
    { "2 Sept 2026", 1788307200000, 0, false },
    { "1767323045", 1767323045000, 0, false },
    { "1767323045678", 1767323045678, 0, false },
    { "1767323045678901", 1767323045678, 0, false },
    { "1767323045678901234", 1767323045678, 0, false },
};

static void every_form_that_clients_send_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        int64_t wall_ms = 0;
        int offset_minutes = -1;
        assert_true(timestamp_parse_lenient(str_of(forms[i].text), &wall_ms, &offset_minutes));
        assert_true(wall_ms == forms[i].wall_ms);
        assert_int_equal(offset_minutes, forms[i].offset_minutes);
        assert_int_equal(timestamp_parse(str_of(forms[i].text), &wall_ms), forms[i].is_strict);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "now",
        "2026",
        "2026-1-2",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-01-02T24:00:00Z",
        "2026-01-02T00:60:00Z",
        "2026-01-02T00:00:61Z",
        "2026-01-02T00:00:00.Z",
        "2026-01-02T00:00:00+24:00",
        "2026-01-02T00:00:00+05:3",
        "2026-01-02T00:00:00Zx",
        "2026-01-02T00:00:00 ",
        "2026-01-02T00:00:0",
        "2026-01-02T",
        "+026-01-02T00:00:00Z",
        "2026-01-02T00:00:00.1",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t wall_ms = 77;
        assert_false(timestamp_parse(str_of(rows[i]), &wall_ms));
        assert_true(wall_ms == 77);
    }
}

static const char *const unclear[] = {
    "",
    "12345",
    "17673230456789012345",
    "now",
    "yesterday",
    "03:04:05",
    "January 2026",
    "2026-01-02T",
    "2026-01-02T03",
    "2026-01-02 03:04:05 PST",
    "Fri Jan 02 03:04:05 PST 2026",
    "Fri, 02 Jan 2026 03:04:05 (PST)",
    "2026-01-02 03:04:05 (Pacific Standard Time)",
    "2026-01-02 (PST)",
    "2026-01-02 03:04:05 m=+0.1",
    "Fri, 02 Jan 2026 03:04:05 +0000 (UTC",
    "Fri, 02 Jan 2026 03:04:05 +0000 (UTC) +0530",
    "13/02/2026",
    "2/29/2026",
    "1/2/26",
    "1-2-2026",
    "2026-01-02 2026-01-03",
    "2026-01-02 03:04 03:05",
    "2026-01-02 13:04 PM",
    "2026-01-02 AM",
    "2026-01-02 25:04",
    "2026-01-02 03:04 +25:00",
    "2026-01-02 +05:00",
    "2026-01-02 03:04 +05:3",
    "2026-01-02 03:04 +053",
    "2026-01-0002",
    "2026-01-02 03:04:05 +",
    "2026-01-02 03:04:05x",
    "Feb 30, 2026",
    "Ja 2, 2026",
    "20261302",
    "2026-01-02\n03:04:05",
    "(2026-01-02)",
};

static void what_could_be_several_times_is_not_guessed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(unclear); i++) {
        int64_t wall_ms;
        int offset_minutes;
        bool is_read = timestamp_parse_lenient(str_of(unclear[i]), &wall_ms, &offset_minutes);
        if (is_read)
            fail_msg("read as a time: %s", unclear[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_written_with_three_digits_and_z),
        cmocka_unit_test(a_zone_is_kept_in_writing),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(every_form_that_clients_send_is_read),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(what_could_be_several_times_is_not_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
