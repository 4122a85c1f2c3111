// SPDX-License-Identifier: Apache-2.0
// Answers about an access import, in words; inside of the app room.
#pragma once

#include <yyjson.h>

// "Members and tokens", each with what it loses and gains.
void import_review_print(yyjson_val *review);
// What was deployed, and the links of those who have no password.
void import_deployed_print(yyjson_val *deployed);

// A document that can be read, with all it may have.
extern const char import_example[];
