// SPDX-License-Identifier: Apache-2.0
// The outcome object; inside of the outcome room.
#pragma once

#include "outcome/counters.h"
#include "outcome/live.h"
#include "outcome/outcome.h"

struct outcome {
    struct journal *letters;
    struct counters *counters;
    struct live *live;
};
