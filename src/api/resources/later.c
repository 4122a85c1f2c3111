// SPDX-License-Identifier: Apache-2.0
// Parts of the configuration API that this release does not have. Tools that keep a workspace
// as code read them all before they do anything: there is nothing, and whoever would make
// something is told that the feature is not there, in the words that the tools know.
#include "api/resources/resources.h"
#include "api/router.h"

static enum err nothing(struct call *call, str list)
{
    enum err err = call_allow(call);
    if (!err)
        json_value_raw(reply_json(call, 200), list);
    return err;
}

static enum err refuse(struct call *call, const char *feature)
{
    enum err err = call_allow(call);
    if (err)
        return err;
    return call_feature_off(call, feature);
}

#define EMPTY(name, list)                                                                      \
    enum err handle_##name(struct call *call)                                                  \
    {                                                                                          \
        return nothing(call, STR(list));                                                       \
    }
#define REFUSED(name, feature)                                                                 \
    enum err handle_##name(struct call *call)                                                  \
    {                                                                                          \
        return refuse(call, feature);                                                          \
    }

EMPTY(list_catalog, "{\"data\":[],\"total\":0,\"currentPage\":1,\"pageSize\":50}")
REFUSED(create_in_catalog, "DATA_CATALOG")
REFUSED(read_in_catalog, "DATA_CATALOG")
REFUSED(update_in_catalog, "DATA_CATALOG")
REFUSED(delete_in_catalog, "DATA_CATALOG")

EMPTY(list_tracking_plans, "{\"trackingPlans\":[]}")
REFUSED(create_in_tracking_plans, "TRACKING_PLANS")
REFUSED(read_in_tracking_plans, "TRACKING_PLANS")
REFUSED(update_in_tracking_plans, "TRACKING_PLANS")
REFUSED(patch_in_tracking_plans, "TRACKING_PLANS")
REFUSED(delete_in_tracking_plans, "TRACKING_PLANS")

EMPTY(list_transformations, "{\"transformations\":[]}")
REFUSED(create_in_transformations, "TRANSFORMATIONS")
REFUSED(read_in_transformations, "TRANSFORMATIONS")
REFUSED(update_in_transformations, "TRANSFORMATIONS")
REFUSED(delete_in_transformations, "TRANSFORMATIONS")

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
        return refuse(call, "TRANSFORMATIONS");
    return nothing(call,
                   STR("{\"published\":true,"
                       "\"validationOutput\":{\"transformations\":[],\"libraries\":[]}}"));
}

EMPTY(list_libraries, "{\"libraries\":[]}")
REFUSED(create_in_libraries, "TRANSFORMATION_LIBRARIES")
REFUSED(read_in_libraries, "TRANSFORMATION_LIBRARIES")
REFUSED(update_in_libraries, "TRANSFORMATION_LIBRARIES")
REFUSED(delete_in_libraries, "TRANSFORMATION_LIBRARIES")

EMPTY(list_retl_sources, "{\"data\":[]}")
EMPTY(list_retl_connections, "{\"data\":[],\"paging\":{\"total\":0}}")
REFUSED(create_in_retl, "RETL")
REFUSED(read_in_retl, "RETL")
REFUSED(update_in_retl, "RETL")
REFUSED(delete_in_retl, "RETL")

EMPTY(list_data_graphs, "{\"data\":[],\"paging\":{\"total\":0}}")
REFUSED(create_in_data_graphs, "DATA_GRAPH")
REFUSED(read_in_data_graphs, "DATA_GRAPH")
REFUSED(update_in_data_graphs, "DATA_GRAPH")
REFUSED(patch_in_data_graphs, "DATA_GRAPH")
REFUSED(delete_in_data_graphs, "DATA_GRAPH")
