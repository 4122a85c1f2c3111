// SPDX-License-Identifier: Apache-2.0
// Answers of the management API.
#include "api/reply.h"

#include "base/log.h"
#include "codec/url.h"

struct json *reply_json(struct call *call, int status)
{
    buf_clear(&call->out);
    json_init(&call->json, &call->out);
    call->status = status;
    return &call->json;
}

void reply_empty(struct call *call, int status)
{
    buf_clear(&call->out);
    call->status = status;
}

void reply_header(struct call *call, str name, str value)
{
    assert(call->header_count < CALL_HEADERS_MAX);
    call->headers[call->header_count++] = (struct http_header){ name, value };
}

void reply_time_or_null(struct json *json, const char *key, int64_t wall_ms)
{
    if (wall_ms)
        json_put_time(json, key, wall_ms);
    else
        json_put_raw(json, key, STR("null"));
}

// --- Errors

static bool is_our_fault(enum err err)
{
    return err_http_status(err) >= 500 || err == ERR_LOCKED;
}

static bool is_for_scim(const struct call *call)
{
    return call->operation->permission == PERMISSION_SCIM;
}

str reply_media(const struct call *call)
{
    return is_for_scim(call) ? STR(REPLY_MEDIA_SCIM) : STR("application/json");
}

static void put_scim_error(struct json *json, int status, str detail)
{
    char text[12];
    (void)snprintf(text, sizeof(text), "%d", status);
    json_put_raw(json, "schemas", STR("[\"urn:ietf:params:scim:api:messages:2.0:Error\"]"));
    json_put_str(json, "status", str_of(text));
    json_put_str(json, "detail", detail);
}

static void open_error(struct json *json, const struct reply_error_text *text)
{
    json_open_object(json);
    if (text->scim_status)
        put_scim_error(json, text->scim_status, text->message);
    json_put_str(json, "error", text->error);
    json_put_str(json, "message", text->message);
    json_put_str(json, "code", str_of(text->code));
    json_key(json, STR("details"));
    json_open_object(json);
}

void reply_error_body(struct json *json, const struct reply_error_text *text)
{
    open_error(json, text);
    json_close_object(json);
    json_close_object(json);
}

static enum err err_of_status(int status)
{
    switch (status) {
    case 403:
        return ERR_FORBIDDEN;
    case 404:
        return ERR_NOT_FOUND;
    case 405:
        return ERR_METHOD;
    case 413:
        return ERR_TOO_BIG;
    case 503:
        return ERR_BUSY;
    default: // the router has no others
        return ERR_INVALID;
    }
}

void reply_refusal(struct json *json, int status, bool is_for_scim)
{
    enum err err = err_of_status(status);
    str text = str_of(err_text(err));
    reply_error_body(json, &(struct reply_error_text){
                               .code = err_code(err),
                               .error = text,
                               .message = text,
                               .scim_status = is_for_scim ? status : 0,
                           });
}

static str joined_details(struct call *call)
{
    struct buf text = { 0 };
    for (size_t i = 0; i < call->detail_count; i++) {
        const struct call_detail *detail = &call->details[i];
        buf_addf(&text, "%s%" PRIstr ": %" PRIstr, i ? ", " : "", STR_ARG(detail->field),
                 STR_ARG(detail->text));
    }
    str result = arena_dup(call->arena, buf_str(&text));
    buf_done(&text);
    return result;
}

static str message_of(struct call *call, enum err err)
{
    if (err == ERR_DISK_FULL)
        return STR("The server's disk is full; nothing was changed.");
    if (is_our_fault(err) && err != ERR_BUSY)
        return STR("Something went wrong on the server; its log says more.");
    if (call->failure.len > 0)
        return call->failure;
    if (err == ERR_INVALID && call->detail_count > 0)
        return joined_details(call);
    if (call->problem.text[0])
        return str_of(call->problem.text);
    return str_of(err_text(err));
}

// Older clients show only this, so where it can it says what is the matter.
static str error_of(const struct call *call, enum err err, str message)
{
    if (err == ERR_CONFLICT || (err == ERR_INVALID && call->detail_count == 0))
        return message;
    if (call->tells_error)
        return message; // as the clients of the service that we stand in for know it
    if (err == ERR_INVALID)
        return STR("request validation failed");
    return str_of(err_text(err));
}

static void log_failure(const struct call *call, enum err err)
{
    log_event(LOG_ERROR, "a management request failed", LOG_STR("request", call->request_id),
              LOG_CSTR("operation", call->operation->name),
              LOG_CSTR("field", call->problem.field), LOG_CSTR("detail", call->problem.text),
              LOG_ERR(err));
}

void reply_error(struct call *call, enum err err)
{
    int status = err_http_status(err);
    if (is_our_fault(err)) {
        status = MAX(status, 500);
        call->detail_count = 0;
        if (err != ERR_BUSY)
            log_failure(call, err);
    } else if (call->detail_count == 0 && call->problem.field[0]) {
        call_detail(call, str_of(call->problem.field), str_of(call->problem.text));
    }
    if (status == 503)
        reply_header(call, STR("Retry-After"), STR("1"));
    str message = message_of(call, err);
    const struct reply_error_text text = {
        .code = err == ERR_LOCKED ? err_code(ERR_IO) : err_code(err),
        .error = error_of(call, err, message),
        .message = message,
        .scim_status = is_for_scim(call) ? status : 0,
    };
    struct json *json = reply_json(call, status);
    open_error(json, &text);
    for (size_t i = 0; i < call->detail_count; i++) {
        json_key(json, call->details[i].field);
        json_value_str(json, call->details[i].text);
    }
    json_close_object(json);
    json_close_object(json);
}

// --- Lists

enum err page_read(struct call *call, struct page *ret_page)
{
    struct page page = { 0 };
    enum err err = call_query_int(call, "page", (int64_t[]){ 1, 1000000 }, 1, &page.number);
    enum err size_err = call_query_int(call, "pageSize", (int64_t[]){ 1, PAGE_SIZE_MAX },
                                       PAGE_SIZE, &page.size);
    if (err || size_err)
        return ERR_INVALID;
    *ret_page = page;
    return OK;
}

enum err page_read_filtered(struct call *call, struct page *ret_page)
{
    struct page page;
    str text;
    enum err err = page_read(call, &page);
    if (err)
        return err;
    page.has_filter = call_query(call, STR("hasExternalId"), &text);
    err = call_query_bool(call, "hasExternalId", &page.has_external_id);
    if (!err)
        *ret_page = page;
    return err;
}

str page_repeat_filters(struct call *call, const char *const *names)
{
    struct buf text = { 0 };
    str value;
    for (; *names; names++) {
        if (!call_query(call, str_of(*names), &value))
            continue;
        buf_addf(&text, "&%s=", *names);
        url_encode(value, &text);
    }
    str kept = arena_dup(call->arena, buf_str(&text));
    buf_done(&text);
    return kept;
}

struct store_page page_of_store(const struct page *page)
{
    return (struct store_page){
        .offset = (size_t)((page->number - 1) * page->size),
        .limit = (size_t)page->size,
        .has_external_id_only = page->has_filter && page->has_external_id,
        .no_external_id_only = page->has_filter && !page->has_external_id,
    };
}

void page_write(struct call *call, str path, const struct page *page, size_t total)
{
    struct json *json = &call->json;
    json_key(json, STR("paging"));
    json_open_object(json);
    json_put_int(json, "total", (int64_t)total);
    if ((uint64_t)(page->number * page->size) < total) {
        struct buf next = { 0 };
        buf_addf(&next, "%" PRIstr "?page=%lld", STR_ARG(path), (long long)page->number + 1);
        if (page->size != PAGE_SIZE)
            buf_addf(&next, "&pageSize=%lld", (long long)page->size);
        if (page->has_filter)
            buf_addf(&next, "&hasExternalId=%s", page->has_external_id ? "true" : "false");
        buf_addf(&next, "%" PRIstr, STR_ARG(page->filters));
        json_put_str(json, "next", buf_str(&next));
        buf_done(&next);
    }
    json_close_object(json);
}
