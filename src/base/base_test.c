// SPDX-License-Identifier: Apache-2.0
// Text, buffers, arenas, maps, lists: what everything else leans on.
#include "base/base.h"

#include "base/test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/str.h"

static void str_next_splits_and_ends(void **state)
{
    (void)state;
    str rest = STR("a,,b");
    str part;
    const char *expected[] = { "a", "", "b" };
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        assert_true(str_next(&rest, ',', &part));
        assert_true(str_eq(part, str_of(expected[i])));
    }
    assert_false(str_next(&rest, ',', &part));
}

static void str_numbers_refuse_what_is_not_a_number(void **state)
{
    (void)state;
    uint64_t value = 7;
    int64_t number;
    assert_true(str_to_u64(STR("18446744073709551615"), &value));
    assert_true(value == UINT64_MAX);
    assert_false(str_to_u64(STR("18446744073709551616"), &value));
    assert_false(str_to_u64(STR(""), &value));
    assert_false(str_to_u64(STR("1 "), &value));
    assert_true(str_to_i64(STR("-9223372036854775808"), &number));
    assert_true(number == INT64_MIN);
    assert_false(str_to_i64(STR("9223372036854775808"), &number));
}

// What grows at the end leaves nothing behind, in its block or beyond it; the rest stays.
static void arena_grows_the_last_text_where_it_is(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    char *first = memset(arena_alloc(arena, 32), 'a', 32);
    char *last = memset(arena_alloc(arena, 16), 'b', 16);
    assert_ptr_equal(arena_grow(arena, last, 16, 64), last);
    assert_int_equal(arena_used_bytes(arena), 32 + 64);
    size_t size = 64;
    for (; size < 1 << 19; size *= 2)
        last = arena_grow(arena, last, size, size * 2);
    assert_in_range(arena_used_bytes(arena), 32 + size, 32 + size + 8192);
    assert_true(arena_has_room(arena, 1024));
    assert_false(arena_has_room(arena, 1 << 20));
    char *moved = arena_grow(arena, first, 32, 48); // not the last: a copy
    assert_ptr_not_equal(moved, first);
    for (size_t i = 0; i < 16; i++)
        assert_true(first[i] == 'a' && moved[i + 16] == 'a' && last[i] == 'b');
    arena_reset(arena);
    assert_int_equal(arena_used_bytes(arena), 0);
    assert_non_null(arena_grow(arena, arena_alloc(arena, 8), 8, 100000));
    assert_in_range(arena_used_bytes(arena), 100000, 100032);
}

static void arena_keeps_copies_and_reports_its_ceiling(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1000);
    str copy = arena_dup(arena, STR("kept"));
    assert_string_equal(copy.data, "kept");
    assert_false(arena_is_over(arena));
    (void)arena_alloc(arena, 100000);
    assert_true(arena_is_over(arena));
    assert_string_equal(copy.data, "kept");
    arena_reset(arena);
    assert_int_equal(arena_used_bytes(arena), 0);
    assert_true(str_eq(arena_printf(arena, "%d-%s", 7, "x"), STR("7-x")));
}

static void map_finds_what_stays_after_removals(void **state)
{
    (void)state;
    AUTO(map_free) struct map *map = map_new();
    static char values[2000];
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        assert_null(map_put_u64(map, i * 7919, &values[i]));
    for (size_t i = 0; i < ARRAY_LEN(values); i += 2)
        assert_ptr_equal(map_remove_u64(map, i * 7919), &values[i]);
    assert_int_equal(map_count(map), ARRAY_LEN(values) / 2);
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        assert_ptr_equal(map_get_u64(map, i * 7919), i % 2 ? &values[i] : NULL);
    size_t at = 0, seen = 0;
    while (map_each(map, &at))
        seen++;
    assert_int_equal(seen, ARRAY_LEN(values) / 2);
}

static void map_replaces_a_text_key(void **state)
{
    (void)state;
    AUTO(map_free) struct map *map = map_new();
    int one, two;
    assert_null(map_put(map, STR("k"), &one));
    assert_ptr_equal(map_put(map, STR("k"), &two), &one);
    assert_ptr_equal(map_get(map, STR("k")), &two);
    assert_null(map_get(map, STR("other")));
}

static void list_allows_removal_while_walking(void **state)
{
    (void)state;
    struct list list;
    struct list_node nodes[4] = { 0 };
    list_init(&list);
    for (size_t i = 0; i < ARRAY_LEN(nodes); i++)
        list_add_last(&list, &nodes[i]);
    LIST_EACH (&list, node)
        list_remove(node);
    assert_true(list_is_empty(&list));
    list_remove(&nodes[0]); // in no list: nothing happens
}

static void buf_numbers_are_little_endian(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf buf = { 0 };
    buf_add_u32(&buf, 0x04030201);
    buf_add_u16(&buf, 0x0605);
    assert_memory_equal(buf.data, "\1\2\3\4\5\6", 6);
}

static void rng_below_reaches_every_value(void **state)
{
    (void)state;
    struct rng_fake fake;
    bool seen[10] = { false };
    rng_fake_init(&fake, 1);
    for (int i = 0; i < 1000; i++)
        seen[rng_below(&fake.rng, ARRAY_LEN(seen))] = true;
    for (size_t i = 0; i < ARRAY_LEN(seen); i++)
        assert_true(seen[i]);
}

static void problem_names_the_field(void **state)
{
    (void)state;
    struct problem problem;
    assert_int_equal(problem_set(&problem, ERR_INVALID, STR("name"), "must be %s", "text"),
                     ERR_INVALID);
    assert_string_equal(problem.field, "name");
    assert_string_equal(problem.text, "must be text");
    assert_int_equal(err_http_status(ERR_INVALID), 400);
}

static void a_stock_hands_nothing_out_twice_and_forgets(void **state)
{
    (void)state;
    struct rng_fake fake;
    struct rng_stock stock;
    uint8_t pieces[1000][16], large[RNG_STOCK_BYTES + 1] = { 0 };
    rng_fake_init(&fake, 1);
    rng_stock_init(&stock, &fake.rng);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        rng_fill(&stock.rng, pieces[i], sizeof(pieces[i]));
        for (size_t k = 0; k < sizeof(pieces[i]); k++)
            assert_int_equal(stock.bytes[stock.left + k], 0);
        for (size_t before = 0; before < i; before++)
            assert_memory_not_equal(pieces[before], pieces[i], sizeof(pieces[i]));
    }
    rng_fill(&stock.rng, large, sizeof(large));
    assert_int_not_equal(large[sizeof(large) - 1] | large[sizeof(large) - 2], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(str_next_splits_and_ends),
        cmocka_unit_test(str_numbers_refuse_what_is_not_a_number),
        cmocka_unit_test(arena_grows_the_last_text_where_it_is),
        cmocka_unit_test(arena_keeps_copies_and_reports_its_ceiling),
        cmocka_unit_test(map_finds_what_stays_after_removals),
        cmocka_unit_test(map_replaces_a_text_key),
        cmocka_unit_test(list_allows_removal_while_walking),
        cmocka_unit_test(buf_numbers_are_little_endian),
        cmocka_unit_test(rng_below_reaches_every_value),
        cmocka_unit_test(a_stock_hands_nothing_out_twice_and_forgets),
        cmocka_unit_test(problem_names_the_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
