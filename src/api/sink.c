// SPDX-License-Identifier: Apache-2.0
// The kinds of copies of the audit log, and the plainest of them: a file.
#include "api/sink.h"

#include "base/mem.h"
#include "store/audit_sink.h"

enum { ARENA_MAX = 64 * 1024 };

// --- Files

static enum err open_file(struct sink *sink, str rest, struct problem *problem)
{
    if (rest.len == 0)
        return problem_set(problem, ERR_INVALID, STR("audit_sink"),
                           "file: needs a path behind it");
    sink->state = arena_cstr(sink->arena, rest);
    return OK;
}

static enum err send_to_file(struct sink *sink, const struct sink_batch *batch,
                             struct problem *problem)
{
    AUTO(buf_done) struct buf lines = { 0 };
    sink_join(batch, &lines);
    return store_audit_sink_append(sink->parts.store, str_of(sink->state), buf_str(&lines),
                                   problem);
}

static const struct sink_kind sink_file = {
    .prefix = "file:",
    .open = open_file,
    .send = send_to_file,
};

// --- All of them

static const struct sink_kind *const kinds[] = {
    &sink_file,   &sink_syslog_udp, &sink_syslog_tcp, &sink_syslog_tls,
    &sink_syslog, &sink_https,      &sink_http,
};

static const struct sink_kind *kind_of(str text)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_starts(text, str_of(kinds[i]->prefix)))
            return kinds[i];
    return NULL;
}

enum err sink_open(str text, const struct sink_parts *parts, struct sink **ret_sink,
                   struct problem *ret_problem)
{
    const struct sink_kind *kind = kind_of(text);
    if (!kind)
        return problem_set(ret_problem, ERR_INVALID, STR("audit_sink"),
                           "must begin with file:, syslog:, syslog+udp://, syslog+tcp://, "
                           "syslog+tls:// or https://");
    AUTO(sink_close) struct sink *sink = NEW(struct sink);
    sink->arena = arena_new(ARENA_MAX);
    sink->text = arena_dup(sink->arena, text);
    sink->label = sink->text;
    sink->parts = *parts;
    sink->kind = kind;
    str rest = str_sub(sink->text, strlen(kind->prefix), SIZE_MAX);
    enum err err = kind->open(sink, rest, ret_problem);
    if (err)
        return err;
    *ret_sink = TAKE(sink);
    return OK;
}

void sink_close(struct sink *sink)
{
    if (!sink)
        return;
    if (sink->kind->close && sink->state)
        sink->kind->close(sink);
    arena_free(sink->arena);
    mem_free(sink);
}

enum err sink_send(struct sink *sink, const struct sink_batch *batch,
                   struct problem *ret_problem)
{
    return sink->kind->send(sink, batch, ret_problem);
}

str sink_name(const struct sink *sink)
{
    return sink->text;
}

str sink_label(const struct sink *sink)
{
    return sink->label;
}

void sink_join(const struct sink_batch *batch, struct buf *out)
{
    for (size_t i = 0; i < batch->count; i++) {
        buf_add_str(out, batch->lines[i].json);
        buf_add_char(out, '\n');
    }
}
