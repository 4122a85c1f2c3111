// SPDX-License-Identifier: Apache-2.0
// The format of a dead letter in its journal record. The envelope holds the source id (tag 1)
// and the destination id (tag 7); the event table has one row for the whole body; the body is
//
//     u8  version, 1
//     fields, each: u8 tag, u32 length, `length` bytes; unknown tags are skipped
//
// Numbers are little-endian. Tags: 1 position (u32 partition, u64 record, u32 event), 2 reason
// (its word), 3 status (i64), 4 attempts (u32), 5 time (i64, ms since 1970), 6 detail, 7 event,
// 8 request, 9 response (texts), 10 the end of a range (as tag 1). Texts are cut at the lengths
// below.
#include "outcome/letters.h"

enum { VERSION = 1, DETAIL_MAX = 1024, REQUEST_MAX = 64 << 10, RESPONSE_MAX = 10 << 10 };
enum { POSITION_BYTES = 16 };

enum letter_tag {
    LETTER_POSITION = 1,
    LETTER_REASON,
    LETTER_STATUS,
    LETTER_ATTEMPTS,
    LETTER_TIME,
    LETTER_DETAIL,
    LETTER_EVENT,
    LETTER_REQUEST,
    LETTER_RESPONSE,
    LETTER_END,
};

static void add_text(struct buf *out, enum letter_tag tag, str text, size_t max_len)
{
    text = str_sub(text, 0, max_len);
    buf_add_u8(out, (uint8_t)tag);
    buf_add_u32(out, (uint32_t)text.len);
    buf_add_str(out, text);
}

static void add_u64(struct buf *out, enum letter_tag tag, uint64_t value)
{
    buf_add_u8(out, (uint8_t)tag);
    buf_add_u32(out, sizeof(value));
    buf_add_u64(out, value);
}

static void add_position(struct buf *out, enum letter_tag tag, struct position position)
{
    buf_add_u8(out, (uint8_t)tag);
    buf_add_u32(out, POSITION_BYTES);
    buf_add_u32(out, position.partition);
    buf_add_u64(out, position.record);
    buf_add_u32(out, position.event);
}

void letter_encode(const struct dead_letter *letter, struct buf *out)
{
    buf_add_u8(out, VERSION);
    add_position(out, LETTER_POSITION, letter->position);
    add_text(out, LETTER_REASON, str_of(outcome_reason_word(letter->reason)), 64);
    add_u64(out, LETTER_STATUS, (uint64_t)(int64_t)letter->status);
    add_u64(out, LETTER_ATTEMPTS, letter->attempts);
    add_u64(out, LETTER_TIME, (uint64_t)letter->at_wall_ms);
    add_text(out, LETTER_DETAIL, letter->detail, DETAIL_MAX);
    add_text(out, LETTER_EVENT, letter->event, UINT32_MAX);
    add_text(out, LETTER_REQUEST, letter->request, REQUEST_MAX);
    add_text(out, LETTER_RESPONSE, letter->response, RESPONSE_MAX);
    if (letter->end.record)
        add_position(out, LETTER_END, letter->end);
}

static uint64_t read_number(str bytes)
{
    uint64_t value = 0;
    for (size_t i = MIN(bytes.len, sizeof(value)); i-- > 0;)
        value = value << 8 | (unsigned char)bytes.data[i];
    return value;
}

static bool reason_of(str word, enum outcome_reason *ret_reason)
{
    for (int i = 0; i < OUTCOME_REASON_COUNT; i++) {
        if (!str_eq(word, str_of(outcome_reason_word((enum outcome_reason)i))))
            continue;
        *ret_reason = (enum outcome_reason)i;
        return true;
    }
    return false;
}

static bool read_position(str value, struct position *ret_position)
{
    *ret_position = (struct position){
        .partition = (uint32_t)read_number(str_sub(value, 0, 4)),
        .record = read_number(str_sub(value, 4, 8)),
        .event = (uint32_t)read_number(str_sub(value, 12, 4)),
    };
    return value.len == POSITION_BYTES;
}

// False: the value is not what the tag says.
static bool take_field(unsigned tag, str value, struct arena *arena, struct dead_letter *letter)
{
    switch (tag) {
    case LETTER_POSITION:
        return read_position(value, &letter->position);
    case LETTER_END:
        return read_position(value, &letter->end);
    case LETTER_REASON:
        return reason_of(value, &letter->reason);
    case LETTER_STATUS:
        letter->status = (int)(int64_t)read_number(value);
        return true;
    case LETTER_ATTEMPTS:
        letter->attempts = (uint32_t)read_number(value);
        return true;
    case LETTER_TIME:
        letter->at_wall_ms = (int64_t)read_number(value);
        return true;
    case LETTER_DETAIL:
        letter->detail = arena_dup(arena, value);
        return true;
    case LETTER_EVENT:
        letter->event = arena_dup(arena, value);
        return true;
    case LETTER_REQUEST:
        letter->request = arena_dup(arena, value);
        return true;
    case LETTER_RESPONSE:
        letter->response = arena_dup(arena, value);
        return true;
    }
    return true; // of a later version
}

enum err letter_decode(str bytes, struct arena *arena, struct dead_letter *ret_letter)
{
    struct dead_letter letter = { 0 };
    if (bytes.len < 1 || bytes.data[0] != VERSION)
        return ERR_CORRUPT;
    str rest = str_sub(bytes, 1, bytes.len);
    while (rest.len) {
        if (rest.len < 5)
            return ERR_CORRUPT;
        size_t len = (size_t)read_number(str_sub(rest, 1, 4));
        if (len > rest.len - 5)
            return ERR_CORRUPT;
        if (!take_field((unsigned char)rest.data[0], str_sub(rest, 5, len), arena, &letter))
            return ERR_CORRUPT;
        rest = str_sub(rest, 5 + len, rest.len);
    }
    *ret_letter = letter;
    return OK;
}
