// SPDX-License-Identifier: Apache-2.0
// Little-endian numbers in byte arrays, for the journal's file formats.
#pragma once

#include "base/base.h"

static inline uint64_t bytes_get(const uint8_t *from, size_t len)
{
    uint64_t value = 0;
    for (size_t i = len; i-- > 0;)
        value = value << 8 | from[i];
    return value;
}

static inline void bytes_put(uint8_t *to, size_t len, uint64_t value)
{
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

// `field` is a uint8_t array of 1 to 8 bytes.
#define LE_GET(field)        bytes_get((field), sizeof(field))
#define LE_PUT(field, value) bytes_put((field), sizeof(field), (uint64_t)(value))
