// SPDX-License-Identifier: Apache-2.0
// Bytes as an Authorization header: a user that is found has a name, and stands in front of the
// first colon of what was coded.
#include "codec/base64.h"
#include "gateway/admit.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str header = str_make((const char *)data, size), user = STR_NONE, again = STR_NONE;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    if (!admit_basic_user(header, arena, &user))
        return 0;
    check(user.len > 0 && str_find(user, ':') == user.len);
    AUTO(buf_done) struct buf plain = { 0 };
    AUTO(buf_done) struct buf coded = { 0 };
    buf_add_str(&plain, user);
    buf_add_char(&plain, ':');
    buf_add_str(&coded, STR("bAsIc "));
    base64_encode(BASE64_STANDARD, plain.data, plain.len, &coded);
    check(admit_basic_user(buf_str(&coded), arena, &again) && str_eq(user, again));
    return 0;
}
