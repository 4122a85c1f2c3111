// SPDX-License-Identifier: Apache-2.0
// KSUIDs.
#include "codec/ksuid.h"

#include "codec/base62.h"

enum { TIME_LEN = 4, RANDOM_LEN = 16, BYTES = TIME_LEN + RANDOM_LEN };
static const int64_t epoch_s = 1400000000;

void ksuid_make(const struct clock *clock, struct rng *rng, char ret_text[KSUID_LEN + 1])
{
    int64_t since_s = clock_wall_ms(clock) / 1000 - epoch_s;
    uint32_t seconds = (uint32_t)MAX((int64_t)0, MIN(since_s, (int64_t)UINT32_MAX));
    uint8_t bytes[BYTES];
    for (int i = 0; i < TIME_LEN; i++)
        bytes[i] = (uint8_t)(seconds >> (24 - 8 * i));
    rng_fill(rng, bytes + TIME_LEN, RANDOM_LEN);
    base62_encode(bytes, sizeof(bytes), ret_text, KSUID_LEN);
    ret_text[KSUID_LEN] = '\0';
}

bool ksuid_is_valid(str text)
{
    uint8_t bytes[BYTES];
    return text.len == KSUID_LEN && base62_decode(text, bytes, sizeof(bytes));
}

void ksuid_advance(char text[KSUID_LEN + 1])
{
    for (size_t i = KSUID_LEN; i-- > 0;) {
        const char *digit = strchr(base62_alphabet, text[i]);
        assert(digit && *digit);
        if (digit[1]) {
            text[i] = digit[1];
            return;
        }
        text[i] = base62_alphabet[0]; // and one more in the place before
    }
}
