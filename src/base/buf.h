// SPDX-License-Identifier: Apache-2.0
// A growing run of bytes, embedded in its owner: buf_init / buf_done, or zero-initialised.
#pragma once

#include "base/base.h"
#include "base/str.h"

struct buf {
    char *data;
    size_t len;
    size_t cap;
};

void buf_init(struct buf *buf);
void buf_done(struct buf *buf);
static inline void buf_done_auto_(struct buf *buf)
{
    buf_done(buf);
}

// Makes room for more_bytes where there is not enough.
void buf_grow(struct buf *buf, size_t more_bytes);

// Makes room for more_bytes behind the end and returns the end. Inline, as what follows is: a
// head is put together of fifty small pieces, and there is room for nearly all of them.
static inline char *buf_reserve(struct buf *buf, size_t more_bytes)
{
    if (buf->cap - buf->len < more_bytes)
        buf_grow(buf, more_bytes);
    return buf->data + buf->len;
}
static inline void buf_add(struct buf *buf, const void *data, size_t len)
{
    if (len == 0)
        return;
    memcpy(buf_reserve(buf, len), data, len);
    buf->len += len;
}
static inline void buf_add_str(struct buf *buf, str s)
{
    buf_add(buf, s.data, s.len);
}
static inline void buf_add_char(struct buf *buf, char c)
{
    *buf_reserve(buf, 1) = c;
    buf->len++;
}
void buf_addf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

// Little-endian numbers, for file formats.
void buf_add_u8(struct buf *buf, uint8_t value);
void buf_add_u16(struct buf *buf, uint16_t value);
void buf_add_u32(struct buf *buf, uint32_t value);
void buf_add_u64(struct buf *buf, uint64_t value);

// Length zero, memory kept.
void buf_clear(struct buf *buf);
static inline str buf_str(const struct buf *buf)
{
    return (str){ .data = buf->data, .len = buf->len };
}
