// SPDX-License-Identifier: Apache-2.0
// llhttp's callbacks.
#include "http/parser.h"

#include "codec/token.h"
#include "http/method.h"

static struct parser *parser_of(llhttp_t *llhttp)
{
    return llhttp->data;
}

static int stop(llhttp_t *llhttp, enum parse_event event)
{
    parser_of(llhttp)->event = event;
    return HPE_PAUSED;
}

static int refuse(llhttp_t *llhttp, int status)
{
    parser_of(llhttp)->bad_status = status;
    return HPE_USER;
}

static int on_message_begin(llhttp_t *llhttp)
{
    struct parser *parser = parser_of(llhttp);
    parser->header_count = 0;
    parser->method_len = 0;
    parser->is_in_method = true;
    return stop(llhttp, PARSE_BEGIN);
}

static int on_url(llhttp_t *llhttp, const char *data, size_t len)
{
    struct message *message = parser_of(llhttp)->message;
    if (message->spans.len == 0)
        message_span_begin(message);
    message_span_add(message, data, len);
    return 0;
}

// Trailers are read past: nobody asks for them.
static int on_header_field(llhttp_t *llhttp, const char *data, size_t len)
{
    struct parser *parser = parser_of(llhttp);
    if (parser->is_in_trailer)
        return 0;
    // The first piece of a name follows on a whole pair.
    if (parser->message->spans.len / sizeof(struct span) % 2 == 1) {
        if (parser->header_count == parser->limits->header_count)
            return refuse(llhttp, 431);
        message_span_begin(parser->message);
    }
    message_span_add(parser->message, data, len);
    return 0;
}

static int on_header_field_complete(llhttp_t *llhttp)
{
    struct parser *parser = parser_of(llhttp);
    if (!parser->is_in_trailer) {
        message_span_begin(parser->message); // of the value, which may have no bytes
        parser->header_count++;
    }
    return 0;
}

static int on_header_value(llhttp_t *llhttp, const char *data, size_t len)
{
    struct parser *parser = parser_of(llhttp);
    if (!parser->is_in_trailer)
        message_span_add(parser->message, data, len);
    return 0;
}

static int on_headers_complete(llhttp_t *llhttp)
{
    parser_of(llhttp)->is_in_head = false;
    llhttp->upgrade = 0; // no other protocol is spoken here: the offer is passed over
    return stop(llhttp, PARSE_HEAD);
}

static int on_body(llhttp_t *llhttp, const char *data, size_t len)
{
    buf_add(&parser_of(llhttp)->message->body, data, len);
    return 0;
}

static int on_chunk_header(llhttp_t *llhttp)
{
    struct parser *parser = parser_of(llhttp);
    if (llhttp->content_length > 0)
        return stop(llhttp, PARSE_CHUNK);
    parser->is_in_trailer = parser->is_in_head = true;
    parser->head_bytes = 0;
    return 0;
}

// RFC 9112, 7.1.1 lets a server refuse them; nobody uses them but smugglers.
static int on_chunk_extension(llhttp_t *llhttp, const char *data, size_t len)
{
    (void)data;
    (void)len;
    return refuse(llhttp, 400);
}

static int on_message_complete(llhttp_t *llhttp)
{
    struct parser *parser = parser_of(llhttp);
    parser->message = NULL;
    parser->is_in_trailer = false;
    parser->is_in_head = true;
    return stop(llhttp, PARSE_END);
}

static const llhttp_settings_t settings = {
    .on_message_begin = on_message_begin,
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_field_complete = on_header_field_complete,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_chunk_header = on_chunk_header,
    .on_chunk_extension_name = on_chunk_extension,
    .on_message_complete = on_message_complete,
};

void parser_init(struct parser *parser, const struct http_server_limits *limits)
{
    *parser = (struct parser){ .limits = limits, .is_in_head = true };
    llhttp_init(&parser->llhttp, HTTP_REQUEST, &settings);
    parser->llhttp.data = parser;
}

static enum parse_event bad(struct parser *parser, int status)
{
    if (parser->bad_status == 0)
        parser->bad_status = status;
    return PARSE_BAD;
}

// A method is any word, and that HTTP does not have it is for the routes to say. llhttp takes
// only what it knows, so it gets another one, behind which everything means the same.
static int method_end(struct parser *parser, str method)
{
    str given = method_known(method).data ? method : STR("POST");
    parser->is_in_method = false;
    return llhttp_execute(&parser->llhttp, given.data, given.len) == HPE_OK ? 0 : 400;
}

// Reads the method, or what has come of it; 0, or the status that refuses it.
static int method_feed(struct parser *parser, str bytes, size_t *ret_used)
{
    size_t len = token_len(bytes);
    bool is_whole = len < bytes.len;
    *ret_used = 0;
    if (parser->method_len == 0 && is_whole && method_known(str_sub(bytes, 0, len)).data) {
        parser->is_in_method = false; // as nearly always: llhttp reads it
        return 0;
    }
    if (len > METHOD_MAX_BYTES - parser->method_len)
        return 501; // RFC 9112, 3
    memcpy(parser->method + parser->method_len, bytes.data, len);
    parser->method_len += len;
    *ret_used = len;
    if (!is_whole)
        return 0;
    bool is_good = parser->method_len > 0 && bytes.data[len] == ' ';
    return is_good ? method_end(parser, str_make(parser->method, parser->method_len)) : 400;
}

static enum parse_event rest_feed(struct parser *parser, str bytes, size_t *ret_used)
{
    bool was_in_head = parser->is_in_head;
    if (was_in_head)
        bytes.len = MIN(bytes.len, parser->limits->header_bytes - parser->head_bytes);
    parser->event = PARSE_MORE;
    llhttp_errno_t failed = llhttp_execute(&parser->llhttp, bytes.data, bytes.len);
    *ret_used = bytes.len;
    if (failed == HPE_PAUSED) {
        *ret_used = (size_t)(llhttp_get_error_pos(&parser->llhttp) - bytes.data);
        llhttp_resume(&parser->llhttp);
    } else if (failed != HPE_OK) {
        return bad(parser, 400);
    }
    if (was_in_head && parser->event == PARSE_MORE)
        parser->head_bytes += *ret_used;
    else
        parser->head_bytes = 0; // each event begins or ends a header
    if (parser->head_bytes >= parser->limits->header_bytes)
        return bad(parser, 431);
    return parser->event;
}

enum parse_event parser_feed(struct parser *parser, str bytes, size_t *ret_used)
{
    size_t method_bytes = 0;
    if (parser->is_in_method) {
        int status = method_feed(parser, bytes, &method_bytes);
        *ret_used = method_bytes;
        if (status)
            return bad(parser, status);
        if (parser->is_in_method)
            return PARSE_MORE;
    }
    enum parse_event event =
        rest_feed(parser, str_sub(bytes, method_bytes, bytes.len), ret_used);
    *ret_used += method_bytes;
    return event;
}

struct head_facts parser_head_facts(const struct parser *parser)
{
    const llhttp_t *llhttp = &parser->llhttp;
    bool is_chunked = llhttp->flags & F_CHUNKED;
    const char *given = llhttp_method_name((llhttp_method_t)llhttp->method);
    return (struct head_facts){
        .method =
            parser->method_len ? str_make(parser->method, parser->method_len) : str_of(given),
        .major = llhttp->http_major,
        .minor = llhttp->http_minor,
        .is_chunked = is_chunked,
        .content_length = is_chunked ? 0 : llhttp->content_length,
    };
}

uint64_t parser_chunk_bytes(const struct parser *parser)
{
    return parser->llhttp.content_length;
}

bool parser_keeps_alive(const struct parser *parser)
{
    return llhttp_should_keep_alive(&parser->llhttp);
}
