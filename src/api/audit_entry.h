// SPDX-License-Identifier: Apache-2.0
// How an entry of the audit log looks outside: in the API and in the file that it is copied to.
#pragma once

#include "codec/json.h"
#include "store/audit.h"

// As one JSON object.
void audit_entry_write(const struct audit_row *row, struct json *json);
