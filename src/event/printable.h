// SPDX-License-Identifier: Apache-2.0
// Which characters stay in ids; inside of the event room.
#pragma once

#include "base/base.h"

bool printable_is(uint32_t code);
