// SPDX-License-Identifier: Apache-2.0
// What fuzz targets share: a claim that ends the process, and says which, when it does not
// hold.
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define check(claim) check_that((claim), __FILE__ ": does not hold: " #claim)

static inline void check_that(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "%s\n", what);
    abort();
}
