// SPDX-License-Identifier: Apache-2.0
// All metrics, one row each: adding a row is all there is to adding a metric. Exposition and
// reference page are made from it.
#pragma once

#define METRIC_STATUS_CLASSES "1xx 2xx 3xx 4xx 5xx"
#define METRIC_BUDGETS        "bodies commit_queue windows responses"

// X(id, name, kind, unit, prose, label or NULL, the label's values with a space between)
#define METRIC_TABLE(X)                                                                        \
    X(METRIC_GATEWAY_REQUESTS, "pintle_gateway_requests_total", COUNTER, "requests",           \
      "Ingestion requests answered, by class of status; pixels by what became of the event.",  \
      "status", METRIC_STATUS_CLASSES)                                                         \
    X(METRIC_GATEWAY_EVENTS, "pintle_gateway_events_total", COUNTER, "events",                 \
      "Events acknowledged: they are on disk.", NULL, "")                                      \
    X(METRIC_GATEWAY_SUPPRESSED, "pintle_gateway_suppressed_events_total", COUNTER, "events",  \
      "Events of suppressed users, which were answered with 200 and not stored.", NULL, "")    \
    X(METRIC_GATEWAY_BLOCKED, "pintle_gateway_blocked_events_total", COUNTER, "events",        \
      "Acknowledged events that are delivered to nobody because of their name.", NULL, "")     \
    X(METRIC_GATEWAY_DUPLICATES, "pintle_gateway_duplicate_events_total", COUNTER, "events",   \
      "Acknowledged events that are delivered to nobody because their messageId came "         \
      "before.",                                                                               \
      NULL, "")                                                                                \
    X(METRIC_GATEWAY_BYTES, "pintle_gateway_bytes_total", COUNTER, "bytes",                    \
      "Bodies of acknowledged requests, unpacked.", NULL, "")                                  \
    X(METRIC_GATEWAY_WAITING, "pintle_gateway_waiting_requests", GAUGE, "requests",            \
      "Ingestion requests that wait for the disk.", NULL, "")                                  \
    X(METRIC_HTTP_CONNECTIONS, "pintle_http_connections", GAUGE, "connections",                \
      "Open connections of clients.", NULL, "")                                                \
    X(METRIC_TLS_HANDSHAKES, "pintle_tls_handshakes_total", COUNTER, "handshakes",             \
      "TLS handshakes of clients, by how they ended; plain_http: a request without TLS.",      \
      "outcome", "full resumed refused timeout aborted plain_http")                            \
    X(METRIC_TLS_NOT_AFTER, "pintle_tls_certificate_not_after_seconds", GAUGE, "seconds",      \
      "When the certificate in use expires, since 1970; 0: no TLS.", NULL, "")                 \
    X(METRIC_API_REQUESTS, "pintle_api_requests_total", COUNTER, "requests",                   \
      "Management API requests answered, by class of status.", "status",                       \
      METRIC_STATUS_CLASSES)                                                                   \
    X(METRIC_MAIL_LETTERS, "pintle_mail_letters_total", COUNTER, "letters",                    \
      "Tries of sending a letter, by what became of it.", "outcome", "sent retried failed")    \
    X(METRIC_MAIL_WAITING, "pintle_mail_waiting_letters", GAUGE, "letters",                    \
      "Letters that wait to be sent.", NULL, "")                                               \
    X(METRIC_AUDIT_COPY_FAILURES, "pintle_audit_copy_failures_total", COUNTER, "batches",      \
      "Tries of copying the audit log to a sink that failed.", NULL, "")                       \
    X(METRIC_JOURNAL_RECORDS, "pintle_journal_records_total", COUNTER, "records",              \
      "Records made durable since the start.", NULL, "")                                       \
    X(METRIC_JOURNAL_EVENTS, "pintle_journal_events_total", COUNTER, "events",                 \
      "Events made durable since the start.", NULL, "")                                        \
    X(METRIC_JOURNAL_BYTES, "pintle_journal_written_bytes_total", COUNTER, "bytes",            \
      "Bytes written to the journal since the start.", NULL, "")                               \
    X(METRIC_JOURNAL_GROUPS, "pintle_journal_groups_total", COUNTER, "groups",                 \
      "Groups of records committed together.", NULL, "")                                       \
    X(METRIC_JOURNAL_SYNCS, "pintle_journal_syncs_total", COUNTER, "calls",                    \
      "Calls of fdatasync.", NULL, "")                                                         \
    X(METRIC_JOURNAL_SEGMENTS, "pintle_journal_segments", GAUGE, "files",                      \
      "Segment files that hold records.", NULL, "")                                            \
    X(METRIC_JOURNAL_DISK, "pintle_journal_disk_bytes", GAUGE, "bytes",                        \
      "Disk space that the journal takes.", NULL, "")                                          \
    X(METRIC_JOURNAL_LIMIT, "pintle_journal_limit_bytes", GAUGE, "bytes",                      \
      "Disk space beyond which the oldest segment goes, whoever still needs it.", NULL, "")    \
    X(METRIC_JOURNAL_DAMAGED, "pintle_journal_damaged_records_total", COUNTER, "records",      \
      "Records that were damaged on disk and skipped.", NULL, "")                              \
    X(METRIC_JOURNAL_KNOWN_IDS, "pintle_journal_known_ids", GAUGE, "ids",                      \
      "messageIds that are remembered, so that none comes twice.", NULL, "")                   \
    X(METRIC_JOURNAL_FORGOTTEN_IDS, "pintle_journal_forgotten_ids_total", COUNTER, "ids",      \
      "messageIds forgotten before the end of their window for want of dedup_bytes.", NULL,    \
      "")                                                                                      \
    X(METRIC_JOURNAL_FULL, "pintle_journal_full", GAUGE, "",                                   \
      "1 while appends are refused because the disk is full or cannot be written.", NULL, "")  \
    X(METRIC_JOURNAL_SILENT, "pintle_journal_disk_silent_seconds", GAUGE, "seconds",           \
      "How long the disk has not answered what the journal asks of it; 0: it does.", NULL, "") \
    X(METRIC_CURSORS_UNWRITTEN, "pintle_journal_cursors_unwritten_seconds", GAUGE, "seconds",  \
      "How long the disk has not taken how far the destinations are; 0: it has.", NULL, "")    \
    X(METRIC_DELIVERY_ATTEMPTS, "pintle_delivery_attempts_total", COUNTER, "requests",         \
      "Requests sent to destinations, by class of the answer's status; 1xx: no answer.",       \
      "status", METRIC_STATUS_CLASSES)                                                         \
    X(METRIC_DELIVERY_DELIVERED, "pintle_delivery_delivered_events_total", COUNTER, "events",  \
      "Events that destinations took.", NULL, "")                                              \
    X(METRIC_DELIVERY_RETRIED, "pintle_delivery_retried_events_total", COUNTER, "events",      \
      "Events put off to be sent again.", NULL, "")                                            \
    X(METRIC_DELIVERY_DEAD, "pintle_delivery_dead_events_total", COUNTER, "events",            \
      "Events that became dead letters.", NULL, "")                                            \
    X(METRIC_DELIVERY_DROPPED, "pintle_delivery_dropped_events_total", COUNTER, "events",      \
      "Events left out by filters and by rules of their workspace, or because source and "     \
      "destination are not connected any more, and lost records that nobody had read.",        \
      NULL, "")                                                                                \
    X(METRIC_DELIVERY_SUPPRESSED, "pintle_delivery_suppressed_events_total", COUNTER,          \
      "events",                                                                                \
      "Stored events left out because their user has been suppressed since; these "            \
      "are among the dropped ones.",                                                           \
      NULL, "")                                                                                \
    X(METRIC_DELIVERY_LOST, "pintle_delivery_lost_records_total", COUNTER, "records",          \
      "Records that were damaged or past retention before a destination got them, and events " \
      "that waited for their next attempt meanwhile.",                                         \
      NULL, "")                                                                                \
    X(METRIC_DELIVERY_IN_FLIGHT, "pintle_delivery_in_flight_requests", GAUGE, "requests",      \
      "Requests to destinations that wait for an answer.", NULL, "")                           \
    X(METRIC_DELIVERY_PARKED, "pintle_delivery_parked_events", GAUGE, "events",                \
      "Events that wait for their next attempt.", NULL, "")                                    \
    X(METRIC_BUDGET_USED, "pintle_budget_used_bytes", GAUGE, "bytes",                          \
      "Memory in use of each budget.", "budget", METRIC_BUDGETS)                               \
    X(METRIC_BUDGET_LIMIT, "pintle_budget_limit_bytes", GAUGE, "bytes",                        \
      "Size of each budget.", "budget", METRIC_BUDGETS)                                        \
    X(METRIC_START_TIME, "pintle_start_time_seconds", GAUGE, "seconds",                        \
      "When the process started, since 1970.", NULL, "")
