// SPDX-License-Identifier: Apache-2.0
// Webhook: each event becomes one request to a configured URL. Behaviour and the deliberate
// deviation from RudderStack's: README.md in this folder.
#include "codec/url.h"
#include "destinations/destination.h"
#include "destinations/headers.h"
#include "destinations/query.h"

extern const struct destination_delivery delivery_webhook;

struct webhook_settings {
    str webhook_url;
    str webhook_method;
    struct field_pairs headers;
    bool allow_event_url;
};

static const struct field_slot webhook_slots[] = {
    { "webhookUrl", offsetof(struct webhook_settings, webhook_url) },
    { "webhookMethod", offsetof(struct webhook_settings, webhook_method) },
    { "headers", offsetof(struct webhook_settings, headers) },
    { "allowEventUrl", offsetof(struct webhook_settings, allow_event_url) },
    { 0 },
};

static enum err webhook_check(const void *settings, struct problem *ret_problem)
{
    const struct webhook_settings *webhook = settings;
    struct url url;
    if (url_parse(webhook->webhook_url, &url, ret_problem))
        return problem_set(ret_problem, ERR_INVALID, STR("webhookUrl"),
                           "must be an absolute http or https URL");
    if (url.user_info.data)
        return problem_set(ret_problem, ERR_INVALID, STR("webhookUrl"),
                           "must not hold a user name or password: use a header");
    for (size_t i = 0; i < webhook->headers.count; i++) {
        const struct field_pair *pair = &webhook->headers.items[i];
        str name = str_trim(pair->from);
        struct problem why;
        if (name.len == 0 || header_check(name, pair->to, &why) == OK)
            continue;
        char field[48];
        (void)snprintf(field, sizeof(field), "headers.%zu.from", i);
        return problem_set(ret_problem, ERR_INVALID, str_of(field), "%s", why.text);
    }
    return OK;
}

// One event on its way to a request.
struct building {
    const struct webhook_settings *settings;
    yyjson_mut_doc *doc;
    yyjson_mut_val *event;
    bool is_steered; // the event may choose URL and headers
    struct arena *arena;
    struct headers headers;
    struct destination_request *request;
    struct problem *problem;
};

static enum build_verdict reject(struct building *building, const char *why)
{
    (void)problem_set(building->problem, ERR_INVALID, STR(""), "%s", why);
    return BUILD_REJECTED;
}

static void fill_context_ip(struct building *building)
{
    yyjson_mut_val *ip = yyjson_mut_obj_get(building->event, "request_ip");
    if (!yyjson_mut_is_str(ip))
        return;
    yyjson_mut_val *context = yyjson_mut_obj_get(building->event, "context");
    if (!context)
        context = yyjson_mut_obj_add_obj(building->doc, building->event, "context");
    yyjson_mut_val *old = yyjson_mut_obj_get(context, "ip");
    if (!yyjson_mut_is_obj(context) || (old && !yyjson_mut_is_null(old)))
        return;
    (void)yyjson_mut_obj_remove_key(context, "ip");
    yyjson_mut_obj_add_strncpy(building->doc, context, "ip", yyjson_mut_get_str(ip),
                               yyjson_mut_get_len(ip));
}

// A text that steers the request: in the event itself or in its `integrations`.
static str steering_text(const struct building *building, const char *key)
{
    static const char *const spellings[] = { "webhook", "Webhook", "WEBHOOK" };
    str text = json_mut_str(yyjson_mut_obj_get(building->event, key));
    yyjson_mut_val *integrations = yyjson_mut_obj_get(building->event, "integrations");
    for (size_t i = 0; i < ARRAY_LEN(spellings) && text.len == 0; i++) {
        yyjson_mut_val *own = yyjson_mut_obj_get(integrations, spellings[i]);
        text = json_mut_str(yyjson_mut_obj_get(own, key));
    }
    return text;
}

static enum build_verdict build_url(struct building *building)
{
    struct destination_request *request = building->request;
    request->url = arena_dup(building->arena, building->settings->webhook_url);
    if (!building->is_steered)
        return BUILD_OK;
    str full = steering_text(building, "fullPath");
    str append = steering_text(building, "appendPath");
    if (full.len)
        request->url = arena_dup(building->arena, full);
    if (append.len)
        request->url = arena_printf(building->arena, "%" PRIstr "%" PRIstr,
                                    STR_ARG(request->url), STR_ARG(append));
    request->url_is_from_event = full.len || append.len;
    struct url url;
    if (url_parse(request->url, &url, NULL) || url.user_info.data)
        return reject(building, "fullPath and appendPath do not make an absolute http or https "
                                "URL without user name and password");
    return BUILD_OK;
}

// Configured headers hold credentials: they go nowhere but where the settings send them.
static bool is_configured_origin(const struct building *building)
{
    struct url configured, actual;
    if (!building->request->url_is_from_event)
        return true;
    if (url_parse(building->settings->webhook_url, &configured, NULL) ||
        url_parse(building->request->url, &actual, NULL))
        return false;
    return str_eq(url_origin(&configured, building->arena),
                  url_origin(&actual, building->arena));
}

static str lower(str name, struct arena *arena)
{
    char *copy = arena_cstr(arena, name);
    for (size_t i = 0; i < name.len; i++) {
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] - 'A' + 'a');
    }
    return str_make(copy, name.len);
}

static enum err add_configured_headers(struct building *building)
{
    const struct field_pairs *pairs = &building->settings->headers;
    for (size_t i = 0; i < pairs->count; i++) {
        str name = lower(str_trim(pairs->items[i].from), building->arena);
        if (name.len == 0)
            continue;
        enum err err =
            headers_set(&building->headers, name, pairs->items[i].to, true, building->problem);
        if (err)
            return err;
    }
    return OK;
}

static str header_text(struct building *building, yyjson_mut_val *value)
{
    if (yyjson_mut_is_str(value))
        return arena_dup(building->arena, json_mut_str(value));
    yyjson_alc alc = json_alc(building->arena);
    size_t len = 0;
    const char *text = yyjson_mut_val_write_opts(value, 0, &alc, &len, NULL);
    return str_make(text, text ? len : 0);
}

static enum err add_event_headers(struct building *building)
{
    yyjson_mut_val *header = yyjson_mut_obj_get(building->event, "header");
    if (!building->is_steered || !yyjson_mut_is_obj(header))
        return OK;
    size_t i, count;
    yyjson_mut_val *key, *value;
    yyjson_mut_obj_foreach(header, i, count, key, value)
    {
        enum err err =
            headers_set(&building->headers, arena_dup(building->arena, json_mut_str(key)),
                        header_text(building, value), false, building->problem);
        if (err)
            return err;
    }
    return OK;
}

static enum build_verdict build_headers(struct building *building, bool has_body)
{
    struct headers *headers = &building->headers;
    headers_init(headers, building->arena);
    enum err err =
        headers_set(headers, STR("User-Agent"), STR("RudderLabs"), false, building->problem);
    if (!err && has_body)
        err = headers_set(headers, STR("content-type"), STR("application/json"), false,
                          building->problem);
    if (!err && is_configured_origin(building))
        err = add_configured_headers(building);
    if (!err)
        err = add_event_headers(building);
    building->request->headers = headers->items;
    building->request->header_count = headers->count;
    return err ? BUILD_REJECTED : BUILD_OK;
}

static void remove_nulls(yyjson_mut_val *object)
{
    yyjson_mut_obj_iter iter = yyjson_mut_obj_iter_with(object);
    yyjson_mut_val *key;
    while ((key = yyjson_mut_obj_iter_next(&iter))) {
        if (yyjson_mut_is_null(yyjson_mut_obj_iter_get_val(key)))
            yyjson_mut_obj_iter_remove(&iter);
    }
}

static enum build_verdict build_body(struct building *building)
{
    static const char *const steering[] = { "fullPath", "appendPath", "header" };
    for (size_t i = 0; i < ARRAY_LEN(steering); i++)
        (void)yyjson_mut_obj_remove_key(building->event, steering[i]);
    remove_nulls(building->event);
    yyjson_alc alc = json_alc(building->arena);
    size_t len = 0;
    const char *text = yyjson_mut_val_write_opts(building->event, 0, &alc, &len, NULL);
    if (!text)
        return reject(building, "the event cannot be written as JSON");
    building->request->body = str_make(text, len);
    return BUILD_OK;
}

static enum build_verdict build_params(struct building *building, enum event_type type)
{
    yyjson_mut_val *params;
    if (type == EVENT_IDENTIFY) {
        yyjson_mut_val *context = yyjson_mut_obj_get(building->event, "context");
        params = yyjson_mut_obj_get(building->event, "traits");
        if (!params)
            params = yyjson_mut_obj_get(context, "traits");
    } else {
        params = yyjson_mut_obj_get(building->event, "properties");
    }
    if (!query_add_leaves(building->request->url, params, building->arena,
                          &building->request->url))
        return reject(building, "the event makes more query parameters than fit in a URL");
    return BUILD_OK;
}

static enum build_verdict webhook_build(const void *settings, struct destination_event *event,
                                        struct arena *arena,
                                        struct destination_request *ret_request,
                                        struct problem *ret_problem)
{
    const struct webhook_settings *webhook = settings;
    struct destination_request request = {
        .method =
            arena_dup(arena, webhook->webhook_method), // settings may go before the request
    };
    struct building building = {
        .settings = webhook,
        .doc = event->doc,
        .event = yyjson_mut_doc_get_root(event->doc),
        .is_steered = event->is_user_transformed || webhook->allow_event_url,
        .arena = arena,
        .request = &request,
        .problem = ret_problem,
    };
    if (!yyjson_mut_is_obj(building.event))
        return reject(&building, "the event is not an object");
    bool has_body =
        !str_eq(request.method, STR("GET")) && !str_eq(request.method, STR("DELETE"));
    fill_context_ip(&building);
    enum build_verdict verdict = build_url(&building);
    if (verdict == BUILD_OK)
        verdict = build_headers(&building, has_body);
    if (verdict == BUILD_OK)
        verdict = has_body ? build_body(&building) : build_params(&building, event->type);
    if (verdict == BUILD_OK)
        *ret_request = request;
    return verdict;
}

const struct destination_delivery delivery_webhook = {
    .slots = webhook_slots,
    .settings_size = sizeof(struct webhook_settings),
    .transport = TRANSPORT_HTTP,
    .check = webhook_check,
    .build = webhook_build,
};
