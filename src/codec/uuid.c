// SPDX-License-Identifier: Apache-2.0
// UUIDs as text.
#include "codec/uuid.h"

#include "codec/hex.h"

void uuid_format(const uint8_t bytes[16], char ret_text[UUID_LEN + 1])
{
    static const unsigned char part_bytes[] = { 4, 2, 2, 2, 6 };
    char *at = ret_text;
    for (size_t i = 0; i < ARRAY_LEN(part_bytes); i++) {
        hex_encode(bytes, part_bytes[i], at);
        bytes += part_bytes[i];
        at += 2 * part_bytes[i];
        *at++ = '-';
    }
    ret_text[UUID_LEN] = '\0';
}

void uuid_format_v4(const uint8_t bytes[16], char ret_text[UUID_LEN + 1])
{
    uint8_t marked[16];
    memcpy(marked, bytes, sizeof(marked));
    marked[6] = (uint8_t)((marked[6] & 0x0f) | 0x40);
    marked[8] = (uint8_t)((marked[8] & 0x3f) | 0x80);
    uuid_format(marked, ret_text);
}
