// SPDX-License-Identifier: Apache-2.0
// What managing sources, destinations, tokens and so on has in common, done once: what is not
// there is told before what is not allowed, lists have pages, a change and its audit row are
// one transaction, an answer has an envelope.
//
// A file in resources/ describes its kind of thing by one struct resource_type; its handlers,
// which the router calls, call the functions below.
#pragma once

#include "api/body.h"
#include "api/call.h"

enum { EXTERNAL_ID_LEN_MAX = 256 };

// What is told of a row to the audit log, and the caller's own id for it.
struct target {
    str id;
    str name;
    str workspace_id; // empty: the principal's
    str external_id;
};

// Functions get rows as the store has them (struct source_row) and leave call->problem or a
// sentence when they fail. Those for what the resource does not offer may be NULL.
struct resource_type {
    const char *kind;   // "source": in sentences, and the target type in the audit log
    const char *one;    // the member of an answer that holds one; NULL: it is the answer
    const char *many;   // the member that holds a list
    const char *path;   // of the list
    const char *begun;  // what a create is called in the audit log; NULL: "created"
    const char *ended;  // what a delete is called there
    int created_status; // of the answer to a create
    size_t row_size;
    struct target (*describe)(const void *row);
    // What the audit log says differently; NULL: nothing.
    void (*retell)(struct call *call, const void *row, struct call_change *change);
    // Writes it as one JSON object to call->json.
    enum err (*write)(struct call *call, struct store_tx *tx, const void *row);

    // Whether the caller may do to the row what he calls for; NULL: call_allow.
    enum err (*allow)(struct call *call, const void *row);

    // Of what the caller can see: ERR_NOT_FOUND for everything else.
    enum err (*get)(struct call *call, struct store_tx *tx, str id, void *ret_row);
    enum err (*list)(struct call *call, struct store_tx *tx, const struct store_page *page,
                     struct store_list *ret_list);

    // Fills in what the store decides.
    enum err (*create)(struct call *call, struct store_tx *tx, void *row);
    // row: as it is stored; afterwards as it is stored then.
    enum err (*update)(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *row);
    enum err (*remove)(struct call *call, struct store_tx *tx, const void *row);
    // Resources that have one can be listed by it (hasExternalId).
    enum err (*set_external_id)(struct call *call, struct store_tx *tx, const void *row,
                                str external_id);
};

// --- Whole handlers

// One page, for callers who may.
enum err resource_list(struct call *call, const struct resource_type *resource);
enum err resource_get(struct call *call, const struct resource_type *resource, str id);
// 204.
enum err resource_delete(struct call *call, const struct resource_type *resource, str id);
// The body is {"externalId": …}; it can be set once.
enum err resource_set_external_id(struct call *call, const struct resource_type *resource,
                                  str id);

// --- Parts of handlers

// ERR_NOT_FOUND, decided before ERR_FORBIDDEN.
enum err resource_find(struct call *call, const struct resource_type *resource, str id,
                       void *ret_row);
// Stores the row and answers with it. The caller has asked call_allow and checked the row.
enum err resource_create(struct call *call, const struct resource_type *resource, void *row);
// Changes the row that resource_find gave, as it is stored by then, and answers with it.
enum err resource_update(struct call *call, const struct resource_type *resource,
                         const struct body_value *values, void *row);

// What the audit log is told of the row.
struct call_change resource_change(struct call *call, const struct resource_type *resource,
                                   const char *action, const void *row);

// A read transaction for the call.
enum err read_begin(struct call *call, struct store_tx **ret_tx);

// For a store's ERR_CONFLICT about a `kind` ("source"): sets the sentence that the caller
// reads. Returns err.
enum err collision_explain(struct call *call, enum err err, const char *kind);
