// SPDX-License-Identifier: Apache-2.0
// Where the audit log is copied to, as the setting audit_sink names it:
//
//   file:PATH               lines of JSON, synced
//   syslog:                 /dev/log, the machine's own
//   syslog:PATH             another datagram socket
//   syslog+udp://HOST:PORT  one datagram for each entry
//   syslog+tcp://HOST:PORT  messages counted in octets (RFC 6587)
//   syslog+tls://HOST:PORT  the same in TLS (RFC 5425)
//   https://…               POST of lines of JSON; http:// only to this machine
//
// Entries are the JSON objects of GET /v2/audit-logs; in between come signed heads, as
// {"auditHead":"SEQ:HASH:KEY:SIGNATURE","directoryId":"…"}, the id in hexadecimal, which the
// signature is bound to. syslog messages are RFC 5424, facility 13 (log
// audit), severity 6, with the JSON as their text and "entry" or "head" as MSGID.
// A sink is used by one thread at a time.
#pragma once

#include "base/buf.h"
#include "base/secret.h"
#include "store/store.h"

struct sink;
struct egress;

struct sink_parts {
    struct store *store;         // for files
    const struct egress *egress; // for https
    struct secret token;         // for https, sent as Authorization: Bearer; empty: none
    str ca_file;                 // for syslog+tls, whom to believe; empty: the system's
};

struct sink_line {
    str json;
    int64_t wall_ms;
    bool is_head;
};

struct sink_batch {
    const struct sink_line *lines;
    size_t count;
    int64_t timeout_ms;
};

// ERR_INVALID: not one of the forms above. The parts are borrowed.
enum err sink_open(str text, const struct sink_parts *parts, struct sink **ret_sink,
                   struct problem *ret_problem);
void sink_close(struct sink *sink);
AUTO_DEFINE(struct sink *, sink_close)

// OK: the other side has the whole batch, as far as its protocol can tell.
enum err sink_send(struct sink *sink, const struct sink_batch *batch,
                   struct problem *ret_problem);

// As it is written in the setting, and what of it may be logged: of a URL not its path.
str sink_name(const struct sink *sink);
str sink_label(const struct sink *sink);

// --- For the files of the kinds

struct sink_kind {
    const char *prefix;
    // rest: the text behind the prefix. The kind's own things go into sink->state.
    enum err (*open)(struct sink *sink, str rest, struct problem *ret_problem);
    void (*close)(struct sink *sink); // NULL: there is nothing to close
    enum err (*send)(struct sink *sink, const struct sink_batch *batch,
                     struct problem *ret_problem);
};

struct sink {
    const struct sink_kind *kind;
    struct sink_parts parts;
    struct arena *arena; // of the texts
    str text;
    str label;
    void *state;
};

// Each line with a line break.
void sink_join(const struct sink_batch *batch, struct buf *out);

extern const struct sink_kind sink_syslog;
extern const struct sink_kind sink_syslog_udp;
extern const struct sink_kind sink_syslog_tcp;
extern const struct sink_kind sink_syslog_tls;
extern const struct sink_kind sink_https;
extern const struct sink_kind sink_http;
