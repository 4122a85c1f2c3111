// SPDX-License-Identifier: Apache-2.0
// Ids: what counts as the same one, and the UUID made of two.
#include "event/ids.h"

#include "codec/hash.h"
#include "codec/json.h"
#include "codec/utf8.h"
#include "codec/uuid.h"
#include "event/event.h"
#include "event/printable.h"

// Written, read again and written once more.
enum { TEXT_BYTES_PER_VALUE = 64 };

static bool is_plain(str id)
{
    unsigned others = 0; // no way out of the loop: so it looks at many at once
    for (size_t i = 0; i < id.len; i++)
        others |= (unsigned char)(id.data[i] - ' ') > '~' - ' ';
    return !others;
}

static str trim_spaces(str id)
{
    while (id.len && id.data[0] == ' ')
        id = str_sub(id, 1, id.len);
    while (id.len && id.data[id.len - 1] == ' ')
        id.len--;
    return id;
}

str event_normalise_id(str id, struct arena *arena)
{
    if (is_plain(id))
        return trim_spaces(id);
    char *kept = arena_alloc(arena, id.len);
    size_t len = 0;
    while (id.len > 0) {
        uint32_t code = 0;
        size_t step = utf8_decode(id, &code);
        if (step > 0 && printable_is(code)) {
            memcpy(kept + len, id.data, step);
            len += step;
        }
        id = str_sub(id, MAX(step, (size_t)1), id.len);
    }
    return trim_spaces(str_make(kept, len));
}

void event_hash_key_init(struct event_hash_key *key, const uint8_t directory_id[16])
{
    uint8_t digest[HASH_SHA256_LEN];
    uint8_t input[16 + sizeof("event hash key")] = "event hash key";
    memcpy(input + sizeof("event hash key"), directory_id, 16);
    hash_sha256(input, sizeof(input), digest);
    memcpy(key->bytes, digest, sizeof(key->bytes));
}

uint64_t event_hash_id(const struct event_hash_key *key, str id)
{
    if (id.len == 0)
        return 0;
    uint64_t hash = hash_siphash(key->bytes, id.data, id.len);
    return hash ? hash : 1;
}

str event_user_id(str event_json, struct arena *arena)
{
    yyjson_doc *doc = NULL;
    yyjson_val *user = NULL, *key, *value;
    size_t i, max;
    if (json_read_exact(event_json, 0, arena, &doc, NULL) ||
        !yyjson_is_obj(yyjson_doc_get_root(doc)))
        return STR("");
    yyjson_obj_foreach(yyjson_doc_get_root(doc), i, max, key, value)
    {
        if (json_key_is(key, STR("userId"))) // of equal keys the last one counts
            user = value;
    }
    return event_normalise_id(id_text(user, arena), arena);
}

// Whether a number in it is left a text. Values lie in a row, a container before what it holds.
static bool has_raw(yyjson_val *value)
{
    const yyjson_val *end = unsafe_yyjson_get_next(value);
    while (value < end && !yyjson_is_raw(value))
        value++;
    return value < end;
}

// The value with its numbers as yyjson reads them, whether the reader has left them texts or
// not: an id must be the same for whoever asks. Those too big for a type stay texts.
static yyjson_val *with_numbers(yyjson_val *value, struct arena *arena)
{
    yyjson_alc alc = json_alc(arena);
    str text = json_text(value, arena);
    yyjson_doc *doc =
        yyjson_read_opts((char *)text.data, text.len, YYJSON_READ_BIGNUM_AS_RAW, &alc, NULL);
    assert(doc); // what was read can be written, and what was written can be read
    return yyjson_doc_get_root(doc);
}

// Whether it is a 3.0, whose text would be another than that of 3.
static bool is_whole(yyjson_val *value)
{
    double number = yyjson_get_real(value);
    return yyjson_is_real(value) && number > -1e15 && number < 1e15 &&
           number == (double)(int64_t)number;
}

size_t id_text_bytes(yyjson_val *value)
{
    if (!yyjson_is_ctn(value))
        return 0;
    const yyjson_val *end = unsafe_yyjson_get_next(value);
    return (size_t)(end - value) * TEXT_BYTES_PER_VALUE;
}

str id_text(yyjson_val *value, struct arena *arena)
{
    if (yyjson_is_str(value))
        return json_str(value);
    if (!value || yyjson_is_null(value))
        return STR("");
    if (has_raw(value))
        value = with_numbers(value, arena);
    if (is_whole(value))
        return arena_printf(arena, "%lld", (long long)yyjson_get_real(value));
    return json_text(value, arena);
}

void id_rudder(str user_id, str anonymous_id, struct arena *arena, char ret_text[37])
{
    _Static_assert(UUID_LEN + 1 == 37, "size in ids.h");
    str pair =
        arena_printf(arena, "%" PRIstr ":%" PRIstr, STR_ARG(user_id), STR_ARG(anonymous_id));
    uint8_t digest[HASH_MD5_LEN];
    hash_md5(pair.data, pair.len, digest);
    uuid_format_v4(digest, ret_text);
}
