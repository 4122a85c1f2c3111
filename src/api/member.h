// SPDX-License-Identifier: Apache-2.0
// The bytes of one member of a JSON object, as they were sent: what is given back byte for byte
// must not go through a parser and a writer.
#pragma once

#include "base/base.h"
#include "base/str.h"

// object: the text of a JSON object that is known to be valid. STR_NONE: there is no member
// whose name is written exactly so.
str member_text(str object, str name);
