// SPDX-License-Identifier: Apache-2.0
// A workspace's configuration as one document: what its files share. Applying one goes in
// steps, all within one transaction: each item finds the row that it is about, what is not in
// the document is deleted if that is asked for, then rows are made and changed one by one with
// the checks of single resources. A plan is the same without the commit.
#pragma once

#include "api/resources/configured.h"
#include "api/resources/event_rules.h"
#include "base/map.h"
#include "store/workspaces.h"

enum {
    CONFIGURATION_KINDS = 4,
    CONFIGURATION_ITEMS_MAX = 10000,
    CONFIGURATION_STATE_LEN = 32,
};

// In the order in which they are written and made.
enum { PART_ACCOUNTS, PART_SOURCES, PART_DESTINATIONS, PART_CONNECTIONS };

// One of the document's.
struct configured_item {
    yyjson_val *json;
    str path;      // "sources[2]"
    str id;        // as the document has it; may be empty
    str name;      // the same; of connections: both ends as they are stored
    void *row;     // as it is stored; NULL: is new
    str stored_id; // empty until it is stored
};

struct configured_part {
    const struct configured *kind;
    bool is_given; // the document has a list of them
    struct configured_item *items;
    size_t item_count;
    struct store_list stored;
    bool *is_claimed;    // by an item, of each stored row
    struct map *by_id;   // of stored rows: index + 1
    struct map *by_name; // the same
    struct map *items_by_id;
    struct map *items_by_name;
};

struct configuration {
    yyjson_val *document;
    bool prunes;
    struct configured_part parts[CONFIGURATION_KINDS];
    struct workspace_row workspace;
    struct event_rules_row rules;
    struct event_rules_wish wish;            // of the document
    str wanted_state;                        // that it must have before; empty: any
    char state[CONFIGURATION_STATE_LEN + 1]; // that it had before
    struct buf changes;                      // of a JSON array
    struct json changes_json;
    struct buf notes;
    struct json notes_json;
    int64_t created, updated, deleted;
};

void configuration_init(struct configuration *configuration, yyjson_val *document, bool prunes);
void configuration_done(struct configuration *configuration);
static inline void configuration_done_auto_(struct configuration *configuration)
{
    configuration_done(configuration);
}

// --- configuration_match.c

// Reads the document's lists and finds the stored row of each item. ERR_INVALID.
enum err configuration_match(struct call *call, struct store_tx *tx,
                             struct configuration *configuration);
// The stored id of the source or destination that a connection names by id or name. Empty: it
// is in the document and not stored yet. ERR_INVALID.
enum err configuration_resolve(struct call *call, struct configuration *configuration,
                               size_t part, yyjson_val *named, const char *field, str *ret_id);
void *configured_row(const struct configured_part *part, size_t index);

// --- configuration.c

// Fills in `state` of what is stored, which must be the wanted one. ERR_CHANGED.
enum err configuration_hold_state(struct call *call, struct store_tx *tx,
                                  struct configuration *configuration);

// --- configuration_apply.c

// Brings the workspace to what the document says; notes what changed.
enum err configuration_apply(struct call *call, struct store_tx *tx,
                             struct configuration *configuration);

// --- configuration_settings.c

// The workspace's own members; reads what it wants of its events.
enum err configuration_apply_settings(struct call *call, struct store_tx *tx,
                                      struct configuration *configuration);
// That, when the sources that it may name are stored.
enum err configuration_apply_rules(struct call *call, struct store_tx *tx,
                                   struct configuration *configuration);

// --- configuration_write.c

// The row as the document has it, with secrets, in call->arena.
enum err configured_text(struct call *call, struct store_tx *tx, const struct configured *kind,
                         const void *row, yyjson_val **ret_object);
// The same as it leaves the server: references instead of secrets.
void configured_write_safe(struct call *call, const struct configured *kind, const void *row,
                           yyjson_val *object, struct map *names);
// Adds a change, field by field; before or after is NULL when there is none. Returns details
// for the audit log.
str configuration_note(struct call *call, struct configuration *configuration,
                       const struct configured *kind, const void *row, yyjson_val *before,
                       yyjson_val *after);
