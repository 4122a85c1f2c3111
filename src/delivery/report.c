// SPDX-License-Identifier: Apache-2.0
// Live events and request texts.
#include "delivery/report.h"

#include "base/buf.h"
#include "codec/json.h"

// What a live event shows in full, and how much of what is longer.
enum { EVENT_WHOLE_BYTES = 6 << 10, CUT_BYTES = 2 << 10, NAME_BYTES = 256, ID_BYTES = 256 };
// What the event may take while it is looked at.
enum { LIVE_BASE_BYTES = 1 << 20, LIVE_GROWTH = 16 };

str report_request(const struct destination_request *request, size_t max_body_bytes,
                   struct arena *arena)
{
    AUTO(buf_done) struct buf text = { 0 };
    buf_add_str(&text, request->method);
    buf_add_char(&text, ' ');
    buf_add_str(&text, str_sub(request->url, 0, CUT_BYTES));
    buf_add_char(&text, '\n');
    for (size_t i = 0; i < request->header_count; i++) {
        const struct destination_header *header = &request->headers[i];
        buf_add_str(&text, header->name);
        buf_add_str(&text, STR(": "));
        buf_add_str(&text, header->is_configured ? STR("(configured)") : header->value);
        buf_add_char(&text, '\n');
    }
    buf_add_char(&text, '\n');
    buf_add_str(&text, str_sub(request->body, 0, max_body_bytes));
    return arena_dup(arena, buf_str(&text));
}

static void put_if_any(struct json *json, const char *key, str value, size_t max_bytes)
{
    if (value.len)
        json_put_str(json, key, str_sub(value, 0, max_bytes));
}

static void put_facts(const struct report *report, struct json *json)
{
    char position[48];
    position_format(report->position, position);
    json_put_time(json, "at", report->at_wall_ms);
    json_put_str(json, "kind", str_of(report->kind));
    json_put_str(json, "position", str_of(position));
    json_put_str(json, "sourceId", report->source_id);
    json_put_str(json, "destinationId", report->destination_id);
    if (report->status)
        json_put_int(json, "status", report->status);
    if (report->attempts)
        json_put_int(json, "attempts", report->attempts);
    if (report->elapsed_ms >= 0)
        json_put_int(json, "elapsedMs", report->elapsed_ms);
    if (report->processing_unit)
        json_put_str(json, "processingUnit", str_of(report->processing_unit));
    put_if_any(json, "detail", report->detail, CUT_BYTES / 2);
}

static void put_who_and_what(yyjson_val *event, struct json *json)
{
    str name = json_get_str(event, "event");
    put_if_any(json, "type", json_get_str(event, "type"), NAME_BYTES);
    put_if_any(json, "name", name.len ? name : json_get_str(event, "name"), NAME_BYTES);
    put_if_any(json, "messageId", json_get_str(event, "messageId"), ID_BYTES);
    put_if_any(json, "userId", json_get_str(event, "userId"), ID_BYTES);
    put_if_any(json, "anonymousId", json_get_str(event, "anonymousId"), ID_BYTES);
}

static void put_payloads(const struct report *report, struct arena *arena, struct json *json)
{
    if (report->event.len <= EVENT_WHOLE_BYTES && report->event.len)
        json_put_raw(json, "event", report->event);
    else
        put_if_any(json, "event", report->event, CUT_BYTES);
    if (report->request)
        json_put_str(json, "request",
                     str_sub(report_request(report->request, CUT_BYTES, arena), 0, CUT_BYTES));
    put_if_any(json, "response", report->response, CUT_BYTES);
}

static void write_live(const struct report *report, bool with_payloads, struct arena *arena,
                       struct buf *out)
{
    struct json json;
    yyjson_doc *doc = NULL;
    buf_clear(out);
    json_init(&json, out);
    json_open_object(&json);
    put_facts(report, &json);
    // An event that cannot be read is no reason to say nothing about it.
    bool is_json =
        report->event.len && json_read_exact(report->event, 0, arena, &doc, NULL) == OK;
    if (is_json)
        put_who_and_what(yyjson_doc_get_root(doc), &json);
    if (is_json && with_payloads)
        put_payloads(report, arena, &json);
    json_close_object(&json);
}

void report_live(struct outcome *outcome, const struct report *report)
{
    if (!outcome_live_wanted(outcome, report->destination_id))
        return;
    AUTO(arena_free)
    struct arena *arena = arena_new(LIVE_BASE_BYTES + report->event.len * LIVE_GROWTH);
    AUTO(buf_done) struct buf out = { 0 };
    write_live(report, true, arena, &out);
    if (out.len > OUTCOME_LIVE_BYTES) // escaping can make a text six times as long
        write_live(report, false, arena, &out);
    if (out.len <= OUTCOME_LIVE_BYTES)
        outcome_live(outcome, report->destination_id, buf_str(&out));
}
