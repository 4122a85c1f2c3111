// SPDX-License-Identifier: Apache-2.0
// Writing and reading file names.
#include "journal/names.h"

#include <inttypes.h>

#include "base/mem.h"

static const str prefixes[] = {
    [NAME_SEGMENT] = STR("seg-"),
    [NAME_SPARE] = STR("spare-"),
    [NAME_IDS] = STR("ids-"),
};

void name_format(enum name_kind kind, uint64_t sequence, char ret_name[NAME_BYTES])
{
    int len = snprintf(ret_name, NAME_BYTES, "%" PRIstr "%016" PRIx64, STR_ARG(prefixes[kind]),
                       sequence);
    assert(len > 0 && len < NAME_BYTES);
    (void)len;
}

static bool parse_name(str name, str prefix, uint64_t *ret_sequence)
{
    enum { DIGITS = 16 };
    uint64_t value = 0;
    if (!str_starts(name, prefix) || name.len != prefix.len + DIGITS)
        return false;
    for (size_t i = prefix.len; i < name.len; i++) {
        char c = name.data[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return false;
        value = value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *ret_sequence = value;
    return true;
}

static void sequences_add(struct sequences *sequences, uint64_t sequence)
{
    if (sequences->count == sequences->cap) {
        sequences->cap = MAX((size_t)32, sequences->cap * 2);
        sequences->items =
            mem_realloc(sequences->items, sequences->cap * sizeof(*sequences->items));
    }
    sequences->items[sequences->count++] = sequence;
}

static void on_name(void *ctx, const char *name)
{
    struct names *names = ctx;
    uint64_t sequence;
    for (size_t kind = 0; kind < NAME_KINDS; kind++) {
        if (parse_name(str_of(name), prefixes[kind], &sequence))
            sequences_add(&names->of[kind], sequence);
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

enum err names_list(struct fs *fs, const char *dir, struct names *names,
                    struct problem *ret_problem)
{
    int failed = fs->ops->list(fs, dir, on_name, names);
    if (failed)
        return fs_error(failed, dir, ret_problem);
    for (size_t kind = 0; kind < NAME_KINDS; kind++) {
        struct sequences *found = &names->of[kind];
        if (found->count > 0)
            qsort(found->items, found->count, sizeof(*found->items), compare);
    }
    return OK;
}

void names_done(struct names *names)
{
    for (size_t kind = 0; kind < NAME_KINDS; kind++)
        mem_free(names->of[kind].items);
}
