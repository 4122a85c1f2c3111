// SPDX-License-Identifier: Apache-2.0
// What a workspace's configuration consists of: sources, destinations, accounts, connections.
// Each file describes its kind here for configuration as a whole; the checks are those of
// single resources.
#pragma once

#include "api/resource.h"

enum { CONFIGURED_MEMBERS_MAX = 16 };

struct configured {
    const struct resource_type *resource;
    const char *key; // the member of the document that holds the list: "sources"
    const struct body_field *members;
    size_t member_count;
    // Checks the values of a new one and fills the row. ERR_INVALID: the details say where.
    enum err (*begin)(struct call *call, const struct body_value *values, void *ret_row);
    // Checks the values of a change and puts them into the row, which is as it is stored.
    enum err (*merge)(struct call *call, const struct body_value *values, void *row);
    // The id and, of sources, the write key that a new row is to have if they are free.
    void (*keep)(void *row, str id, str write_key);
    enum err (*create)(struct call *call, struct store_tx *tx, void *row);
    enum err (*store)(struct call *call, struct store_tx *tx, void *row);
    enum err (*set_external_id)(struct call *call, struct store_tx *tx, const void *row,
                                str external_id);
    // Takes the name of a row that is about to get another one; NULL: names need not differ.
    enum err (*park_name)(struct store_tx *tx, str id, struct problem *ret_problem);
    int64_t (*updated_ms)(const void *row);
    // Writes the members of the document, with secrets, into an object that is open.
    void (*write)(const void *row, struct json *json);
    // Whether a member of the object `part` ("config") is, or may be, secret; pairs keep their
    // `from` in clear. NULL: nothing is.
    bool (*is_secret)(const void *row, str part, str key, bool *ret_is_pairs);
};

extern const struct configured configured_sources, configured_destinations, configured_accounts,
    configured_connections;
