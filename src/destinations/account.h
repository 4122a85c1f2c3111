// SPDX-License-Identifier: Apache-2.0
// What kinds of accounts at other systems there are: data, as definitions of destinations are
// (catalogue/README.md).
#pragma once

#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "codec/fields.h"

struct account_definition {
    const char *name;  // "SOURCE_POSTGRES"
    const char *title; // "PostgreSQL"
    const struct field *options;
    const struct field *secrets;
};

// Names are compared exactly. NULL: unknown, which an account may be.
const struct account_definition *account_definition_find(str name);
// All of them, sorted by title; ends with NULL.
const struct account_definition *const *account_definition_all(void);

// Checks the members that the definition knows. NULL or an empty object is a part that waits
// for its settings. ERR_INVALID names the field: "options.host".
enum err account_check(const struct account_definition *definition, yyjson_val *options,
                       yyjson_val *secret, struct arena *arena, struct problem *ret_problem);
