// SPDX-License-Identifier: Apache-2.0
// Embedded files as answers (RFC 9110: 8.8.3 ETag, 12.5.3 Accept-Encoding, 13.1.2
// If-None-Match).
#include "http/static.h"

#include "http/method.h"

#define PLAIN_TEXT STR("text/plain; charset=utf-8")
#define NOT_FOUND  STR("404 page not found\n")

static const struct http_static_file *file_find(const struct http_static *files, str path)
{
    for (size_t i = 0; i < files->count; i++)
        if (str_eq(str_of(files->files[i].path), path))
            return &files->files[i];
    return NULL;
}

// A weight of zero says no; any other is a yes. "gzip;q=0" and "gzip; q=0.000" are zero.
static bool weight_is_zero(str parameters)
{
    size_t at = str_find_str(parameters, STR("q="));
    if (at == parameters.len)
        return false;
    str weight = str_trim(str_sub(parameters, at + 2, SIZE_MAX));
    for (size_t i = 0; i < weight.len; i++)
        if (weight.data[i] != '0' && weight.data[i] != '.')
            return false;
    return weight.len > 0;
}

// Whether a list such as "gzip;q=0.8, br" has the item.
static bool list_accepts(str list, str item)
{
    str part;
    while (str_next(&list, ',', &part)) {
        size_t semicolon = str_find(part, ';');
        if (str_eq_nocase(str_trim(str_sub(part, 0, semicolon)), item))
            return !weight_is_zero(str_sub(part, semicolon, SIZE_MAX));
    }
    return false;
}

static bool is_root(const struct http_request *request)
{
    return str_eq(request->path, STR("/"));
}

// Browsers name the type when somebody goes to an address; programs do not.
static bool is_for_people(const struct http_request *request)
{
    return list_accepts(http_request_header(request, STR("Accept")), STR("text/html"));
}

static const struct http_static_file *file_for(struct http_request *request,
                                               const struct http_static *files)
{
    const struct http_static_file *file = file_find(files, request->path);
    if (file || !files->fallback_path)
        return file;
    if (is_root(request) || is_for_people(request))
        return file_find(files, str_of(files->fallback_path));
    return NULL;
}

// Weak comparison: the gzip variant carries the same tag, marked as weak.
static bool etag_matches(str list, str etag)
{
    str part;
    while (str_next(&list, ',', &part)) {
        part = str_trim(part);
        if (str_eq(part, STR("*")))
            return true;
        if (str_starts(part, STR("W/")))
            part = str_sub(part, 2, SIZE_MAX);
        if (part.len == etag.len + 2 && str_eq(str_sub(part, 1, etag.len), etag))
            return true;
    }
    return false;
}

static void headers_add(struct http_request *request, const struct http_static *files)
{
    for (size_t i = 0; i < files->header_count; i++)
        http_answer_header(request, files->headers[i].name, files->headers[i].value);
}

static void file_headers_add(struct http_request *request, const struct http_static_file *file)
{
    http_answer_header(request, STR("Cache-Control"),
                       file->is_immutable ? STR("public, max-age=31536000, immutable")
                                          : STR("no-cache")); // kept, but asked about each time
    http_answer_header(
        request, STR("ETag"),
        arena_printf(request->arena, "%s\"%s\"", file->gzip_data ? "W/" : "", file->etag));
    if (file->gzip_data)
        http_answer_header(request, STR("Vary"), STR("Accept-Encoding"));
}

void http_static_answer(struct http_request *request, const struct http_static *files)
{
    const struct http_static_file *file = file_for(request, files);
    headers_add(request, files);
    if (!file) {
        http_answer(request, 404, PLAIN_TEXT, NOT_FOUND);
        return;
    }
    file_headers_add(request, file);
    str known = http_request_header(request, STR("If-None-Match"));
    str accepted = http_request_header(request, STR("Accept-Encoding"));
    str body = str_make(file->data, file->len);
    if (known.len > 0 && etag_matches(known, str_of(file->etag))) {
        http_answer(request, 304, STR_NONE, STR_NONE);
        return;
    }
    if (file->gzip_data && list_accepts(accepted, STR("gzip"))) {
        http_answer_header(request, STR("Content-Encoding"), STR("gzip"));
        body = str_make(file->gzip_data, file->gzip_len);
    }
    http_answer_lasting(request, 200, str_of(file->content_type), body);
}

static void on_get(struct http_request *request, void *ctx)
{
    const struct http_static *files = ctx;
    if (files->answer_program && is_root(request)) {
        http_answer_header(request, STR("Vary"), STR("Accept"));
        if (!is_for_people(request)) {
            files->answer_program(request, files->program_ctx);
            return;
        }
    }
    http_static_answer(request, files);
}

// Whether it is the method that is wrong: of a path that is here, or one that HTTP does not
// have.
static bool is_method_wrong(const struct http_request *request, const struct http_static *files)
{
    return is_root(request) || file_find(files, request->path) ||
           !method_known(request->method).data;
}

static void on_fail(struct http_request *request, int status, void *ctx)
{
    const struct http_static *files = ctx;
    headers_add(request, files);
    if (status == 405 && is_method_wrong(request, files))
        http_answer(request, status, STR_NONE, STR_NONE);
    else if (status == 405 || status == 404)
        http_answer(request, 404, PLAIN_TEXT, NOT_FOUND);
    else
        http_answer(request, status, PLAIN_TEXT, STR("The request cannot be answered\n"));
}

struct http_family http_static_family(const struct http_static *files)
{
    static const struct http_route routes[] = {
        { .method = "GET", .pattern = "/*", .handle = on_get },
        { 0 },
    };
    static const char *const prefixes[] = { "/", NULL };
    return (struct http_family){
        .routes = routes,
        .prefixes = prefixes,
        .fail = on_fail,
        .answers_head = true,
        .ctx = (void *)files, // only read
    };
}
