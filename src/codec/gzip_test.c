// SPDX-License-Identifier: Apache-2.0
// Unit tests of gzip.c.
#include "base/test.h"

#include "base/mem.h"
#include "base/rand.h"
#include "codec/gzip.h"

struct fixture {
    struct arena *arena;
    struct buf packed;
};

static int setup(void **state)
{
    struct fixture *fixture = NEW(struct fixture);
    fixture->arena = arena_new(64 << 20);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    buf_done(&fixture->packed);
    arena_free(fixture->arena);
    mem_free(fixture);
    return 0;
}

static str repeated(struct arena *arena, char c, size_t len)
{
    char *text = arena_alloc(arena, len);
    memset(text, c, len);
    return str_make(text, len);
}

static void what_was_packed_comes_out(void **state)
{
    struct fixture *fixture = *state;
    struct rng_fake rng;
    rng_fake_init(&rng, 3);
    for (size_t len = 0; len < 5000; len = len * 2 + 1) {
        char *text = arena_alloc(fixture->arena, len + 1);
        rng_fill(&rng.rng, text, len);
        buf_clear(&fixture->packed);
        gzip_encode(str_make(text, len), 6, &fixture->packed);
        str out = STR_NONE;
        assert_int_equal(gzip_decode(buf_str(&fixture->packed), 5000, fixture->arena, &out),
                         OK);
        assert_true(str_eq(out, str_make(text, len)));
        assert_int_equal(out.data[out.len], '\0');
    }
}

static void members_follow_each_other(void **state)
{
    struct fixture *fixture = *state;
    gzip_encode(STR("one "), 1, &fixture->packed);
    gzip_encode(repeated(fixture->arena, 'x', 100000), 9, &fixture->packed);
    gzip_encode(STR(" three"), 12, &fixture->packed);
    str out = STR_NONE;
    assert_int_equal(gzip_decode(buf_str(&fixture->packed), 1 << 20, fixture->arena, &out), OK);
    assert_int_equal(out.len, 4 + 100000 + 6);
    assert_true(str_starts(out, STR("one xx")) && str_ends(out, STR("xx three")));
}

static void a_bomb_is_refused_at_the_limit(void **state)
{
    struct fixture *fixture = *state;
    gzip_encode(repeated(fixture->arena, 0, 10 << 20), 12, &fixture->packed);
    assert_true(fixture->packed.len < 20000);
    size_t before = arena_used_bytes(fixture->arena);
    str out = STR_NONE;
    str packed = buf_str(&fixture->packed);
    assert_int_equal(gzip_decode(packed, 1 << 20, fixture->arena, &out), ERR_TOO_BIG);
    assert_true(arena_used_bytes(fixture->arena) - before <= (2u << 20) + 4096);
    assert_null(out.data);
    assert_int_equal(gzip_decode(packed, (10 << 20) - 1, fixture->arena, &out), ERR_TOO_BIG);
    assert_int_equal(gzip_decode(packed, 10 << 20, fixture->arena, &out), OK);
}

static void a_trailer_that_lies_costs_no_memory(void **state)
{
    struct fixture *fixture = *state;
    gzip_encode(STR("small"), 6, &fixture->packed);
    memset(fixture->packed.data + fixture->packed.len - 4, 0xff, 4);
    size_t before = arena_used_bytes(fixture->arena);
    str out = STR_NONE;
    assert_int_equal(gzip_decode(buf_str(&fixture->packed), 32 << 20, fixture->arena, &out),
                     ERR_INVALID);
    assert_true(arena_used_bytes(fixture->arena) - before < 100000);
}

static void every_cut_and_every_flipped_byte_is_noticed(void **state)
{
    struct fixture *fixture = *state;
    str text = STR("{\"batch\":[{\"userId\":\"u\",\"type\":\"track\"}]}");
    gzip_encode(text, 6, &fixture->packed);
    str packed = buf_str(&fixture->packed), out = STR_NONE;
    for (size_t len = 0; len < packed.len; len++)
        assert_int_equal(gzip_decode(str_sub(packed, 0, len), 4096, fixture->arena, &out),
                         ERR_INVALID);
    for (size_t at = 10; at < packed.len; at++) { // the header's own bytes are not covered
        fixture->packed.data[at] ^= 0x10;
        enum err err = gzip_decode(packed, 4096, fixture->arena, &out);
        assert_true(err != OK || str_eq(out, text)); // a bit that fills up the last byte
        fixture->packed.data[at] ^= 0x10;
    }
    buf_add_char(&fixture->packed, 'x');
    assert_int_equal(gzip_decode(buf_str(&fixture->packed), 4096, fixture->arena, &out),
                     ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_packed_comes_out, setup, teardown),
        cmocka_unit_test_setup_teardown(members_follow_each_other, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bomb_is_refused_at_the_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(a_trailer_that_lies_costs_no_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(every_cut_and_every_flipped_byte_is_noticed, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
