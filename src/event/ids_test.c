// SPDX-License-Identifier: Apache-2.0
// Unit tests of ids.c, printable.c, repair.c and types.c.
#include "base/test.h"

#include "codec/json.h"
#include "codec/utf8.h"
#include "event/event.h"
#include "event/ids.h"
#include "event/printable.h"
#include "event/repair.h"

static int setup(void **state)
{
    *state = arena_new(8 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void the_listed_invisible_characters_go(void **state)
{
    (void)state;
    static const uint32_t listed[] = {
        0x0000, 0x0009, 0x00a0, 0x00ad, 0x034f, 0x061c, 0x115f,   0x1160, 0x17b4,
        0x17b5, 0x180e, 0x202f, 0x205f, 0x2800, 0x3000, 0x3164,   0xfeff, 0xffa0,
        0x000a, 0x007f, 0x0085, 0xd7a4, 0xe000, 0xfff9, 0x10ffff,
    };
    for (size_t i = 0; i < ARRAY_LEN(listed); i++)
        assert_false(printable_is(listed[i]));
    for (uint32_t code = 0x2000; code <= 0x200f; code++)
        assert_false(printable_is(code));
    for (uint32_t code = 0x2060; code <= 0x206f; code++)
        assert_false(printable_is(code));
}

static void visible_characters_stay(void **state)
{
    (void)state;
    static const uint32_t kept[] = { ' ',     '!',     '~',    0xa1,   0xe4,   0x301,
                                     0x416,   0x5d0,   0x4e00, 0x9fff, 0xac00, 0xfffd,
                                     0x1f600, 0x20000, 0x1159, 0x2010, 0x20ac };
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        assert_true(printable_is(kept[i]));
    for (uint32_t code = ' '; code < 0x7f; code++)
        assert_true(printable_is(code));
}

static void ids_are_cleaned_then_trimmed(void **state)
{
    static const char *const rows[][2] = {
        { "", "" },
        { "user", "user" },
        { "  a b  ", "a b" },
        { "\xe2\x80\x8b user\xe2\x80\x8b ", "user" }, // zero width space
        { "\xef\xbb\xbf", "" },
        { "\t\n", "" },
        { "u\xc2\xa0s", "us" },
        { "\xc3\xa4\xf0\x9f\x98\x80", "\xc3\xa4\xf0\x9f\x98\x80" },
        { "a\xff"
          "b",
          "ab" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_true(str_eq(event_normalise_id(str_of(rows[i][0]), *state), str_of(rows[i][1])));
}

// Those who read an event do not all read its numbers the same way.
static void assert_id_text(struct arena *arena, const char *value, const char *expected)
{
    str json = str_of(value);
    yyjson_alc alc = json_alc(arena);
    yyjson_doc *docs[] = {
        yyjson_read_opts((char *)json.data, json.len, YYJSON_READ_BIGNUM_AS_RAW, &alc, NULL),
        NULL,
    };
    assert_int_equal(json_read_exact(json, 0, arena, &docs[1], NULL), OK);
    for (size_t i = 0; i < ARRAY_LEN(docs); i++)
        assert_true(str_eq(id_text(yyjson_doc_get_root(docs[i]), arena), str_of(expected)));
}

static void every_kind_of_value_has_a_text(void **state)
{
    static const char *const rows[][2] = {
        { "\"a b\"", "a b" },
        { "null", "" },
        { "123", "123" },
        { "-7", "-7" },
        { "3.0", "3" },
        { "1.5", "1.5" },
        { "9007199254740993", "9007199254740993" },
        { "-0", "0" },
        { "1e2", "100" },
        { "false", "false" },
        { "12345678901234567890123", "12345678901234567890123" },
        { "1e400", "1e400" },
        { "{\"a\":[1, 1.10]}", "{\"a\":[1,1.1]}" },
        { "[]", "[]" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_id_text(*state, rows[i][0], rows[i][1]);
    assert_int_equal(id_text(NULL, *state).len, 0);
}

static void the_rudder_id_is_the_known_one(void **state)
{
    char text[37];
    id_rudder(STR("identified_user_id"), STR("anonymousId_1"), *state, text);
    assert_string_equal(text, "e4cab80e-2f0e-4fa2-87e0-3a4af182634c");
}

static void types_are_found_by_name_in_any_case(void **state)
{
    (void)state;
    for (enum event_type type = EVENT_IDENTIFY; type < EVENT_TYPE_COUNT; type++)
        assert_int_equal(event_type_of(event_type_name(type)), type);
    assert_int_equal(event_type_of(STR("Track")), EVENT_TRACK);
    assert_int_equal(event_type_of(STR("tracks")), EVENT_TYPE_UNKNOWN);
    assert_int_equal(event_type_of(STR("")), EVENT_TYPE_UNKNOWN);
    assert_int_equal(event_type_of(STR_NONE), EVENT_TYPE_UNKNOWN);
}

static void broken_characters_are_replaced(void **state)
{
    static const char *const rows[][2] = {
        { "\"\\ud83d\"", "\"\xef\xbf\xbd\"" },
        { "\"\\ude00x\"", "\"\xef\xbf\xbdx\"" },
        { "\"\\ud83d\\ud83d\\ude00\"", "\"\xef\xbf\xbd\\ud83d\\ude00\"" },
        { "\"\\ud83dA\\ude00\"", "\"\xef\xbf\xbd"
                                 "A\xef\xbf\xbd\"" },
        { "\"a\xff\xc3\"", "\"a\xef\xbf\xbd\xef\xbf\xbd\"" },
        { "\"\\\\ud83d\xff\"", "\"\\\\ud83d\xef\xbf\xbd\"" },
        { "\"\\ud83\xff", "\"\\ud83\xef\xbf\xbd" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str mended = STR_NONE;
        assert_true(repair_characters(str_of(rows[i][0]), *state, &mended));
        assert_true(str_eq(mended, str_of(rows[i][1])));
    }
    static const char *const sound[] = {
        "", "\"\\ud83d\\ude00\"", "\"\\\\ud83d\"", "\"\\n\"", "\\", "\\u12", "\"\xc3\xa4\""
    };
    for (size_t i = 0; i < ARRAY_LEN(sound); i++) {
        str mended = STR_NONE;
        assert_false(repair_characters(str_of(sound[i]), *state, &mended));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_listed_invisible_characters_go),
        cmocka_unit_test(visible_characters_stay),
        cmocka_unit_test_setup_teardown(ids_are_cleaned_then_trimmed, setup, teardown),
        cmocka_unit_test_setup_teardown(every_kind_of_value_has_a_text, setup, teardown),
        cmocka_unit_test_setup_teardown(the_rudder_id_is_the_known_one, setup, teardown),
        cmocka_unit_test(types_are_found_by_name_in_any_case),
        cmocka_unit_test_setup_teardown(broken_characters_are_replaced, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
