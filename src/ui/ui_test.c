// SPDX-License-Identifier: Apache-2.0
// The embedded dashboard over a real connection: start page, files, headers.
#include "http/testing.h"

#include "base/arena.h"
#include "ui/ui.h"
#include "ui_files.h"

struct world {
    struct rig rig;
    struct arena *arena;
    struct http_static dashboard;
};

static int set_up(void **state)
{
    static struct world world;
    world.dashboard = ui_dashboard();
    struct http_family family = http_static_family(&world.dashboard);
    world.arena = arena_new(1 << 26);
    rig_start(&world.rig, &family, 1, &http_server_limits_default);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    rig_stop(&world->rig);
    arena_free(world->arena);
    return 0;
}

// extra: header lines, each with its CRLF.
static str get(struct world *world, const char *path, const char *extra)
{
    return rig_exchange(&world->rig, world->arena,
                        arena_printf(world->arena,
                                     "GET %s HTTP/1.1\r\nHost: test\r\n"
                                     "Connection: close\r\n%s\r\n",
                                     path, extra));
}

static const struct http_static_file *file_find(const char *prefix, const char *suffix)
{
    for (size_t i = 0; i < ARRAY_LEN(ui_files); i++) {
        str path = str_of(ui_files[i].path);
        if (str_starts(path, str_of(prefix)) && str_ends(path, str_of(suffix)))
            return &ui_files[i];
    }
    fail_msg("no file %s…%s", prefix, suffix);
    return NULL;
}

static void the_start_page_answers_for_every_page(void **state)
{
    struct world *world = *state;
    const char *const paths[] = { "/", "/signin", "/w/2x/sources/2y/live-events" };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        str answer = get(world, paths[i], "Accept: text/html\r\n");
        assert_int_equal(answer_status(answer), 200);
        assert_true(answer_has(answer, "<div id=\"root\">"));
        assert_true(answer_has(answer, "Cache-Control: no-cache"));
    }
    str answer = get(world, "/assets/none.js", "Accept: */*\r\n");
    assert_int_equal(answer_status(answer), 404);
}

static void what_the_start_page_loads_is_embedded(void **state)
{
    struct world *world = *state;
    str page = answer_body(get(world, "/", ""));
    size_t found = 0;
    for (size_t i = 0; i < ARRAY_LEN(ui_files); i++)
        if (str_find_str(page, str_of(ui_files[i].path)) < page.len)
            found++;
    size_t wanted = 0;
    for (str rest = page; rest.len > 0; wanted++) {
        size_t src = str_find_str(rest, STR("src=\"/"));
        size_t href = str_find_str(rest, STR("href=\"/"));
        size_t at = MIN(src, href);
        if (at == rest.len)
            break;
        rest = str_sub(rest, at + 1, SIZE_MAX);
    }
    assert_true(wanted >= 3); // script, style sheet, icon
    assert_int_equal(found, wanted);
}

static void no_script_is_inline(void **state)
{
    struct world *world = *state;
    str rest = answer_body(get(world, "/", ""));
    size_t scripts = 0;
    for (;; scripts++) {
        size_t at = str_find_str(rest, STR("<script"));
        if (at == rest.len)
            break;
        rest = str_sub(rest, at, SIZE_MAX);
        str tag = str_sub(rest, 0, str_find(rest, '>'));
        assert_true(str_find_str(tag, STR(" src=\"")) < tag.len);
        assert_true(str_starts(str_sub(rest, tag.len + 1, SIZE_MAX), STR("</script>")));
        rest = str_sub(rest, 1, SIZE_MAX);
    }
    assert_true(scripts > 0);
}

static void every_answer_carries_the_security_headers(void **state)
{
    struct world *world = *state;
    const char *const paths[] = { "/", "/none.js", file_find("/assets/", ".js")->path };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        str answer = get(world, paths[i], "");
        assert_true(answer_has(answer, "script-src 'self';"));
        assert_true(answer_has(answer, "frame-ancestors 'none'"));
        assert_true(answer_has(answer, "X-Content-Type-Options: nosniff"));
        assert_true(answer_has(answer, "Referrer-Policy: no-referrer"));
    }
}

static void files_come_with_type_tag_and_gzip_variant(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < ARRAY_LEN(ui_files); i++) {
        const struct http_static_file *file = &ui_files[i];
        str answer = get(world, file->path, "");
        assert_int_equal(answer_status(answer), 200);
        assert_true(answer_has(answer, file->content_type));
        assert_true(answer_has(answer, file->etag));
        assert_true(str_eq(answer_body(answer), str_make(file->data, file->len)));
    }
    const struct http_static_file *script = file_find("/assets/", ".js");
    str packed = get(world, script->path, "Accept-Encoding: gzip\r\n");
    assert_true(answer_has(packed, "Content-Encoding: gzip"));
    assert_true(str_eq(answer_body(packed), str_make(script->gzip_data, script->gzip_len)));
}

static void files_named_by_their_content_are_kept_for_a_year(void **state)
{
    struct world *world = *state;
    str answer = get(world, file_find("/assets/", ".css")->path, "");
    assert_true(answer_has(answer, "immutable"));
    answer = get(world, "/color-scheme.js", "");
    assert_true(answer_has(answer, "Cache-Control: no-cache"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_start_page_answers_for_every_page),
        cmocka_unit_test(what_the_start_page_loads_is_embedded),
        cmocka_unit_test(no_script_is_inline),
        cmocka_unit_test(every_answer_carries_the_security_headers),
        cmocka_unit_test(files_come_with_type_tag_and_gzip_variant),
        cmocka_unit_test(files_named_by_their_content_are_kept_for_a_year),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
