// SPDX-License-Identifier: Apache-2.0
// Ids: what counts as the same one, and the UUID made of two.
#include "event/ids.h"

#include "codec/hash.h"
#include "codec/json.h"
#include "codec/utf8.h"
#include "codec/uuid.h"
#include "event/event.h"
#include "event/printable.h"

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
    if (json_read(event_json, 0, arena, &doc, NULL) || !yyjson_is_obj(yyjson_doc_get_root(doc)))
        return STR("");
    yyjson_obj_foreach(yyjson_doc_get_root(doc), i, max, key, value)
    {
        if (yyjson_equals_str(key, "userId")) // of equal keys the last one counts
            user = value;
    }
    return event_normalise_id(id_text(user, arena), arena);
}

str id_text(yyjson_val *value, struct arena *arena)
{
    if (yyjson_is_str(value))
        return json_str(value);
    if (!value || yyjson_is_null(value))
        return STR("");
    double number = yyjson_get_real(value);
    if (yyjson_is_real(value) && number > -1e15 && number < 1e15 &&
        number == (double)(int64_t)number)
        return arena_printf(arena, "%lld", (long long)number);
    yyjson_alc alc = json_alc(arena);
    size_t len = 0;
    const char *text = yyjson_val_write_opts(value, 0, &alc, &len, NULL);
    assert(text); // what was read can be written
    return str_make(text, len);
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
