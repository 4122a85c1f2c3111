// SPDX-License-Identifier: Apache-2.0
// Bytes as a client's point in time: what is taken strictly is taken leniently as the same, and
// what is taken can be written and read again.
#include "codec/timestamp.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_make((const char *)data, size);
    int64_t strict_ms = 0, lenient_ms = 0, again_ms = 0;
    int offset_minutes = 0;
    char written[TIMESTAMP_ZONED_LEN + 1];
    bool is_strict = timestamp_parse(text, &strict_ms);
    bool is_lenient = timestamp_parse_lenient(text, &lenient_ms, &offset_minutes);
    check(!is_strict || (is_lenient && strict_ms == lenient_ms));
    if (!is_lenient)
        return 0;
    timestamp_format_zoned(lenient_ms, offset_minutes, written);
    check(timestamp_parse(str_of(written), &again_ms));
    timestamp_format_zoned(again_ms, offset_minutes, written);
    check(timestamp_parse(str_of(written), &lenient_ms) && lenient_ms == again_ms);
    return 0;
}
