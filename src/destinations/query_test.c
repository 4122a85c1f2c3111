// SPDX-License-Identifier: Apache-2.0
// Query parameters of events that are out of the ordinary; the ordinary ones are the webhook's
// cases.
#include "destinations/query.h"

#include "base/buf.h"
#include "base/test.h"

struct scene {
    struct arena *arena;
    yyjson_mut_doc *doc;
    yyjson_mut_val *object;
};

static int set_up(void **state)
{
    static struct scene scene;
    scene.arena = arena_new(64 << 20);
    scene.doc = yyjson_mut_doc_new(NULL);
    scene.object = yyjson_mut_obj(scene.doc);
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    yyjson_mut_doc_free(scene->doc);
    arena_free(scene->arena);
    return 0;
}

static str repeat(struct scene *scene, char c, size_t len)
{
    char *text = arena_alloc(scene->arena, len);
    memset(text, c, len);
    return str_make(text, len);
}

static void add_text(struct scene *scene, const char *key, str text)
{
    yyjson_mut_obj_add_strn(scene->doc, scene->object, key, text.data, text.len);
}

static bool try_add(struct scene *scene, str *ret_url)
{
    return query_add_leaves(STR("http://x/"), scene->object, scene->arena, ret_url);
}

static void what_just_fits_is_added_and_one_byte_more_is_not(void **state)
{
    struct scene *scene = *state;
    size_t room = QUERY_URL_MAX_BYTES - STR("http://x/?a=&b=c").len;
    str url = STR_NONE;
    add_text(scene, "a", repeat(scene, 'x', room));
    add_text(scene, "b", STR("c"));
    assert_true(try_add(scene, &url));
    assert_int_equal(url.len, QUERY_URL_MAX_BYTES);
    assert_true(str_ends(url, STR("&b=c")));
    add_text(scene, "d", STR(""));
    url = STR_NONE;
    assert_false(try_add(scene, &url));
    assert_null(url.data);
}

static void a_long_text_is_over_by_itself(void **state)
{
    struct scene *scene = *state;
    str url;
    add_text(scene, "a", repeat(scene, '!', QUERY_URL_MAX_BYTES / 2)); // "%21"
    assert_false(try_add(scene, &url));
}

// 1 MB of name before 100,000 items would be 100 GB.
static void a_long_name_is_not_repeated_for_each_item_of_a_list(void **state)
{
    struct scene *scene = *state;
    str url, name = repeat(scene, 'n', 1 << 20);
    yyjson_mut_val *list = yyjson_mut_arr(scene->doc);
    for (int i = 0; i < 100000; i++)
        yyjson_mut_arr_add_int(scene->doc, list, i);
    yyjson_mut_obj_add(scene->object, yyjson_mut_strn(scene->doc, name.data, name.len), list);
    assert_false(try_add(scene, &url));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_just_fits_is_added_and_one_byte_more_is_not,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_text_is_over_by_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_name_is_not_repeated_for_each_item_of_a_list,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
