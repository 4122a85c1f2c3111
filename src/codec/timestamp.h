// SPDX-License-Identifier: Apache-2.0
// Points in time as text (RFC 3339), years 0001 to 9999.
#pragma once

#include "base/base.h"
#include "base/str.h"

enum { TIMESTAMP_LEN = 24, TIMESTAMP_ZONED_LEN = 29 };

// "2026-01-02T03:04:05.678Z" and a NUL. Times outside of the years are cut to them.
void timestamp_format(int64_t wall_ms, char ret_text[TIMESTAMP_LEN + 1]);

// The same as seen in a zone: "2026-01-02T08:34:05.678+05:30"; offset 0 gives the form with Z.
void timestamp_format_zoned(int64_t wall_ms, int offset_minutes,
                            char ret_text[TIMESTAMP_ZONED_LEN + 1]);

// RFC 3339: date, T, time, any number of fraction digits (beyond milliseconds cut off), Z or an
// offset. A second of 60 counts as the next minute's first. False when text is anything else.
bool timestamp_parse(str text, int64_t *ret_wall_ms) MUST_CHECK;

// What clients really send, besides RFC 3339: a space for the T, seconds, time or zone left out
// (then UTC), an offset without colon, a date alone, digits only: seconds (10), ms (13), µs
// (16) or ns (19) since 1970, and what codec/timestamp_words.h reads. ret_offset_minutes is
// that of the text.
bool timestamp_parse_lenient(str text, int64_t *ret_wall_ms,
                             int *ret_offset_minutes) MUST_CHECK;
