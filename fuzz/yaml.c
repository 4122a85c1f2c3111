// SPDX-License-Identifier: Apache-2.0
// Bytes as YAML: what is taken must be JSON, and not much longer than what it came from.
#include "codec/json.h"
#include "codec/yaml_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_free) struct arena *arena = arena_new((size_t)64 << 20);
    AUTO(map_free) struct map *lines = map_new();
    AUTO(buf_done) struct buf json = { 0 };
    struct problem problem = { .field = "" };
    yyjson_doc *doc;
    enum err err = yaml_read(str_make((const char *)data, size), arena, &json, lines, &problem);
    if (err) {
        check(problem.text[0] != 0);
        return 0;
    }
    check(json.len <= 8 * size + 16);
    check(json_read(buf_str(&json), 0, arena, &doc, &problem) == OK);
    return 0;
}
