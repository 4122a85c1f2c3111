// SPDX-License-Identifier: Apache-2.0
// One outgoing exchange: from our request to curl's options, from curl's result to our
// response.
#include "http/fetch.h"

#include <stdarg.h>

#include "base/clock.h"
#include "base/mem.h"
#include "codec/token.h"
#include "codec/url.h"

enum { CONNECT_TIMEOUT_MS = 10000, ARENA_CEILING_BYTES = 4 << 20, DNS_KEPT_S = 300 };

#define SET(exchange, option, value)                                                           \
    do {                                                                                       \
        CURLcode failed_ = curl_easy_setopt((exchange)->easy, (option), (value));              \
        assert(failed_ == CURLE_OK);                                                           \
        (void)failed_;                                                                         \
    } while (0)

static void bad(struct http_exchange *exchange, const char *format, ...) PRINTF_LIKE(2, 3);

static void bad(struct http_exchange *exchange, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    exchange->outcome = HTTP_BAD_URL;
    (void)vsnprintf(exchange->error, sizeof(exchange->error), format, args);
    va_end(args);
}

static bool is_number(str label)
{
    bool is_hex = str_starts(label, STR("0x")) || str_starts(label, STR("0X"));
    const char *digits = is_hex ? "0123456789abcdefABCDEF" : "0123456789";
    for (size_t i = is_hex ? 2 : 0; i < label.len; i++)
        if (!strchr(digits, label.data[i]))
            return false;
    return label.len > 0;
}

// The last label is a number ("1", "0x7f000001"): C libraries and curl read such hosts as IPv4
// addresses in many spellings, so only the usual one goes through.
static bool is_number_like(str host)
{
    str label, last = STR_NONE;
    while (str_next(&host, '.', &label))
        if (label.len > 0) // the name may end in a dot
            last = label;
    return is_number(last);
}

static void url_set(struct http_exchange *exchange, str text)
{
    struct url url;
    struct problem problem;
    struct address address;
    if (text.len > HTTP_URL_MAX_BYTES) {
        bad(exchange, "the URL is longer than %d bytes", HTTP_URL_MAX_BYTES);
        return;
    }
    if (url_parse(text, &url, &problem)) {
        bad(exchange, "the URL %s", problem.text);
        return;
    }
    exchange->url = arena_cstr(exchange->arena, text);
    exchange->host = arena_cstr(exchange->arena, url.host);
    exchange->port = url.port;
    if (str_find(url.user_info, '@') < url.user_info.len)
        bad(exchange, "the URL must not have two @ in front of its path");
    else if (is_number_like(url.host) && !address_parse(url.host, &address))
        bad(exchange, "%s is not an IPv4 address in its usual form", exchange->host);
    else
        SET(exchange, CURLOPT_URL, exchange->url);
}

static bool is_clean(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] == '\r' || text.data[i] == '\n' || text.data[i] == '\0')
            return false;
    return true;
}

static void line_add(struct http_exchange *exchange, const char *line)
{
    struct curl_slist *longer = curl_slist_append(exchange->headers, line);
    assert(longer);
    exchange->headers = longer;
}

// In curl's notation: "Name: value", "Name;" for an empty value, "Name:" for none at all.
static void header_set(struct http_exchange *exchange, const struct http_header *header)
{
    if (!token_is(header->name) || !is_clean(header->value)) {
        bad(exchange, "the header \"%.*s\" has characters that no header may have",
            (int)MIN(header->name.len, (size_t)64), header->name.data);
        return;
    }
    if (str_eq_nocase(header->name, STR("Content-Length")) ||
        str_eq_nocase(header->name, STR("Transfer-Encoding")))
        return; // follow from the body
    str value = str_trim(header->value);
    str line = value.len > 0
                   ? arena_printf(exchange->arena, "%" PRIstr ": %" PRIstr,
                                  STR_ARG(header->name), STR_ARG(value))
                   : arena_printf(exchange->arena, "%" PRIstr ";", STR_ARG(header->name));
    line_add(exchange, arena_cstr(exchange->arena, line));
}

static bool has_header(const struct http_client_request *request, str name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_eq_nocase(request->headers[i].name, name))
            return true;
    return false;
}

static void headers_set(struct http_exchange *exchange,
                        const struct http_client_request *request)
{
    for (size_t i = 0; i < request->header_count; i++)
        header_set(exchange, &request->headers[i]);
    line_add(exchange, "Expect:"); // no round trip before the body
    if (!has_header(request, STR("Content-Type")))
        line_add(exchange, "Content-Type:"); // curl would call it a form
    SET(exchange, CURLOPT_HTTPHEADER, exchange->headers);
}

static bool method_wants_body(str method)
{
    return str_eq(method, STR("POST")) || str_eq(method, STR("PUT")) ||
           str_eq(method, STR("PATCH"));
}

static void method_set(struct http_exchange *exchange,
                       const struct http_client_request *request)
{
    if (!token_is(request->method)) {
        bad(exchange, "the method is not a word");
        return;
    }
    if (request->body.len > 0 || method_wants_body(request->method)) {
        SET(exchange, CURLOPT_POST, 1L);
        SET(exchange, CURLOPT_POSTFIELDS, request->body.len > 0 ? request->body.data : "");
        SET(exchange, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    } else if (str_eq(request->method, STR("HEAD"))) {
        SET(exchange, CURLOPT_NOBODY, 1L);
    }
    SET(exchange, CURLOPT_CUSTOMREQUEST, arena_cstr(exchange->arena, request->method));
}

// A head may come in several parts (100, 103, then the answer): the last one counts.
static size_t on_header(char *data, size_t one, size_t len, void *ctx)
{
    (void)one;
    struct http_exchange *exchange = ctx;
    str line = str_make(data, len);
    if (str_starts(line, STR("HTTP/")))
        buf_clear(&exchange->head);
    else if (exchange->head.len + len <= RESPONSE_HEADER_BYTES)
        buf_add_str(&exchange->head, line);
    return len;
}

static size_t on_body(char *data, size_t one, size_t len, void *ctx)
{
    (void)one;
    struct http_exchange *exchange = ctx;
    size_t room = exchange->client->limits.response_bytes - exchange->body.len;
    exchange->is_truncated = exchange->is_truncated || len > room;
    buf_add(&exchange->body, data, MIN(len, room));
    return len;
}

static void options_set(struct http_exchange *exchange)
{
    SET(exchange, CURLOPT_PRIVATE, exchange);
    SET(exchange, CURLOPT_ERRORBUFFER, exchange->error);
    SET(exchange, CURLOPT_NOSIGNAL, 1L);
    SET(exchange, CURLOPT_PROXY, "");
    SET(exchange, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(exchange, CURLOPT_FOLLOWLOCATION, 0L);
    SET(exchange, CURLOPT_PATH_AS_IS, 1L);
    SET(exchange, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(exchange, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    SET(exchange, CURLOPT_DNS_CACHE_TIMEOUT, (long)DNS_KEPT_S);
    SET(exchange, CURLOPT_HEADERFUNCTION, on_header);
    SET(exchange, CURLOPT_HEADERDATA, exchange);
    SET(exchange, CURLOPT_WRITEFUNCTION, on_body);
    SET(exchange, CURLOPT_WRITEDATA, exchange);
    SET(exchange, CURLOPT_OPENSOCKETFUNCTION, fetch_socket_open);
    SET(exchange, CURLOPT_OPENSOCKETDATA, exchange);
}

struct http_exchange *fetch_new(struct http_client *client,
                                const struct http_client_request *request)
{
    struct http_exchange *exchange = NEW(struct http_exchange);
    exchange->client = client;
    exchange->arena = arena_new(ARENA_CEILING_BYTES);
    exchange->started_ms = clock_mono_ms(clock_system());
    exchange->outcome = HTTP_ANSWERED;
    exchange->easy = curl_easy_init();
    assert(exchange->easy);
    options_set(exchange);
    fetch_trust(exchange);
    method_set(exchange, request);
    headers_set(exchange, request);
    url_set(exchange, request->url);
    return exchange;
}

void fetch_free(struct http_exchange *exchange)
{
    curl_easy_cleanup(exchange->easy);
    curl_slist_free_all(exchange->headers);
    curl_slist_free_all(exchange->pins);
    buf_done(&exchange->head);
    buf_done(&exchange->body);
    arena_free(exchange->arena);
    mem_free(exchange);
}

static enum http_outcome outcome_of(CURLcode result)
{
    static const struct {
        CURLcode result;
        enum http_outcome outcome;
    } rows[] = {
        { CURLE_OK, HTTP_ANSWERED },
        { CURLE_COULDNT_RESOLVE_HOST, HTTP_NAME_FAILED },
        { CURLE_OPERATION_TIMEDOUT, HTTP_TIMED_OUT },
        { CURLE_URL_MALFORMAT, HTTP_BAD_URL },
        { CURLE_UNSUPPORTED_PROTOCOL, HTTP_BAD_URL },
        { CURLE_COULDNT_CONNECT, HTTP_CONNECT_FAILED },
        { CURLE_SSL_CONNECT_ERROR, HTTP_CONNECT_FAILED },
        { CURLE_PEER_FAILED_VERIFICATION, HTTP_CONNECT_FAILED },
        { CURLE_SSL_CERTPROBLEM, HTTP_CONNECT_FAILED },
        { CURLE_SSL_CACERT_BADFILE, HTTP_CONNECT_FAILED },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].result == result)
            return rows[i].outcome;
    return HTTP_BROKEN;
}

void fetch_judge(struct http_exchange *exchange, CURLcode result)
{
    exchange->outcome = outcome_of(result);
    if (exchange->outcome == HTTP_ANSWERED)
        return;
    if (exchange->is_refused && exchange->outcome == HTTP_CONNECT_FAILED) {
        fetch_refuse(exchange, exchange->refused);
        return;
    }
    const char *reason = exchange->error[0] ? exchange->error : curl_easy_strerror(result);
    str sentence =
        arena_printf(exchange->arena, "%.120s:%u: %s", exchange->host, exchange->port, reason);
    (void)str_copy(sentence, exchange->error, sizeof(exchange->error));
}

static void headers_split(struct http_exchange *exchange, struct http_client_response *response)
{
    struct http_header *headers =
        ARENA_ARRAY(exchange->arena, struct http_header, RESPONSE_HEADERS_MAX);
    str rest = buf_str(&exchange->head);
    str line;
    while (str_next(&rest, '\n', &line) && response->header_count < RESPONSE_HEADERS_MAX) {
        size_t colon = str_find(line, ':');
        if (colon == line.len)
            continue;
        headers[response->header_count++] = (struct http_header){
            .name = str_trim(str_sub(line, 0, colon)),
            .value = str_trim(str_sub(line, colon + 1, SIZE_MAX)),
        };
    }
    response->headers = headers;
}

void fetch_tell(struct http_exchange *exchange)
{
    struct http_client_response response = {
        .outcome = exchange->outcome,
        .elapsed_ms = clock_mono_ms(clock_system()) - exchange->started_ms,
    };
    if (exchange->outcome == HTTP_ANSWERED) {
        long status = 0;
        (void)curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
        response.status = (int)status;
        response.body = buf_str(&exchange->body);
        response.is_truncated = exchange->is_truncated;
        headers_split(exchange, &response);
    } else {
        response.detail = str_of(exchange->error);
    }
    exchange->done(exchange->ctx, &response);
}
