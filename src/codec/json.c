// SPDX-License-Identifier: Apache-2.0
// Reading JSON into an arena.
#include "codec/json.h"

#include "base/mem.h"

enum { DEFAULT_MAX_DEPTH = 512 };

static void *alc_malloc(void *ctx, size_t size)
{
    return arena_alloc(ctx, size);
}

static void *alc_realloc(void *ctx, void *ptr, size_t old_size, size_t size)
{
    if (size <= old_size)
        return ptr;
    return arena_grow(ctx, ptr, old_size, size);
}

static void alc_free(void *ctx, void *ptr)
{
    (void)ctx;
    (void)ptr;
}

yyjson_alc json_alc(struct arena *arena)
{
    return (yyjson_alc){
        .malloc = alc_malloc, .realloc = alc_realloc, .free = alc_free, .ctx = arena
    };
}

bool json_is_deeper(yyjson_val *value, unsigned max_depth)
{
    // Values lie in a row, each container before what it holds; so a value of n values is at
    // most n deep, which settles nearly all, and nearly all parts of the others.
    yyjson_val *end = unsafe_yyjson_get_next(value);
    if ((size_t)(end - value) <= max_depth)
        return false;
    yyjson_val **ends = mem_alloc(max_depth * sizeof(*ends)); // of the open containers
    unsigned depth = 0;
    bool is_deeper = false;
    for (yyjson_val *at = value; at < end && !is_deeper; at++) {
        if (!unsafe_yyjson_is_ctn(at))
            continue;
        while (depth > 0 && at >= ends[depth - 1])
            depth--;
        yyjson_val *next = unsafe_yyjson_get_next(at);
        is_deeper = depth == max_depth;
        if ((size_t)(next - at) <= max_depth - depth)
            at = next - 1;
        else if (!is_deeper)
            ends[depth++] = next;
    }
    mem_free(ends);
    return is_deeper;
}

static enum err parse_problem(str text, const yyjson_read_err *err, struct problem *ret_problem)
{
    size_t line = 0, column = 0, character = 0;
    (void)yyjson_locate_pos(text.data, text.len, MIN(err->pos, text.len), &line, &column,
                            &character);
    (void)problem_set(ret_problem, ERR_INVALID, STR(""), "line %zu, column %zu: %s", line,
                      column, err->msg);
    if (ret_problem)
        ret_problem->offset = (int64_t)err->pos;
    return ERR_INVALID;
}

struct reading {
    yyjson_read_flag flags;
    unsigned max_depth;
};

static enum err read_text(str text, struct reading reading, struct arena *arena,
                          yyjson_doc **ret_doc, struct problem *ret_problem)
{
    yyjson_alc alc = json_alc(arena);
    yyjson_read_err read_err = { 0 };
    if (text.len == 0) {
        read_err.msg = "there is no text";
        return parse_problem(STR(""), &read_err, ret_problem);
    }
    // Without YYJSON_READ_INSITU the text is only read, whatever the parameter's type says.
    yyjson_doc *doc =
        yyjson_read_opts((char *)text.data, text.len, reading.flags, &alc, &read_err);
    if (!doc)
        return parse_problem(text, &read_err, ret_problem);
    if (arena_is_over(arena))
        return problem_set(ret_problem, ERR_TOO_BIG, STR(""), "too big to be parsed here");
    unsigned max_depth = reading.max_depth ? reading.max_depth : DEFAULT_MAX_DEPTH;
    if (json_is_deeper(yyjson_doc_get_root(doc), max_depth))
        return problem_set(ret_problem, ERR_INVALID, STR(""), "nested deeper than %u levels",
                           max_depth);
    *ret_doc = doc;
    return OK;
}

enum err json_read(str text, unsigned max_depth, struct arena *arena, yyjson_doc **ret_doc,
                   struct problem *ret_problem)
{
    return read_text(text, (struct reading){ 0, max_depth }, arena, ret_doc, ret_problem);
}

enum err json_read_exact(str text, unsigned max_depth, struct arena *arena,
                         yyjson_doc **ret_doc, struct problem *ret_problem)
{
    struct reading reading = { YYJSON_READ_NUMBER_AS_RAW, max_depth };
    return read_text(text, reading, arena, ret_doc, ret_problem);
}

str json_str(yyjson_val *value)
{
    if (!yyjson_is_str(value))
        return STR_NONE;
    return str_make(unsafe_yyjson_get_str(value), unsafe_yyjson_get_len(value));
}

str json_get_str(yyjson_val *object, const char *key)
{
    return json_str(yyjson_obj_get(object, key));
}

str json_mut_str(yyjson_mut_val *value)
{
    if (!yyjson_mut_is_str(value))
        return STR_NONE;
    return str_make(unsafe_yyjson_get_str(value), unsafe_yyjson_get_len(value));
}

str json_text(yyjson_val *value, struct arena *arena)
{
    yyjson_alc alc = json_alc(arena);
    str text;
    text.data = yyjson_val_write_opts(value, 0, &alc, &text.len, NULL);
    return text;
}

str json_doc_text(const yyjson_mut_doc *doc, struct arena *arena)
{
    yyjson_alc alc = json_alc(arena);
    size_t len = 0;
    const char *text =
        yyjson_mut_write_opts(doc, YYJSON_WRITE_ALLOW_INVALID_UNICODE, &alc, &len, NULL);
    return text ? str_make(text, len) : STR_NONE;
}
