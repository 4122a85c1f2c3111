// SPDX-License-Identifier: Apache-2.0
// Unit tests of multipart.c.
#include "base/test.h"

#include "codec/multipart.h"

#define TYPE STR("multipart/form-data; boundary=\"xx\"")

static void fields_and_files_are_read_in_order(void **state)
{
    (void)state;
    str body =
        STR("preamble\r\n--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2"
            "\r\n--xx\r\ncontent-disposition: form-data; name=b; filename=\"f; x.txt\"\r\n"
            "Content-Type: text/plain\r\n\r\n\r\n--xx--\r\n");
    struct multipart form;
    struct multipart_part part;
    bool is_whole = false;
    assert_true(multipart_begin(&form, TYPE, body));
    assert_true(multipart_next(&form, &part, &is_whole));
    assert_true(str_eq(part.name, STR("a")) && str_eq(part.content, STR("1\r\n2")));
    assert_null(part.filename.data);
    assert_true(multipart_next(&form, &part, &is_whole));
    assert_true(str_eq(part.name, STR("b")) && part.content.len == 0);
    assert_non_null(part.filename.data);
    assert_false(multipart_next(&form, &part, &is_whole));
    assert_true(is_whole);
}

static void names_may_hold_semicolons_and_lines_padding(void **state)
{
    (void)state;
    struct multipart form;
    struct multipart_part part;
    bool is_whole;
    str body = STR("--x;x \t\r\n"
                   "Content-Disposition: form-data; filename=\"; name=no\"; name=\"a;b\"\r\n"
                   "\r\n1\r\n--x;x\t\r\n"
                   "Content-Disposition: form-data; name=\"a\\\";b\"; filename=c\r\n"
                   "\r\n2\r\n--x;x--");
    assert_true(multipart_begin(&form, STR("multipart/form-data; boundary=\"x;x\""), body));
    assert_true(multipart_next(&form, &part, &is_whole));
    assert_true(str_eq(part.name, STR("a;b")) && str_eq(part.filename, STR("; name=no")));
    assert_true(str_eq(part.content, STR("1")));
    assert_true(multipart_next(&form, &part, &is_whole));
    assert_true(str_eq(part.name, STR("a\\\";b")) && str_eq(part.filename, STR("c")));
    assert_false(multipart_next(&form, &part, &is_whole));
    assert_true(is_whole);
}

static void other_types_and_bad_boundaries_are_no_form(void **state)
{
    (void)state;
    static const char *const types[] = {
        "",
        "text/plain; boundary=xx",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=a\tb",
        ("multipart/form-data; boundary="
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    };
    struct multipart form;
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        assert_false(multipart_begin(&form, str_of(types[i]), STR("--xx--")));
    assert_false(multipart_begin(&form, TYPE, STR("")));
    assert_false(multipart_begin(&form, TYPE, STR("--yy\r\n")));
}

static void a_form_cut_off_anywhere_is_not_whole(void **state)
{
    (void)state;
    str body = STR("--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--xx--");
    for (size_t len = 0; len < body.len; len++) {
        struct multipart form;
        struct multipart_part part;
        bool is_whole = false;
        if (!multipart_begin(&form, TYPE, str_sub(body, 0, len)))
            continue;
        while (multipart_next(&form, &part, &is_whole))
            assert_true(str_eq(part.content, STR("1")));
        assert_false(is_whole);
    }
}

static void a_part_without_a_name_ends_the_form(void **state)
{
    (void)state;
    struct multipart form;
    struct multipart_part part;
    bool is_whole = true;
    assert_true(multipart_begin(&form, TYPE, STR("--xx\r\nX: y\r\n\r\n1\r\n--xx--")));
    assert_false(multipart_next(&form, &part, &is_whole));
    assert_false(is_whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_and_files_are_read_in_order),
        cmocka_unit_test(names_may_hold_semicolons_and_lines_padding),
        cmocka_unit_test(other_types_and_bad_boundaries_are_no_form),
        cmocka_unit_test(a_form_cut_off_anywhere_is_not_whole),
        cmocka_unit_test(a_part_without_a_name_ends_the_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
