// SPDX-License-Identifier: Apache-2.0
// What fuzz targets share: a claim that ends the process when it does not hold.
#pragma once

#include <stdint.h>
#include <stdlib.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void check(bool holds)
{
    if (!holds)
        abort();
}
