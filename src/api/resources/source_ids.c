// SPDX-License-Identifier: Apache-2.0
// Lists of sources that a rule is about.
#include "api/resources/resources.h"
#include "store/sources.h"

void source_ids_write(str ids, struct json *json)
{
    str id;
    json_key(json, STR("sourceIds"));
    json_open_array(json);
    while (ids.len > 0 && str_next(&ids, ',', &id))
        json_value_str(json, id);
    json_close_array(json);
}

enum err source_ids_find(struct call *call, struct store_tx *tx, const struct source_ids *wish,
                         str *ret_ids)
{
    AUTO(buf_done) struct buf ids = { 0 };
    struct source_row source;
    for (size_t i = 0; i < wish->count; i++) {
        if (str_eq(wish->ids[i], STR("*"))) {
            *ret_ids = STR("");
            return OK;
        }
        enum err err =
            store_source_get(tx, call->principal.workspace_id, wish->ids[i], &source, NULL);
        if (err == ERR_NOT_FOUND)
            return call_invalid(call, arena_printf(call->arena, "%s[%zu]", wish->field, i),
                                "is no source of the workspace");
        if (err)
            return err;
        buf_addf(&ids, "%s%" PRIstr, ids.len ? "," : "", STR_ARG(wish->ids[i]));
    }
    *ret_ids = arena_dup(call->arena, buf_str(&ids));
    return OK;
}
