// SPDX-License-Identifier: Apache-2.0
// The destination that a path names, for the files that answer below it.
#pragma once

#include "api/call.h"
#include "store/destinations.h"

// ERR_NOT_FOUND, decided before ERR_FORBIDDEN.
enum err destination_of_call(struct call *call, struct destination_row *ret_row);
