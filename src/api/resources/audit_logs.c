// SPDX-License-Identifier: Apache-2.0
// The audit log, for those who answer for the organisation.
#include "store/audit.h"

#include "api/audit_entry.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "codec/timestamp.h"
#include "codec/url.h"

enum { PER_PAGE = 100, PER_PAGE_MAX = 100 };

struct question {
    struct audit_filter filter;
    int64_t per_page;
    str after; // the id of the last entry that the caller has
};

// An empty one counts as absent.
static str query_text(struct call *call, const char *name)
{
    str value = STR_NONE;
    return call_query(call, str_of(name), &value) ? value : STR_NONE;
}

static enum err read_time(struct call *call, const char *name, int64_t *ret_wall_ms)
{
    int offset;
    str text = query_text(call, name);
    if (text.len > 0 && !timestamp_parse_lenient(text, ret_wall_ms, &offset))
        return call_invalid(call, str_of(name), "must be a time like 2026-01-02T03:04:05.678Z");
    return OK;
}

static enum err read_question(struct call *call, struct question *ret_question)
{
    struct question question = {
        .filter = {
            .organization_id = call->principal.organization_id,
            .workspace_id = query_text(call, "workspace_id"),
            .actor_id = query_text(call, "actor_id"),
            .target_type = query_text(call, "target_type"),
            .target_id = query_text(call, "target_id"),
            .action = query_text(call, "action"),
        },
        .after = query_text(call, "after_cursor"),
    };
    enum err err = call_query_int(call, "per_page", (int64_t[]){ 1, PER_PAGE_MAX }, PER_PAGE,
                                  &question.per_page);
    enum err time_err = read_time(call, "created_after", &question.filter.created_after_ms);
    if (err || time_err)
        return ERR_INVALID;
    *ret_question = question;
    return OK;
}

static enum err find_cursor(struct call *call, struct store_tx *tx, struct question *question)
{
    if (question->after.len == 0)
        return OK;
    enum err err = store_audit_seq(tx, question->filter.organization_id, question->after,
                                   &question->filter.before_seq, &call->problem);
    return err == ERR_NOT_FOUND
               ? call_invalid(call, STR("after_cursor"), "is not of a page of this log")
               : err;
}

// The same question, but for where it goes on.
static void add_next(struct call *call, str last_id)
{
    struct buf next = { 0 };
    str rest = call->query, name, value;
    buf_addf(&next, "/v2/audit-logs?after_cursor=%" PRIstr, STR_ARG(last_id));
    while (url_query_next(&rest, call->arena, &name, &value)) {
        if (str_eq(name, STR("after_cursor")))
            continue;
        buf_add_char(&next, '&');
        url_encode(name, &next);
        buf_add_char(&next, '=');
        url_encode(value, &next);
    }
    json_put_str(&call->json, "next", buf_str(&next));
    buf_done(&next);
}

enum err handle_list_audit_logs(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct question question;
    struct audit_row *rows = NULL;
    size_t count = 0, total = 0;
    enum err err = call_allow(call);
    if (!err)
        err = read_question(call, &question);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = find_cursor(call, tx, &question);
    size_t wanted = err ? 0 : (size_t)question.per_page;
    if (!err) // one more tells whether there is another page
        err = store_audit_list(tx, &question.filter, wanted + 1, &rows, &count, &call->problem);
    if (!err)
        err = store_audit_count(tx, &question.filter, &total, &call->problem);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("data"));
    json_open_array(json);
    for (size_t i = 0; i < MIN(count, wanted); i++)
        audit_entry_write(&rows[i], json);
    json_close_array(json);
    json_key(json, STR("paging"));
    json_open_object(json);
    if (count > wanted)
        add_next(call, rows[wanted - 1].id);
    json_put_int(json, "total", (int64_t)total);
    json_close_object(json);
    json_close_object(json);
    return OK;
}
