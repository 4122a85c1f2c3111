// SPDX-License-Identifier: Apache-2.0
// Events that a rule of the workspace leaves out: counted and shown, delivered to nobody.
#include "codec/json.h"
#include "delivery/inner.h"
#include "delivery/left_out.h"
#include "delivery/report.h"
#include "metrics/metrics.h"

enum { EVENT_BASE_BYTES = 1 << 20, EVENT_GROWTH = 24 };

static const struct rule {
    uint8_t flag;
    enum outcome_counter counter;
    const char *processing_unit;
    const char *detail;
} rules[] = {
    { EVENT_BLOCKED, COUNT_BLOCKED, "event_blocking", "events of this name are blocked" },
    { EVENT_DUPLICATE, COUNT_DUPLICATES, "dedup", "the messageId came before" },
};

bool delivery_is_transient(const struct journal_record *record, const struct ws_source *source)
{
    return journal_record_field(record, ENVELOPE_TRANSIENT).len > 0 ||
           (source && source->is_transient);
}

// The event as its destinations would have seen it: many have their type from the path and
// their messageId from here.
static void show(const struct reader *reader, const struct rule *rule,
                 const struct journal_event *row, struct position position)
{
    const struct delivery_parts *parts = &reader->delivery->parts;
    const struct journal_record *record = &reader->current->record;
    struct event_origin origin = delivery_origin(record, position.event);
    AUTO(arena_free)
    struct arena *arena = arena_new(EVENT_BASE_BYTES + row->length * EVENT_GROWTH);
    struct report report = {
        .kind = "dropped",
        .position = position,
        .source_id = journal_record_field(record, ENVELOPE_SOURCE_ID),
        .destination_id = str_of(reader->id),
        .at_wall_ms = clock_wall_ms(parts->clock),
        .event = str_sub(record->body, row->offset, row->length),
        .elapsed_ms = -1,
        .detail = str_of(rule->detail),
        .processing_unit = rule->processing_unit,
    };
    yyjson_mut_doc *doc;
    if (event_enrich(report.event, &origin, arena, &doc, NULL) == OK) {
        str enriched = json_doc_text(doc, arena);
        report.event = enriched.data ? enriched : report.event;
    }
    report_live(parts->outcome, &report);
}

static bool is_shown(const struct reader *reader, uint32_t index)
{
    const struct journal_record *record = &reader->current->record;
    const struct snapshot *snapshot = workspace_view_again(reader->delivery->view);
    str source_id = journal_record_field(record, ENVELOPE_SOURCE_ID);
    return !delivery_is_transient(record, snapshot_source(snapshot, source_id)) &&
           !reader_is_suppressed(reader, record, index) &&
           outcome_live_wanted(reader->delivery->parts.outcome, str_of(reader->id));
}

// Events of suppressed users are not even stored now; those that an earlier release marked are
// passed over without a word.
void reader_tell_left_out(struct reader *reader, const struct journal_event *row,
                          struct position position)
{
    struct outcome *outcome = reader->delivery->parts.outcome;
    if (row->flags & EVENT_SUPPRESSED)
        return;
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        if (!(row->flags & rules[i].flag))
            continue;
        outcome_count(outcome, str_of(reader->id), COUNT_DROPPED, 1);
        outcome_count(outcome, str_of(reader->id), rules[i].counter, 1);
        metric_add(METRIC_DELIVERY_DROPPED, 1);
        if (is_shown(reader, position.event))
            show(reader, &rules[i], row, position);
        return;
    }
}
