// SPDX-License-Identifier: Apache-2.0
// What a webhook's request was like, for sources that want it in their events' context.
#include "gateway/webhook.h"

#include "codec/json.h"
#include "codec/json_names.h"
#include "codec/url.h"

// --- Secrets

// "X-Api_KEY" as "xapikey".
static const char *comparable(str name, struct arena *arena)
{
    char *text = arena_cstr(arena, name), *end = text;
    for (const char *c = text; *c; c++)
        if (*c != '-' && *c != '_')
            *end++ = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    *end = '\0';
    return text;
}

// Whether something of that name is for us and not for destinations: keys, passwords, tokens,
// and signatures made with them.
static bool is_secret(str name, struct arena *arena)
{
    static const char *const wholes[] = { "auth", "key", "pass", "pwd", "sig" };
    static const char *const parts[] = { "authorization", "cookie",    "passw",   "secret",
                                         "token",         "signature", "hmac",    "credential",
                                         "apikey",        "accesskey", "authkey", "writekey" };
    const char *text = comparable(name, arena);
    for (size_t i = 0; i < ARRAY_LEN(wholes); i++)
        if (strcmp(text, wholes[i]) == 0)
            return true;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (strstr(text, parts[i]))
            return true;
    return false;
}

// Encodings within encodings are taken off; of an honest proxy there are two at the most.
static str plain(str text, struct arena *arena)
{
    enum { ROUNDS = 3 };
    for (int i = 0; i < ROUNDS; i++)
        text = url_decode(text, URL_PLUS_IS_SPACE, arena);
    return text;
}

// What a header must not have in it. There are few in earnest; beyond, nobody looks for each of
// them in each header: no header is told.
enum { SECRETS_MAX = 16 };
struct secrets {
    str texts[SECRETS_MAX];
    size_t count;
    bool are_too_many;
};

static bool secret_next(str *query, struct arena *arena, str *ret_value)
{
    str name;
    while (url_query_next(query, arena, &name, ret_value))
        if (ret_value->len > 0 && is_secret(name, arena))
            return true;
    return false;
}

// Proxies repeat the address in headers of their own, with the write key in it, as it came or
// encoded anew. A short value says little: it counts behind a "=" only.
static struct secrets secrets_of(const struct http_request *request)
{
    enum { TELLING_BYTES = 8 };
    struct arena *arena = request->arena;
    struct secrets secrets = { 0 };
    str rest = request->query, value;
    while (!secrets.are_too_many && secret_next(&rest, arena, &value)) {
        secrets.are_too_many = secrets.count == SECRETS_MAX;
        if (!secrets.are_too_many)
            secrets.texts[secrets.count++] =
                arena_printf(arena, "%s%" PRIstr, value.len < TELLING_BYTES ? "=" : "",
                             STR_ARG(plain(value, arena)));
    }
    return secrets;
}

static bool tells(str header, const struct secrets *secrets, struct arena *arena)
{
    if (secrets->are_too_many)
        return true;
    header = plain(header, arena);
    for (size_t i = 0; i < secrets->count; i++)
        if (str_find_str(header, secrets->texts[i]) < header.len)
            return true;
    return false;
}

// --- Members

// "x-hook-id" as "X-Hook-Id".
static str canonical(str name, struct arena *arena)
{
    char *text = arena_cstr(arena, name);
    bool is_first = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = text[i];
        if (is_first && c >= 'a' && c <= 'z')
            text[i] = (char)(c - 'a' + 'A');
        else if (!is_first && c >= 'A' && c <= 'Z')
            text[i] = (char)(c - 'A' + 'a');
        is_first = c == '-';
    }
    return str_make(text, name.len);
}

static yyjson_mut_val *headers_of(struct http_request *request, struct json_names *names)
{
    yyjson_mut_val *headers = yyjson_mut_obj(names->doc);
    const struct secrets secrets = secrets_of(request);
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *header = &request->headers[i];
        if (!is_secret(header->name, request->arena) &&
            !tells(header->value, &secrets, request->arena))
            json_names_append(names, headers, canonical(header->name, request->arena),
                              header->value);
    }
    return headers;
}

// The query's parts but the write key and what else is secret, and the address without them.
static yyjson_mut_val *query_of(struct http_request *request, struct json_names *names,
                                str *ret_url)
{
    yyjson_mut_val *parameters = yyjson_mut_obj(names->doc);
    AUTO(buf_done) struct buf url = { 0 };
    str rest = request->query, part;
    char joint = '?';
    buf_add_str(&url, request->path);
    while (str_next(&rest, '&', &part)) {
        str pair = part, name, value;
        if (!url_query_next(&pair, request->arena, &name, &value) ||
            is_secret(name, request->arena))
            continue;
        buf_add_char(&url, joint);
        buf_add_str(&url, part);
        joint = '&';
        json_names_append(names, parameters, name, value);
    }
    *ret_url = arena_dup(request->arena, buf_str(&url));
    return parameters;
}

str webhook_details(struct http_request *request, const struct event_hash_key *key)
{
    yyjson_alc alc = json_alc(request->arena);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *details = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, details);
    AUTO(json_names_done) struct json_names names;
    json_names_init(&names, doc, key->bytes);
    str url;
    yyjson_mut_val *parameters = query_of(request, &names, &url);
    (void)yyjson_mut_obj_add_strncpy(doc, details, "method", request->method.data,
                                     request->method.len);
    (void)yyjson_mut_obj_add_strncpy(doc, details, "url", url.data, url.len);
    (void)yyjson_mut_obj_add_str(doc, details, "proto",
                                 request->is_http_1_0 ? "HTTP/1.0" : "HTTP/1.1");
    (void)yyjson_mut_obj_add_val(doc, details, "headers", headers_of(request, &names));
    (void)yyjson_mut_obj_add_val(doc, details, "query_parameters", parameters);
    str text = json_doc_text(doc, request->arena);
    assert(text.len > 2); // never empty: {…} with at least a method
    return arena_printf(request->arena, ",%.*s", (int)(text.len - 2), text.data + 1);
}
