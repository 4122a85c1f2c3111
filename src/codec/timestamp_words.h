// SPDX-License-Identifier: Apache-2.0
// Times as languages print them and people write them.
#pragma once

#include "base/base.h"
#include "base/str.h"

enum { TIMESTAMP_WORDS_SIZE = 100 };

// "Thu, 02 Jan 2020 03:04:05 GMT", "Thu Jan 02 2020 03:04:05 GMT+0100 (CET)", "2020-01-02
// 03:04:05 +0000 UTC", "1/2/2020 3:04 PM", "20200102T030405Z": a date and perhaps a time of day
// and a zone, in any order that can be told apart; 1/2 is the second of January. ret_text is
// the same as RFC 3339 has it, but for numbers that are too large. False when a part is
// missing, comes twice or is not understood, as zones by letters are, which stand for several;
// behind an offset they say nothing new, with or without brackets.
bool timestamp_words(str text, char ret_text[TIMESTAMP_WORDS_SIZE]) MUST_CHECK;
