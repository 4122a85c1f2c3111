// SPDX-License-Identifier: Apache-2.0
// Parts of the API that this release does not have. Tools that keep a workspace as code read
// theirs before they do anything: there is nothing, and whoever would make something is told
// that the feature is not there, in the words that the tools know.
#include "api/resources/resources.h"
#include "api/router.h"

static enum err nothing(struct call *call, str list)
{
    enum err err = call_allow(call);
    if (!err)
        json_value_raw(reply_json(call, 200), list);
    return err;
}

static enum err refuse(struct call *call, enum feature feature)
{
    enum err err = call_allow(call);
    return err ? err : call_feature_off(call, feature_word(feature));
}

// Whatever hangs on a feature that this release does not have.
enum err handle_later(struct call *call)
{
    return refuse(call, call->operation->feature);
}

#define EMPTY(name, list)                                                                      \
    enum err handle_##name(struct call *call)                                                  \
    {                                                                                          \
        return nothing(call, STR(list));                                                       \
    }

EMPTY(list_catalog, "{\"data\":[],\"total\":0,\"currentPage\":1,\"pageSize\":50}")
EMPTY(list_tracking_plans, "{\"trackingPlans\":[]}")
EMPTY(list_transformations, "{\"transformations\":[]}")

// Whether a body {"transformations": […], "libraries": […]} names none.
static bool names_nothing(struct call *call)
{
    yyjson_doc *doc;
    if (str_trim(call->body).len == 0)
        return true;
    if (json_read(call->body, 0, call->arena, &doc, NULL))
        return false;
    yyjson_val *root = yyjson_doc_get_root(doc);
    return yyjson_is_obj(root) &&
           yyjson_arr_size(yyjson_obj_get(root, "transformations")) == 0 &&
           yyjson_arr_size(yyjson_obj_get(root, "libraries")) == 0;
}

// Tools end an apply with this call, whatever they have changed.
enum err handle_publish_transformations(struct call *call)
{
    if (!names_nothing(call))
        return refuse(call, FEATURE_TRANSFORMATIONS);
    return nothing(call,
                   STR("{\"published\":true,"
                       "\"validationOutput\":{\"transformations\":[],\"libraries\":[]}}"));
}

EMPTY(list_libraries, "{\"libraries\":[]}")
EMPTY(list_retl_sources, "{\"data\":[]}")
EMPTY(list_retl_connections, "{\"data\":[],\"paging\":{\"total\":0}}")
EMPTY(list_data_graphs, "{\"data\":[],\"paging\":{\"total\":0}}")
