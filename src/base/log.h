// SPDX-License-Identifier: Apache-2.0
// Structured log lines on standard error: time, level, message, then key=value pairs, quoted
// where needed so that no outside byte can forge a line. Workers log; rooms of level 0–4 return
// errors and tell their `struct observer` what happens without a caller.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_pair {
    const char *key;
    enum { LOG_PAIR_STR = 1, LOG_PAIR_INT, LOG_PAIR_ERR } kind;
    str text;
    int64_t number;
};

#define LOG_STR(k, v) ((struct log_pair){ .key = (k), .kind = LOG_PAIR_STR, .text = (v) })
#define LOG_CSTR(k, v)                                                                         \
    ((struct log_pair){ .key = (k), .kind = LOG_PAIR_STR, .text = str_of(v) })
#define LOG_INT(k, v) ((struct log_pair){ .key = (k), .kind = LOG_PAIR_INT, .number = (v) })
#define LOG_ERR(v)    ((struct log_pair){ .key = "error", .kind = LOG_PAIR_ERR, .number = (v) })

// log_event(LOG_WARN, "cannot read cursor file", LOG_STR("file", name), LOG_ERR(err));
#define log_event(level, message, ...)                                                         \
    log_write((level), (message), (const struct log_pair[]){ __VA_ARGS__ __VA_OPT__(, ){ 0 } })

// pairs end with a row whose key is NULL. Thread-safe; one write(2) per line.
void log_write(enum log_level level, const char *message, const struct log_pair *pairs);

void log_set_level(enum log_level level);
bool log_level_parse(str name, enum log_level *ret_level) MUST_CHECK;

// What a room tells about things that happen without a caller (a reader thread that hits a
// damaged record, a cursor file that cannot be written). `what` is a constant sentence.
struct observer {
    void (*notice)(struct observer *observer, enum log_level level, const char *what,
                   const struct log_pair *pairs);
};

// An observer that writes to the log.
struct observer *observer_log(void);

#define observe(observer, level, what, ...)                                                    \
    ((observer)->notice((observer), (level), (what),                                           \
                        (const struct log_pair[]){ __VA_ARGS__ __VA_OPT__(, ){ 0 } }))
