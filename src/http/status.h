// SPDX-License-Identifier: Apache-2.0
// Reason phrases of status codes; inside of the http room.
#pragma once

#include "base/str.h"

str status_text(int status);
