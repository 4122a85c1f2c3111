// SPDX-License-Identifier: Apache-2.0
// Every setting, in one table: name, kind, default and prose. From it come flags (--listen),
// environment variables (PINTLE_LISTEN), the configuration file (listen = …), `pintle settings`
// and docs/settings.md. Precedence: flag > environment > file > default. An unknown one is an
// error.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

// X(kind, name, default, prose). Numbers carry their unit last in the name; 0 where it says so.
#define SETTINGS_TABLE(X)                                                                      \
    X(STR, data, "./data", "Data directory")                                                   \
    X(STR, listen, "127.0.0.1:8080",                                                           \
      "Address and port for HTTP. Empty: only listen_tls is served")                           \
    X(STR, listen_tls, "", "Address and port for HTTPS. Empty: none")                          \
    X(STR, tls_certificate_file, "",                                                           \
      "PEM file of the certificate, followed by those that vouch for it; read again on "       \
      "SIGHUP")                                                                                \
    X(STR, tls_key_file, "",                                                                   \
      "PEM file of the certificate's key, without a passphrase, mode 600 or 640")              \
    X(STR, tls_min_version, "1.2", "Oldest version of TLS that is spoken: 1.2 or 1.3")         \
    X(INT, hsts_max_age_s, "31536000",                                                         \
      "How long browsers that came by listen_tls stay with https, where public_url is https "  \
      "(Strict-Transport-Security). 0: not said")                                              \
    X(STR, config, "", "Configuration file: lines of `name = value`")                          \
    X(STR, log_level, "info", "debug, info, warn or error")                                    \
    X(STR, public_url, "",                                                                     \
      "URL under which SDKs and browsers reach this server; shown in the dashboard. Empty: "   \
      "the "                                                                                   \
      "address it listens on")                                                                 \
    X(BOOL, insecure_http, "false",                                                            \
      "Allow listening beyond loopback without TLS and without a trusted proxy")               \
    X(STR, trusted_proxies, "",                                                                \
      "CIDRs of proxies in front, whose X-Forwarded-For is believed (comma-separated)")        \
    X(BOOL, proxy_protocol, "false",                                                           \
      "Connections of trusted_proxies begin with a PROXY header (version 1 or 2), which says " \
      "who the client is; without one they are closed")                                        \
    X(STR, egress_allow, "",                                                                   \
      "CIDRs that outgoing requests may reach besides public addresses (comma-separated)")     \
    X(STR, metrics_allow, "127.0.0.0/8,::1",                                                   \
      "CIDRs of clients that may read /metrics (comma-separated)")                             \
    X(STR, secret_key_file, "",                                                                \
      "File with the key that seals secrets. Empty: secret.key in the data directory")         \
    X(STR, audit_sink, "",                                                                     \
      "Where the audit log is copied to (file:, syslog:, https://, see docs/audit.md), with "  \
      "spaces between. Empty: nowhere")                                                        \
    X(STR, audit_sink_token_file, "",                                                          \
      "File with a secret that https sinks are sent as Authorization: Bearer. Empty: none")    \
    X(STR, audit_sink_ca_file, "",                                                             \
      "Certificates to trust for syslog+tls sinks (PEM). Empty: the system's")                 \
    X(STR, smtp_url, "",                                                                       \
      "Mail server: smtp://HOST:PORT (STARTTLS) or smtps://HOST:PORT. Empty: no mail")         \
    X(STR, smtp_from, "", "Address that letters come from")                                    \
    X(STR, smtp_credentials_file, "",                                                          \
      "File with one line, USER:PASSWORD, for the mail server. Empty: none")                   \
    X(STR, smtp_ca_file, "", "Certificates to trust for mail. Empty: the system's")            \
    X(BOOL, smtp_insecure, "false", "Send mail also when the server offers no TLS")            \
    X(INT, http_threads, "0", "Threads that serve HTTP. 0: one for each core, at most 4")      \
    X(INT, api_threads, "2", "Threads that run management requests")                           \
    X(INT, token_requests_per_s, "100",                                                        \
      "Management requests a second of one access token, ten seconds' worth at once. "         \
      "0: no limit")                                                                           \
    X(INT, unknown_tokens_per_s, "5",                                                          \
      "Tries a second, from one address, of tokens that nobody knows, a minute's worth at "    \
      "once. 0: no limit")                                                                     \
    X(INT, source_event_limit, "0",                                                            \
      "Events that a source may send in event_limit_window_ms; beyond: 429. 0: no limit")      \
    X(INT, workspace_event_limit, "0",                                                         \
      "Events that all sources of a workspace may send together in event_limit_window_ms. "    \
      "0: no limit")                                                                           \
    X(INT, event_limit_window_ms, "60000", "Window of both event limits, at most a day")       \
    X(BOOL, internal_endpoints, "false",                                                       \
      "Take events below /internal/, where a source's id is enough and no key is asked for: "  \
      "only where a proxy keeps others from there")                                            \
    X(BOOL, require_destination_id, "false",                                                   \
      "Refuse events at /internal/v1/retl that name no destination")                           \
    X(INT, body_limit_bytes, "4096000", "Largest ingestion request, decompressed")             \
    X(INT, bodies_bytes, "67108864", "Request bodies in flight, all together")                 \
    X(INT, journal_segment_bytes, "67108864", "Size of a journal segment, a multiple of 4096") \
    X(INT, journal_queue_bytes, "33554432", "Events waiting for their commit, all together")   \
    X(INT, store_timeout_ms, "10000",                                                          \
      "Longest an event may wait until it is on disk; then its sender gets 504")               \
    X(INT, dedup_bytes, "67108864",                                                            \
      "Memory for messageIds that must not come twice, 24 bytes each; beyond it the oldest "   \
      "are forgotten")                                                                         \
    X(INT, journal_retention_ms, "604800000", "How long events are kept (7 days)")             \
    X(INT, journal_max_bytes, "0", "Most the journal may take. 0: half of the file system")    \
    X(INT, journal_reserve_bytes, "1073741824",                                                \
      "Disk space kept free; when it is reached, events are refused with 503")                 \
    X(INT, request_timeout_ms, "10000", "Longest a destination may take to answer")            \
    X(INT, retry_first_ms, "10000", "Wait before the first retry; doubled each time")          \
    X(INT, retry_max_ms, "300000", "Longest wait between retries")                             \
    X(INT, retry_window_ms, "10800000", "How long a failing event is retried (3 hours)")       \
    X(INT, window_events, "4096", "Events read ahead for a destination")                       \
    X(INT, window_bytes, "16777216", "Bytes read ahead for a destination")                     \
    X(INT, requests_in_flight, "32", "Requests at once to a destination")                      \
    X(INT, drain_delay_ms, "0", "Wait between /ready answering 503 and closing the listeners") \
    X(INT, shutdown_timeout_ms, "10000", "Longest wait for deliveries when stopping")

// B(name, least, most): numbers that may not be all from 0 up.
#define SETTINGS_BOUNDS(B)                                                                     \
    B(http_threads, 0, 64)                                                                     \
    B(api_threads, 0, 256)                                                                     \
    B(event_limit_window_ms, 1, 86400000)                                                      \
    B(body_limit_bytes, 0, 1000000000)                                                         \
    B(journal_segment_bytes, 65536, 1073741824)                                                \
    B(journal_queue_bytes, 1, INT64_MAX)                                                       \
    B(store_timeout_ms, 100, 3600000)                                                          \
    B(request_timeout_ms, 1, 3600000)                                                          \
    B(drain_delay_ms, 0, 3600000)                                                              \
    B(shutdown_timeout_ms, 0, 3600000)

#define SETTINGS_FIELD_STR(name)  str name;
#define SETTINGS_FIELD_INT(name)  int64_t name;
#define SETTINGS_FIELD_BOOL(name) bool name;

struct settings {
#define X(kind, name, fallback, prose) SETTINGS_FIELD_##kind(name)
    SETTINGS_TABLE(X)
#undef X
    struct arena *arena; // texts live here
};

enum setting_kind { SETTING_STR, SETTING_INT, SETTING_BOOL };
enum setting_origin { FROM_DEFAULT, FROM_FILE, FROM_ENVIRONMENT, FROM_FLAG };

struct setting_row {
    const char *name; // "retry_first_ms"
    enum setting_kind kind;
    const char *fallback;
    const char *prose;
    size_t offset;
};

// What a number may be. false: from 0 up, to what can be reckoned with.
bool setting_bounds(const struct setting_row *row, int64_t *ret_least, int64_t *ret_most);

// All rows; ends with a NULL name.
extern const struct setting_row setting_rows[];
// The row of a name; dashes count as underscores. NULL: no such setting.
const struct setting_row *setting_find(str name);

// Values with their origins while they are being collected.
struct settings_reader;
struct settings_reader *settings_reader_new(void);
void settings_reader_free(struct settings_reader *reader);
AUTO_DEFINE(struct settings_reader *, settings_reader_free)

// Sets one by name. A weaker origin does not replace a
// stronger one. ERR_NOT_FOUND: no such setting; ERR_INVALID: not a value of its kind, or out of
// its bounds.
enum err settings_set(struct settings_reader *reader, str name, str value,
                      enum setting_origin origin, struct problem *ret_problem);

// Reads PINTLE_* from environ (an unknown name is an error), then the file that `config` names.
enum err settings_read_surroundings(struct settings_reader *reader, char *const *environment,
                                    struct problem *ret_problem);

// The values; valid as long as the reader.
const struct settings *settings_values(const struct settings_reader *reader);
enum setting_origin settings_origin(const struct settings_reader *reader, size_t row);
const char *setting_origin_word(enum setting_origin origin);
// The value as text, in the arena.
str settings_text(const struct settings_reader *reader, size_t row, struct arena *arena);

// public_url without the slashes at its end, so that paths can follow.
str settings_public_url(const struct settings *settings);
// The problem of a value, which does not say whose it is: now it names the setting. Gives err.
enum err setting_blame(enum err err, const char *setting, struct problem *problem);
