// SPDX-License-Identifier: Apache-2.0
// The methods of requests; inside of the http room.
#pragma once

#include "base/str.h"

// One that HTTP has (RFC 9110, 9, and PATCH), as a text that stays. STR_NONE: any other.
str method_known(str method);
