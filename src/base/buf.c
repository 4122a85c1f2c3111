// SPDX-License-Identifier: Apache-2.0
// A growing run of bytes.
#include "base/buf.h"

#include <stdarg.h>

#include "base/mem.h"

void buf_init(struct buf *buf)
{
    *buf = (struct buf){ 0 };
}

void buf_done(struct buf *buf)
{
    mem_free(buf->data);
    *buf = (struct buf){ 0 };
}

void buf_grow(struct buf *buf, size_t more_bytes)
{
    assert(more_bytes <= SIZE_MAX / 4 - buf->len);
    size_t cap = MAX(buf->cap * 2, (size_t)64);
    buf->cap = MAX(cap, buf->len + more_bytes);
    buf->data = mem_realloc(buf->data, buf->cap);
}

void buf_addf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(len >= 0);
    (void)vsnprintf(buf_reserve(buf, (size_t)len + 1), (size_t)len + 1, format, again);
    va_end(again);
    buf->len += (size_t)len;
}

static void add_little_endian(struct buf *buf, uint64_t value, size_t bytes)
{
    char *end = buf_reserve(buf, bytes);
    for (size_t i = 0; i < bytes; i++)
        end[i] = (char)(value >> (8 * i));
    buf->len += bytes;
}

void buf_add_u8(struct buf *buf, uint8_t value)
{
    add_little_endian(buf, value, 1);
}

void buf_add_u16(struct buf *buf, uint16_t value)
{
    add_little_endian(buf, value, 2);
}

void buf_add_u32(struct buf *buf, uint32_t value)
{
    add_little_endian(buf, value, 4);
}

void buf_add_u64(struct buf *buf, uint64_t value)
{
    add_little_endian(buf, value, 8);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
}
