// SPDX-License-Identifier: Apache-2.0
// What the readers of an import's parts share; inside of the access room.
#pragma once

#include "access/import.h"
#include "codec/fields.h"

enum {
    IMPORT_NAME_MAX_BYTES = 512,
    IMPORT_EMAIL_MAX_BYTES = 254,
    IMPORT_ID_MAX_BYTES = 512,
};

struct reading {
    struct arena *arena;
    struct problem *problem;
};

// ERR_INVALID about "at.member"; member may be empty.
enum err reading_refuse(const struct reading *in, str at, const char *member, const char *text);
// "list[index]"
str reading_entry(const struct reading *in, str list, size_t index);
// An object by its table; unknown members are refused.
enum err reading_decode(const struct reading *in, const struct field *fields, yyjson_val *value,
                        str at, void *ret_struct);
// What people read in lists: no control characters, not blank, at most 128 characters. Empty is
// fine.
enum err reading_check_name(const struct reading *in, str at, const char *member, str text);

// import_tokens.c
enum err reading_tokens(const struct reading *in, yyjson_val *list, struct import *import);
