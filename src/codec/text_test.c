// SPDX-License-Identifier: Apache-2.0
// Unit tests of the small codings: base62, base64, hex, KSUID, UUID, UTF-8, and words.
#include "base/test.h"

#include "base/rand.h"
#include "codec/base62.h"
#include "codec/base64.h"
#include "codec/hex.h"
#include "codec/ksuid.h"
#include "codec/token.h"
#include "codec/utf8.h"
#include "codec/uuid.h"

static int setup(void **state)
{
    *state = arena_new(1 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void base62_keeps_order_and_width(void **state)
{
    (void)state;
    char text[7] = { 0 };
    base62_encode((const uint8_t[]){ 0, 0, 0, 0 }, 4, text, 6);
    assert_string_equal(text, "000000");
    base62_encode((const uint8_t[]){ 0, 0, 0, 61 }, 4, text, 6);
    assert_string_equal(text, "00000z");
    base62_encode((const uint8_t[]){ 0, 0, 0, 62 }, 4, text, 6);
    assert_string_equal(text, "000010");
    base62_encode((const uint8_t[]){ 255, 255, 255, 255 }, 4, text, 6);
    assert_string_equal(text, "4gfFC3");
}

static void base62_decodes_what_fits(void **state)
{
    (void)state;
    uint8_t bytes[4] = { 0 };
    assert_true(base62_decode(STR("4gfFC3"), bytes, 4));
    assert_memory_equal(bytes, "\xff\xff\xff\xff", 4);
    assert_false(base62_decode(STR("4gfFC4"), bytes, 4));
    assert_false(base62_decode(STR("zzzzzz"), bytes, 4));
    assert_false(base62_decode(STR("00000-"), bytes, 4));
    assert_true(base62_decode(STR("000000000000001"), bytes, 4));
    assert_memory_equal(bytes, "\0\0\0\1", 4);
    assert_true(base62_is_valid(STR("azAZ09")));
    assert_false(base62_is_valid(STR("a_b")));
}

static void base64_gives_the_vectors_of_rfc_4648(void **state)
{
    static const char *const rows[][3] = {
        { "", "", "" },
        { "f", "Zg==", "Zg" },
        { "fo", "Zm8=", "Zm8" },
        { "foo", "Zm9v", "Zm9v" },
        { "foob", "Zm9vYg==", "Zm9vYg" },
        { "fooba", "Zm9vYmE=", "Zm9vYmE" },
        { "\xfb\xff\xfe", "+//+", "-__-" },
    };
    AUTO(buf_done) struct buf out = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (enum base64_kind kind = BASE64_STANDARD; kind <= BASE64_URL; kind++) {
            str plain = str_of(rows[i][0]), coded = str_of(rows[i][1 + (int)kind]), back;
            buf_clear(&out);
            base64_encode(kind, plain.data, plain.len, &out);
            assert_true(str_eq(buf_str(&out), coded));
            assert_int_equal(base64_decode(kind, coded, *state, &back), OK);
            assert_true(str_eq(back, plain));
        }
    }
}

static void base64_takes_padding_or_none_but_nothing_odd(void **state)
{
    str bytes = STR_NONE;
    assert_int_equal(base64_decode(BASE64_STANDARD, STR("Zg"), *state, &bytes), OK);
    assert_int_equal(base64_decode(BASE64_URL, STR("Zg=="), *state, &bytes), OK);
    static const char *const bad[] = { "Z",    "Zg=",      "Zg===", "Zh==", "Zm9=", "Zm9v=",
                                       "Z g=", "Zg==Zg==", "=",     "====", "Zm-_", "Zm9v\n" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(base64_decode(BASE64_STANDARD, str_of(bad[i]), *state, &bytes),
                         ERR_INVALID);
    assert_int_equal(base64_decode(BASE64_URL, STR("Zm+/"), *state, &bytes), ERR_INVALID);
    assert_int_equal(base64_decode(BASE64_STANDARD, STR("AA\0A"), *state, &bytes), ERR_INVALID);
}

// letter: the value that c has, -1: it is no letter.
static void check_letter(struct arena *arena, char c, size_t place, int letter)
{
    char text[] = { 'A', 'A', 'A', 'A' };
    str bytes = STR("???");
    text[place] = c;
    enum err err = base64_decode(BASE64_STANDARD, str_make(text, 4), arena, &bytes);
    assert_int_equal(err, letter < 0 ? ERR_INVALID : OK);
    unsigned group = (unsigned)MAX(letter, 0) << (18 - 6 * place);
    char expected[] = { (char)(group >> 16), (char)(group >> 8), (char)group };
    if (letter >= 0)
        assert_true(str_eq(bytes, str_make(expected, 3)));
}

static void base64_reads_each_letter_and_nothing_else(void **state)
{
    const str letters = STR("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    for (int c = 0; c <= UINT8_MAX; c++) {
        size_t letter = str_find(letters, (char)c);
        for (size_t place = 0; place < 4; place++)
            if (c != '=' || place < 3) // there it is padding
                check_letter(*state, (char)c, place, letter < letters.len ? (int)letter : -1);
    }
}

static void hex_goes_both_ways(void **state)
{
    (void)state;
    char text[9];
    uint8_t bytes[4];
    hex_encode("\x00\x7f\xab\xff", 4, text);
    assert_string_equal(text, "007fabff");
    assert_true(hex_decode(STR("007FabFf"), bytes, 4));
    assert_memory_equal(bytes, "\x00\x7f\xab\xff", 4);
    assert_false(hex_decode(STR("007fabf"), bytes, 4));
    assert_false(hex_decode(STR("007fabfg"), bytes, 4));
    assert_false(hex_decode(STR("007fabff0"), bytes, 4));
}

static void a_ksuid_advances_in_order(void **state)
{
    (void)state;
    char id[KSUID_LEN + 1] = "3MRdObG7NCEs6zuUaGuHxI4Mzzz";
    ksuid_advance(id);
    assert_string_equal(id, "3MRdObG7NCEs6zuUaGuHxI4N000");
    ksuid_advance(id);
    assert_string_equal(id, "3MRdObG7NCEs6zuUaGuHxI4N001");
}

static void a_ksuid_begins_with_its_time(void **state)
{
    (void)state;
    struct clock_fake clock;
    clock_fake_init(&clock, 1400000000000 + 107608047000); // of the format's own example
    struct rng_fake rng;
    rng_fake_init(&rng, 5);
    char first[KSUID_LEN + 1], second[KSUID_LEN + 1];
    ksuid_make(&clock.clock, &rng.rng, first);
    assert_int_equal(strlen(first), KSUID_LEN);
    assert_memory_equal(first, "0ujt", 4); // "0ujtsYcgvSTl8PAuAdqWYSMnLOv"
    assert_true(ksuid_is_valid(str_of(first)));
    clock_fake_advance_ms(&clock, 1000);
    ksuid_make(&clock.clock, &rng.rng, second);
    assert_true(str_cmp(str_of(first), str_of(second)) < 0);
    clock_fake_init(&clock, 0); // a clock before the epoch
    ksuid_make(&clock.clock, &rng.rng, first);
    assert_true(ksuid_is_valid(str_of(first)));
}

static void what_is_no_ksuid_is_refused(void **state)
{
    (void)state;
    assert_true(ksuid_is_valid(STR("0ujtsYcgvSTl8PAuAdqWYSMnLOv")));
    assert_true(ksuid_is_valid(STR("aWgEPTl1tmebfsQzFP4bxwgy80V")));
    assert_false(ksuid_is_valid(STR("aWgEPTl1tmebfsQzFP4bxwgy80W")));
    assert_false(ksuid_is_valid(STR("0ujtsYcgvSTl8PAuAdqWYSMnLO")));
    assert_false(ksuid_is_valid(STR("0ujtsYcgvSTl8PAuAdqWYSMnLOvv")));
    assert_false(ksuid_is_valid(STR("0ujtsYcgvSTl8PAuAdqWYSMn/Ov")));
    assert_false(ksuid_is_valid(STR("")));
}

static void a_uuid_has_its_marks(void **state)
{
    (void)state;
    uint8_t bytes[16];
    memset(bytes, 0xff, sizeof(bytes));
    char text[UUID_LEN + 1];
    uuid_format(bytes, text);
    assert_string_equal(text, "ffffffff-ffff-ffff-ffff-ffffffffffff");
    uuid_format_v4(bytes, text);
    assert_string_equal(text, "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

static void every_character_is_decoded_as_it_was_encoded(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        if (code >= 0xd800 && code < 0xe000)
            continue;
        char bytes[4];
        uint32_t back = 0;
        size_t len = utf8_encode(code, bytes);
        assert_int_equal(utf8_decode(str_make(bytes, len), &back), len);
        assert_int_equal(back, code);
        assert_int_equal(utf8_decode(str_make(bytes, len - 1), &back), 0);
    }
}

static void ill_formed_bytes_are_no_character(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "\x80",         "\xc0\x80",         "\xc1\xbf",         "\xe0\x9f\xbf",
        "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xff",         "\xc3\x28",         "\xe2\x82\x28"
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint32_t code;
        assert_int_equal(utf8_decode(str_of(rows[i]), &code), 0);
    }
}

static void a_word_ends_where_http_has_it_end(void **state)
{
    (void)state;
    assert_true(token_is(STR("M-SEARCH")) && token_is(STR("!#$%&'*+-.^_`|~09azAZ")));
    static const char others[] = " \t\r\n\"(),/:;<=>?@[\\]{}\x01\x7f\x80\xff";
    for (size_t i = 0; i < sizeof(others); i++) { // with the NUL behind them
        const char word[] = { 'a', others[i], 'b' };
        assert_int_equal(token_len(str_make(word, sizeof(word))), 1);
        assert_false(token_is(str_make(word, sizeof(word))));
    }
    assert_false(token_is(STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base62_keeps_order_and_width),
        cmocka_unit_test(base62_decodes_what_fits),
        cmocka_unit_test(a_word_ends_where_http_has_it_end),
        cmocka_unit_test_setup_teardown(base64_gives_the_vectors_of_rfc_4648, setup, teardown),
        cmocka_unit_test_setup_teardown(base64_takes_padding_or_none_but_nothing_odd, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(base64_reads_each_letter_and_nothing_else, setup,
                                        teardown),
        cmocka_unit_test(hex_goes_both_ways),
        cmocka_unit_test(a_ksuid_begins_with_its_time),
        cmocka_unit_test(a_ksuid_advances_in_order),
        cmocka_unit_test(what_is_no_ksuid_is_refused),
        cmocka_unit_test(a_uuid_has_its_marks),
        cmocka_unit_test(every_character_is_decoded_as_it_was_encoded),
        cmocka_unit_test(ill_formed_bytes_are_no_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
