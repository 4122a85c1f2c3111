// SPDX-License-Identifier: Apache-2.0
// Words as HTTP has them: methods and names of headers (RFC 9110, 5.6.2).
#pragma once

#include "base/base.h"
#include "base/str.h"

// How many bytes of such a word the text begins with.
size_t token_len(str text);

// Whether the text is one.
bool token_is(str text);
