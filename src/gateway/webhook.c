// SPDX-License-Identifier: Apache-2.0
// Webhook sources: any request becomes one event. Rules and texts: data plane rules A.10.
#include "gateway/webhook.h"

#include "codec/json.h"
#include "codec/json_names.h"
#include "codec/multipart.h"
#include "codec/url.h"
#include "codec/utf8.h"
#include "codec/uuid.h"
#include "event/repair.h"
#include "gateway/submit.h"

enum { FIELDS_MAX = 1000 };

static const struct refusal bad_form = { 400, "error during parsing form" };
static const struct refusal bad_parts = { 400, "error during parsing multiform" };
static const struct refusal bad_json = { 400, "invalid json" };
static const struct refusal unknown_key = { 401, "invalid write key" };
static const struct refusal no_handler = { 404, "source does not accept webhook events" };

// --- Forms

struct form {
    struct arena *arena;
    yyjson_mut_doc *doc;
    struct json_names names;
    size_t field_count;
};

static void form_init(struct form *form, const struct event_hash_key *key, struct arena *arena)
{
    yyjson_alc alc = json_alc(arena);
    *form = (struct form){ .arena = arena, .doc = yyjson_mut_doc_new(&alc) };
    yyjson_mut_doc_set_root(form->doc, yyjson_mut_obj(form->doc));
    json_names_init(&form->names, form->doc, key->bytes);
}

static void form_done_auto_(struct form *form)
{
    json_names_done(&form->names);
}

static bool is_utf8(str text)
{
    uint32_t code;
    while (text.len > 0) {
        size_t len = utf8_decode(text, &code);
        if (len == 0)
            return false;
        text = str_sub(text, len, text.len);
    }
    return true;
}

// JSON is UTF-8, forms need not be: in a part that is not, each byte is the character of its
// number (ISO 8859-1), so that no byte is lost.
static str form_characters(str bytes, struct arena *arena)
{
    if (is_utf8(bytes))
        return bytes;
    char *text = arena_alloc(arena, 2 * bytes.len);
    size_t len = 0;
    for (size_t i = 0; i < bytes.len; i++)
        len += utf8_encode((unsigned char)bytes.data[i], text + len);
    return str_make(text, len);
}

// False: there are too many.
static bool form_add(struct form *form, str name, str value)
{
    if (++form->field_count > FIELDS_MAX)
        return false;
    name = form_characters(name, form->arena);
    value = form_characters(value, form->arena);
    json_names_append(&form->names, yyjson_mut_doc_get_root(form->doc), name, value);
    return true;
}

static str form_text(const struct form *form)
{
    yyjson_alc alc = json_alc(form->arena);
    size_t len = 0;
    const char *text = yyjson_mut_write_opts(form->doc, 0, &alc, &len, NULL);
    assert(text); // all of it is UTF-8
    return str_make(text, len);
}

static struct refusal read_form(struct form *form, str body, str *ret_json)
{
    str name, value;
    while (url_query_next(&body, form->arena, &name, &value))
        if (!form_add(form, name, value))
            return bad_form;
    *ret_json = form_text(form);
    return (struct refusal){ 0 };
}

// Files are left out: an event is no place for them.
static struct refusal read_parts(struct form *form, str content_type, str body, str *ret_json)
{
    struct multipart parts;
    struct multipart_part part;
    bool is_whole = false;
    if (!multipart_begin(&parts, content_type, body))
        return bad_parts;
    while (multipart_next(&parts, &part, &is_whole))
        if (!part.filename.data && !form_add(form, part.name, part.content))
            return bad_parts;
    if (!is_whole)
        return bad_parts;
    *ret_json = form_text(form);
    return (struct refusal){ 0 };
}

struct refusal webhook_body(str content_type, str body, const struct event_hash_key *key,
                            struct arena *arena, str *ret_json)
{
    str type = str_trim(str_sub(content_type, 0, str_find(content_type, ';')));
    AUTO(form_done) struct form form;
    form_init(&form, key, arena);
    if (str_eq_nocase(type, STR("application/x-www-form-urlencoded")))
        return read_form(&form, body, ret_json);
    if (str_eq_nocase(type, STR("multipart/form-data")))
        return read_parts(&form, content_type, body, ret_json);
    *ret_json = str_trim(body).len ? body : STR("{}");
    return (struct refusal){ 0 };
}

// --- The event

str webhook_event(str payload, str details, struct rng *rng, struct arena *arena)
{
    uint8_t random[16];
    char anonymous_id[UUID_LEN + 1];
    rng_fill(rng, random, sizeof(random));
    uuid_format_v4(random, anonymous_id);
    return arena_printf(
        arena,
        "{\"type\":\"track\",\"event\":\"webhook_source_event\","
        "\"anonymousId\":\"%s\",\"context\":{\"library\":{\"name\":\"unknown\","
        "\"version\":\"unknown\"},\"integration\":{\"name\":\"webhook\"}%" PRIstr "},"
        "\"integrations\":{\"webhook\":false},\"properties\":%" PRIstr "}",
        anonymous_id, STR_ARG(details), STR_ARG(payload));
}

// --- The endpoint

static bool is_json(str text, struct arena *arena)
{
    yyjson_doc *doc = NULL;
    return json_read_exact(text, 0, arena, &doc, NULL) == OK;
}

// The payload must be JSON of its own: put in unread, it could close the event around it. Its
// characters are mended as those of any event.
static struct refusal check_json(struct arena *arena, str *payload)
{
    bool is_good = is_json(*payload, arena) ||
                   (repair_characters(*payload, arena, payload) && is_json(*payload, arena));
    return is_good ? (struct refusal){ 0 } : bad_json;
}

static struct refusal read_event(struct gateway *gateway, struct http_request *request,
                                 const struct endpoint *endpoint,
                                 struct admission *ret_admission)
{
    str text = STR_NONE, payload = STR_NONE;
    struct refusal refusal =
        admit_body(http_request_header(request, STR("Content-Encoding")), request->body,
                   gateway->parts.body_hard_cap_bytes, gateway->scratch, &text);
    if (!refusal.status)
        refusal = webhook_body(http_request_header(request, STR("Content-Type")), text,
                               gateway->parts.hash_key, gateway->scratch, &payload);
    if (!refusal.status)
        refusal = check_json(gateway->scratch, &payload);
    if (refusal.status)
        return refusal;
    str details = ret_admission->source->puts_request_details
                      ? webhook_details(request, gateway->parts.hash_key)
                      : STR("");
    str event = webhook_event(payload, details, &gateway->random.rng, gateway->scratch);
    refusal = admit_events(event, endpoint, gateway->parts.hash_key, gateway->scratch,
                           &ret_admission->batch);
    if (!refusal.status)
        refusal = admit_wanted(gateway, request, ret_admission);
    return refusal;
}

// Some services ask by GET whether we are there. One sends its events so: they have no handler,
// and an answer as to a question would let it think that they were taken.
static bool is_question(const struct http_request *request, const struct ws_source *source)
{
    return str_eq(request->method, STR("GET")) && !str_eq(source->type, STR("adjust"));
}

// Sources of other categories are as unknown to a webhook as rudder-server has it.
static struct refusal admit_hook(struct gateway *gateway, struct http_request *request,
                                 struct admission *ret_admission)
{
    struct refusal refusal = admit_head(gateway, request, request->route->row, ret_admission);
    const struct ws_source *source = ret_admission->source;
    if (refusal.status)
        return refusal;
    if (!source->is_webhook)
        return unknown_key;
    bool is_handled = is_question(request, source) || str_eq(source->type, STR("webhook"));
    return is_handled ? (struct refusal){ 0 } : no_handler;
}

void gateway_webhook_judge(struct http_request *request, void *ctx)
{
    struct gateway *gateway = ctx;
    struct admission admission = { 0 };
    if (!http_request_awaits_word(request))
        return;
    struct refusal refusal = admit_hook(gateway, request, &admission);
    if (refusal.status)
        gateway_refuse(request, refusal);
    scratch_clear(gateway);
}

void gateway_webhook(struct http_request *request, void *ctx)
{
    struct gateway *gateway = ctx;
    const struct endpoint *endpoint = request->route->row;
    struct admission admission = { 0 };
    struct refusal refusal = admit_hook(gateway, request, &admission);
    bool is_asked = !refusal.status && is_question(request, admission.source);
    if (!refusal.status && !is_asked)
        refusal = read_event(gateway, request, endpoint, &admission);
    if (refusal.status)
        gateway_refuse(request, refusal);
    else if (is_asked)
        gateway_answer_empty(request);
    else
        submit(gateway, request, endpoint, &admission, gateway_answer);
    scratch_clear(gateway);
}
