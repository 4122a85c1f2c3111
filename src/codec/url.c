// SPDX-License-Identifier: Apache-2.0
// URLs, taken apart.
#include "codec/url.h"

#include <arpa/inet.h>

#include "codec/hex.h"

static int escaped_byte(str rest)
{
    if (rest.len < 3 || rest.data[0] != '%')
        return -1;
    int high = hex_digit(rest.data[1]), low = hex_digit(rest.data[2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

str url_decode(str text, enum url_plus plus, struct arena *arena)
{
    bool is_plain = str_find(text, '%') == text.len &&
                    (plus == URL_PLUS_KEPT || str_find(text, '+') == text.len);
    if (is_plain)
        return text;
    char *decoded = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        int byte = escaped_byte(str_sub(text, i, 3));
        char c = text.data[i];
        if (byte >= 0) {
            c = (char)byte;
            i += 2;
        } else if (c == '+' && plus == URL_PLUS_IS_SPACE) {
            c = ' ';
        }
        decoded[len++] = c;
    }
    decoded[len] = '\0';
    return str_make(decoded, len);
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_unreserved(char c)
{
    return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void url_encode(str text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_unreserved(text.data[i]))
            buf_add_char(out, text.data[i]);
        else
            buf_addf(out, "%%%02X", (unsigned char)text.data[i]);
    }
}

bool url_query_next(str *query, struct arena *arena, str *ret_name, str *ret_value)
{
    str part;
    do {
        if (!str_next(query, '&', &part))
            return false;
    } while (part.len == 0);
    size_t equals = str_find(part, '=');
    *ret_name = url_decode(str_sub(part, 0, equals), URL_PLUS_IS_SPACE, arena);
    *ret_value = url_decode(str_sub(part, equals + 1, part.len), URL_PLUS_IS_SPACE, arena);
    return true;
}

// --- Absolute URLs

static enum err invalid(struct problem *ret_problem, const char *what)
{
    return problem_set(ret_problem, ERR_INVALID, STR(""), "%s", what);
}

static bool has_forbidden(str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c <= ' ' || c == 0x7f || c == '\\')
            return true;
    }
    return false;
}

// Takes "http://" or "https://" off.
static bool take_scheme(str *rest, struct url *url)
{
    size_t end = str_find_str(*rest, STR("://"));
    url->scheme = str_sub(*rest, 0, end);
    url->is_https = str_eq_nocase(url->scheme, STR("https"));
    if (end == rest->len || (!url->is_https && !str_eq_nocase(url->scheme, STR("http"))))
        return false;
    *rest = str_sub(*rest, end + 3, rest->len);
    return true;
}

// Cuts the rest at the first of path, query and fragment; what is before is the authority.
static void split_rest(str rest, struct url *url)
{
    size_t fragment = str_find(rest, '#');
    url->fragment = fragment < rest.len ? str_sub(rest, fragment + 1, rest.len) : STR_NONE;
    rest = str_sub(rest, 0, fragment);
    size_t query = str_find(rest, '?');
    url->query = query < rest.len ? str_sub(rest, query + 1, rest.len) : STR_NONE;
    rest = str_sub(rest, 0, query);
    size_t path = str_find(rest, '/');
    url->path = str_sub(rest, path, rest.len);
    url->authority = str_sub(rest, 0, path);
}

static bool is_name(str host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.data[i];
        if (!is_letter_or_digit(c) && c != '-' && c != '_' && c != '.')
            return false;
    }
    return host.len > 0 && host.len <= 253 && host.data[0] != '.';
}

static bool is_ipv6(str host)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    return str_copy(host, text, sizeof(text)) && inet_pton(AF_INET6, text, &address) == 1;
}

// Takes the host off; what is left is empty or begins with the port's colon.
static bool take_host(str *rest, struct url *url)
{
    if (str_starts(*rest, STR("["))) {
        size_t end = str_find(*rest, ']');
        bool is_closed = end < rest->len;
        url->host = str_sub(*rest, 1, end - 1);
        url->is_ipv6 = true;
        *rest = str_sub(*rest, end + 1, rest->len);
        return is_closed && is_ipv6(url->host);
    }
    size_t end = str_find(*rest, ':');
    url->host = str_sub(*rest, 0, end);
    *rest = str_sub(*rest, end, rest->len);
    return is_name(url->host);
}

static bool read_port(str rest, struct url *url)
{
    url->port = url->is_https ? 443 : 80;
    if (rest.len == 0)
        return true;
    uint64_t port;
    if (rest.data[0] != ':' || !str_to_u64(str_sub(rest, 1, rest.len), &port) || port == 0 ||
        port > UINT16_MAX)
        return false;
    url->port = (uint16_t)port;
    return true;
}

static str last_part(str text, char separator, str *ret_before)
{
    for (size_t i = text.len; i > 0; i--) {
        if (text.data[i - 1] == separator) {
            *ret_before = str_sub(text, 0, i - 1);
            return str_sub(text, i, text.len);
        }
    }
    return text;
}

enum err url_parse(str text, struct url *ret_url, struct problem *ret_problem)
{
    struct url url = { 0 };
    if (has_forbidden(text))
        return invalid(ret_problem, "must not contain white space, control characters or \\");
    str rest = text;
    if (!take_scheme(&rest, &url))
        return invalid(ret_problem, "must begin with http:// or https://");
    split_rest(rest, &url);
    rest = last_part(url.authority, '@', &url.user_info);
    if (!take_host(&rest, &url))
        return invalid(ret_problem, "must have a host: a name or an address");
    if (!read_port(rest, &url))
        return invalid(ret_problem, "must have a port between 1 and 65535, or none");
    *ret_url = url;
    return OK;
}

str url_origin(const struct url *url, struct arena *arena)
{
    bool is_usual = url->port == (url->is_https ? 443 : 80);
    char port[8] = "";
    if (!is_usual)
        (void)snprintf(port, sizeof(port), ":%u", (unsigned)url->port);
    str origin = arena_printf(arena, "%s://%s%" PRIstr "%s%s", url->is_https ? "https" : "http",
                              url->is_ipv6 ? "[" : "", STR_ARG(url->host),
                              url->is_ipv6 ? "]" : "", port);
    char *text = (char *)origin.data; // made two lines above
    for (size_t i = 0; i < origin.len; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            text[i] = (char)(text[i] - 'A' + 'a');
    return origin;
}
