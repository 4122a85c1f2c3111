// SPDX-License-Identifier: Apache-2.0
// Gzip by libdeflate.
#include "codec/gzip.h"

#include <libdeflate.h>

enum {
    HEADER_AND_TRAILER_BYTES = 18,
    DEFLATE_MAX_RATIO = 1032, // no deflate stream unpacks to more times its size
    SMALLEST_ROOM_BYTES = 256,
};

static void decompressor_free(struct libdeflate_decompressor *decompressor)
{
    libdeflate_free_decompressor(decompressor);
}
AUTO_DEFINE(struct libdeflate_decompressor *, decompressor_free)

static void compressor_free(struct libdeflate_compressor *compressor)
{
    libdeflate_free_compressor(compressor);
}
AUTO_DEFINE(struct libdeflate_compressor *, compressor_free)

// The size as the last member's trailer tells it (true for texts of one member below 4 GiB), if
// the packed bytes can hold that much; else a guess.
static size_t first_room(str packed, size_t max_bytes)
{
    uint32_t told = 0;
    for (size_t i = 0; i < sizeof(told); i++)
        told |= (uint32_t)(unsigned char)packed.data[packed.len - 4 + i] << (8 * i);
    if (told / DEFLATE_MAX_RATIO > packed.len)
        told = 0;
    return MIN(MAX((size_t)told, (size_t)SMALLEST_ROOM_BYTES), max_bytes);
}

struct unpacking {
    struct libdeflate_decompressor *decompressor;
    struct arena *arena;
    size_t max_bytes;
    char *text;
    size_t len;
    size_t room;
};

// Unpacks the first member of *packed behind what is there, and takes it off.
static enum err unpack_member(struct unpacking *to, str *packed)
{
    for (;;) {
        size_t taken = 0, written = 0;
        enum libdeflate_result result = libdeflate_gzip_decompress_ex(
            to->decompressor, packed->data, packed->len, to->text + to->len, to->room - to->len,
            &taken, &written);
        if (result == LIBDEFLATE_SUCCESS) {
            *packed = str_sub(*packed, taken, packed->len);
            to->len += written;
            return OK;
        }
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE)
            return ERR_INVALID;
        if (to->room == to->max_bytes)
            return ERR_TOO_BIG;
        to->room = to->room > to->max_bytes / 2 ? to->max_bytes : to->room * 2;
        char *text = arena_alloc(to->arena, to->room + 1);
        memcpy(text, to->text, to->len);
        to->text = text;
    }
}

enum err gzip_decode(str packed, size_t max_bytes, struct arena *arena, str *ret_text)
{
    if (packed.len < HEADER_AND_TRAILER_BYTES)
        return ERR_INVALID;
    AUTO(decompressor_free)
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    if (!decompressor)
        abort();
    struct unpacking to = {
        .decompressor = decompressor,
        .arena = arena,
        .max_bytes = max_bytes,
        .room = first_room(packed, max_bytes),
    };
    to.text = arena_alloc(arena, to.room + 1);
    while (packed.len > 0) {
        enum err err = unpack_member(&to, &packed);
        if (err)
            return err;
    }
    to.text[to.len] = '\0';
    *ret_text = str_make(to.text, to.len);
    return OK;
}

void gzip_encode(str text, int level, struct buf *out)
{
    assert(level >= 1 && level <= 12);
    AUTO(compressor_free)
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(level);
    if (!compressor)
        abort();
    size_t bound = libdeflate_gzip_compress_bound(compressor, text.len);
    char *end = buf_reserve(out, bound);
    size_t len = libdeflate_gzip_compress(compressor, text.data, text.len, end, bound);
    assert(len > 0);
    out->len += len;
}
