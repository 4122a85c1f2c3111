// SPDX-License-Identifier: Apache-2.0
// Runs the golden cases of all destinations. A case is one JSON file:
// {title, destination, settings, event, isUserTransformed, expect}; expect is {verdict: "ok",
// method, url, urlIsFromEvent, headers, configuredHeaders, body} or {verdict, text}.
// --bless as the first argument rewrites `expect` with what came out.
#include "base/test.h"

#include "base/mem.h"
#include "destinations/destination.h"

struct golden {
    const char *path;
    bool is_blessing;
};

static str read_file(const char *path, struct arena *arena)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = arena_alloc(arena, 1 << 20);
    size_t len = fread(text, 1, 1 << 20, file);
    (void)fclose(file);
    return str_make(text, len);
}

static const char *const verdict_words[] = {
    [BUILD_OK] = "ok",
    [BUILD_FILTERED] = "filtered",
    [BUILD_REJECTED] = "rejected",
};

static void add_headers(yyjson_mut_doc *doc, yyjson_mut_val *expect,
                        const struct destination_request *request)
{
    yyjson_mut_val *own = yyjson_mut_obj_add_obj(doc, expect, "headers");
    yyjson_mut_val *configured = yyjson_mut_obj_add_obj(doc, expect, "configuredHeaders");
    for (size_t i = 0; i < request->header_count; i++) {
        const struct destination_header *header = &request->headers[i];
        yyjson_mut_obj_add(header->is_configured ? configured : own,
                           yyjson_mut_strncpy(doc, header->name.data, header->name.len),
                           yyjson_mut_strncpy(doc, header->value.data, header->value.len));
    }
}

static yyjson_mut_val *describe(yyjson_mut_doc *doc, enum build_verdict verdict,
                                const struct destination_request *request,
                                const struct problem *problem)
{
    yyjson_mut_val *expect = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_str(doc, expect, "verdict", verdict_words[verdict]);
    if (verdict != BUILD_OK) {
        yyjson_mut_obj_add_strcpy(doc, expect, "text", problem->text);
        return expect;
    }
    yyjson_mut_obj_add_strncpy(doc, expect, "method", request->method.data,
                               request->method.len);
    yyjson_mut_obj_add_strncpy(doc, expect, "url", request->url.data, request->url.len);
    yyjson_mut_obj_add_bool(doc, expect, "urlIsFromEvent", request->url_is_from_event);
    add_headers(doc, expect, request);
    if (!request->body.len)
        return expect;
    yyjson_doc *body = yyjson_read(request->body.data, request->body.len, 0);
    assert_non_null(body);
    yyjson_mut_obj_add_val(doc, expect, "body",
                           yyjson_val_mut_copy(doc, yyjson_doc_get_root(body)));
    yyjson_doc_free(body);
    return expect;
}

static yyjson_mut_val *outcome_of(yyjson_val *golden, yyjson_mut_doc *doc, struct arena *arena)
{
    const struct destination *definition =
        destination_find(json_get_str(golden, "destination"));
    assert_non_null(definition);
    const void *settings;
    struct problem problem = { 0 };
    const struct destination_check check = { true, STR("settings"), arena };
    enum err err = destination_settings_decode(definition, yyjson_obj_get(golden, "settings"),
                                               &check, &settings, &problem);
    assert_int_equal(err, OK);
    yyjson_val *source = yyjson_obj_get(golden, "event");
    yyjson_mut_doc *copy = yyjson_mut_doc_new(NULL);
    yyjson_mut_doc_set_root(copy, yyjson_val_mut_copy(copy, source));
    struct destination_event event = {
        .doc = copy,
        .type = str_eq(json_get_str(source, "type"), STR("identify")) ? EVENT_IDENTIFY
                                                                      : EVENT_TRACK,
        .is_user_transformed = yyjson_get_bool(yyjson_obj_get(golden, "isUserTransformed")),
    };
    struct destination_request request = { 0 };
    enum build_verdict verdict =
        definition->delivery->build(settings, &event, arena, &request, &problem);
    yyjson_mut_val *expect = describe(doc, verdict, &request, &problem);
    yyjson_mut_doc_free(copy);
    return expect;
}

static void bless(const char *path, yyjson_val *golden, yyjson_mut_doc *doc,
                  yyjson_mut_val *expect)
{
    yyjson_mut_val *root = yyjson_val_mut_copy(doc, golden);
    yyjson_mut_obj_remove_key(root, "expect");
    yyjson_mut_obj_add_val(doc, root, "expect", expect);
    yyjson_mut_doc_set_root(doc, root);
    char *text = yyjson_mut_write(doc, YYJSON_WRITE_PRETTY_TWO_SPACES, NULL);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fprintf(file, "%s\n", text) > 0);
    assert_int_equal(fclose(file), 0);
    (free)(text); // yyjson's, made by malloc
}

static void run_case(void **state)
{
    const struct golden *golden = *state;
    AUTO(arena_free) struct arena *arena = arena_new(8 << 20);
    struct problem problem;
    yyjson_doc *file;
    enum err err = json_read(read_file(golden->path, arena), 0, arena, &file, &problem);
    assert_int_equal(err, OK);
    yyjson_val *root = yyjson_doc_get_root(file);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *actual = outcome_of(root, doc, arena);
    if (golden->is_blessing) {
        bless(golden->path, root, doc, actual);
    } else {
        yyjson_mut_val *expect = yyjson_val_mut_copy(doc, yyjson_obj_get(root, "expect"));
        bool is_equal = yyjson_mut_equals(expect, actual);
        if (!is_equal)
            print_message("# came out: %s\n", yyjson_mut_val_write(actual, 0, NULL));
        assert_true(is_equal);
    }
    yyjson_mut_doc_free(doc);
}

int main(int argc, char **argv)
{
    bool is_blessing = argc > 1 && strcmp(argv[1], "--bless") == 0;
    int first = is_blessing ? 2 : 1;
    size_t count = (size_t)(argc - first);
    assert(argc > first);
    struct golden *cases = mem_zalloc(count, sizeof(*cases));
    struct CMUnitTest *tests = mem_zalloc(count, sizeof(*tests));
    for (size_t i = 0; i < count; i++) {
        const char *path = argv[first + (int)i];
        cases[i] = (struct golden){ .path = path, .is_blessing = is_blessing };
        tests[i] = (struct CMUnitTest){
            .name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path,
            .test_func = run_case,
            .initial_state = &cases[i],
        };
    }
    int failed = _cmocka_run_group_tests("cases", tests, count, NULL, NULL);
    mem_free(tests);
    mem_free(cases);
    return failed;
}
