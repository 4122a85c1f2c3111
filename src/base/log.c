// SPDX-License-Identifier: Apache-2.0
// Structured log lines.
#include "base/log.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/buf.h"

static _Atomic int min_level = LOG_INFO;

static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_set_level(enum log_level level)
{
    atomic_store(&min_level, (int)level);
}

bool log_level_parse(str name, enum log_level *ret_level)
{
    for (size_t i = 0; i < ARRAY_LEN(level_names); i++) {
        if (str_eq(name, str_of(level_names[i]))) {
            *ret_level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

static bool needs_quotes(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f)
            return true;
    }
    return s.len == 0;
}

static void add_value(struct buf *line, str s)
{
    s = str_sub(s, 0, 2048);
    if (!needs_quotes(s)) {
        buf_add_str(line, s);
        return;
    }
    buf_add_char(line, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if (c == '"' || c == '\\')
            buf_addf(line, "\\%c", c);
        else if (c < ' ' || c == 0x7f)
            buf_addf(line, "\\x%02x", c);
        else
            buf_add_char(line, (char)c);
    }
    buf_add_char(line, '"');
}

static void add_pair(struct buf *line, const struct log_pair *pair)
{
    buf_addf(line, " %s=", pair->key);
    switch (pair->kind) {
    case LOG_PAIR_STR:
        add_value(line, pair->text);
        break;
    case LOG_PAIR_INT:
        buf_addf(line, "%" PRId64, pair->number);
        break;
    case LOG_PAIR_ERR:
        add_value(line, str_of(err_text((enum err)pair->number)));
        break;
    }
}

static void add_time(struct buf *line)
{
    struct timespec now;
    struct tm parts;
    char text[32];
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &parts);
    (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
    buf_addf(line, "%s.%03ldZ", text, now.tv_nsec / 1000000);
}

void log_write(enum log_level level, const char *message, const struct log_pair *pairs)
{
    if ((int)level < atomic_load_explicit(&min_level, memory_order_relaxed))
        return;
    AUTO(buf_done) struct buf line = { 0 };
    buf_addf(&line, "time=");
    add_time(&line);
    buf_addf(&line, " level=%s msg=", level_names[level]);
    add_value(&line, str_of(message));
    for (; pairs->key; pairs++)
        add_pair(&line, pairs);
    buf_add_char(&line, '\n');
    ssize_t written = write(STDERR_FILENO, line.data, line.len);
    (void)written; // nowhere to report a failing log to
}

static void log_notice(struct observer *observer, enum log_level level, const char *what,
                       const struct log_pair *pairs)
{
    (void)observer;
    log_write(level, what, pairs);
}

struct observer *observer_log(void)
{
    static struct observer logging = { .notice = log_notice };
    return &logging;
}
