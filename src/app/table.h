// SPDX-License-Identifier: Apache-2.0
// Rows of JSON objects as people and as scripts read them.
#pragma once

#include "app/client.h"

struct table_column {
    const char *title; // NULL ends the list
    const char *key;   // "owner.email": of an object within
};

// With columns and a line of titles, as wide as they need to be; what is absent is "-". Nothing
// in a value can move a terminal's cursor.
void table_print(const struct table_column *columns, const struct client_list *list);

// The objects of an array, with an empty line before them; nothing when there are none.
void table_print_part(struct client *client, const struct table_column *columns,
                      yyjson_val *array);

// One text, fit for a terminal.
void table_print_text(yyjson_val *value, const char *key);

// The JSON values, one array or one object, with a line's end.
void table_print_json(const struct client_list *list);
void table_print_object(yyjson_val *object);
