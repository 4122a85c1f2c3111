// SPDX-License-Identifier: Apache-2.0
// UUIDs (RFC 9562) as text.
#pragma once

#include "base/base.h"
#include "base/str.h"

enum { UUID_LEN = 36 };

// 16 bytes as they are: "e4cab80e-2f0e-4fa2-87e0-3a4af182634c" and a NUL.
void uuid_format(const uint8_t bytes[16], char ret_text[UUID_LEN + 1]);

// The same with the version set to 4 and the variant to that of the RFC: a version 4 UUID if
// the bytes are random.
void uuid_format_v4(const uint8_t bytes[16], char ret_text[UUID_LEN + 1]);
