// SPDX-License-Identifier: Apache-2.0
// Collecting settings from defaults, a file, the environment and flags.
#include "app/settings.h"

#include <ctype.h>
#include <inttypes.h>

#include "base/mem.h"
#include "os/fs.h"

enum { CONFIG_FILE_MAX_BYTES = 1 << 20 };

const struct setting_row setting_rows[] = {
#define X(kind, name, fallback, prose)                                                         \
    { #name, SETTING_##kind, fallback, prose, offsetof(struct settings, name) },
    SETTINGS_TABLE(X)
#undef X
        { 0 },
};

enum { ROW_COUNT = ARRAY_LEN(setting_rows) - 1 };

static const struct {
    size_t offset;
    int64_t least, most;
} bounds[] = {
#define B(name, least, most) { offsetof(struct settings, name), least, most },
    SETTINGS_BOUNDS(B)
#undef B
};

bool setting_bounds(const struct setting_row *row, int64_t *ret_least, int64_t *ret_most)
{
    bool is_time = str_ends(str_of(row->name), STR("_ms"));
    *ret_least = 0;
    *ret_most = is_time ? INT64_MAX / 2000000 : INT64_MAX; // nanoseconds are still a number
    for (size_t i = 0; i < ARRAY_LEN(bounds); i++) {
        if (bounds[i].offset != row->offset)
            continue;
        *ret_least = bounds[i].least;
        *ret_most = bounds[i].most;
        return true;
    }
    return false;
}

struct settings_reader {
    struct settings values;
    enum setting_origin origins[ROW_COUNT];
};

static void *slot_of(struct settings_reader *reader, const struct setting_row *row)
{
    return (char *)&reader->values + row->offset;
}

static enum err store_number(const struct setting_row *row, str value, int64_t *ret_number,
                             struct problem *ret_problem)
{
    int64_t number, least, most;
    if (!str_to_i64(value, &number))
        return problem_set(ret_problem, ERR_INVALID, str_of(row->name),
                           "must be a whole number, not \"%" PRIstr "\"", STR_ARG(value));
    (void)setting_bounds(row, &least, &most);
    if (number < least || number > most)
        return problem_set(ret_problem, ERR_INVALID, str_of(row->name),
                           "must be from %" PRId64 " to %" PRId64, least, most);
    *ret_number = number;
    return OK;
}

static enum err store_value(struct settings_reader *reader, const struct setting_row *row,
                            str value, struct problem *ret_problem)
{
    void *slot = slot_of(reader, row);
    switch (row->kind) {
    case SETTING_STR:
        *(str *)slot = arena_dup(reader->values.arena, value);
        return OK;
    case SETTING_INT:
        return store_number(row, value, slot, ret_problem);
    case SETTING_BOOL:
        if (!str_eq(value, STR("true")) && !str_eq(value, STR("false")))
            return problem_set(ret_problem, ERR_INVALID, str_of(row->name),
                               "must be true or false, not \"%" PRIstr "\"", STR_ARG(value));
        *(bool *)slot = str_eq(value, STR("true"));
        return OK;
    }
    return ERR_INVALID;
}

struct settings_reader *settings_reader_new(void)
{
    struct settings_reader *reader = NEW(struct settings_reader);
    reader->values.arena = arena_new(CONFIG_FILE_MAX_BYTES * 2);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        enum err err =
            store_value(reader, &setting_rows[i], str_of(setting_rows[i].fallback), NULL);
        assert(err == OK);
        (void)err;
    }
    return reader;
}

void settings_reader_free(struct settings_reader *reader)
{
    if (!reader)
        return;
    arena_free(reader->values.arena);
    mem_free(reader);
}

static bool name_matches(const char *row_name, str name)
{
    if (strlen(row_name) != name.len)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i] == '-' ? '_' : name.data[i];
        if (c != row_name[i])
            return false;
    }
    return true;
}

const struct setting_row *setting_find(str name)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (name_matches(setting_rows[i].name, name))
            return &setting_rows[i];
    }
    return NULL;
}

enum err settings_set(struct settings_reader *reader, str name, str value,
                      enum setting_origin origin, struct problem *ret_problem)
{
    const struct setting_row *row = setting_find(name);
    if (!row)
        return problem_set(ret_problem, ERR_NOT_FOUND, name,
                           "there is no such setting; `pintle settings` lists them");
    enum setting_origin *current = &reader->origins[row - setting_rows];
    if (*current > origin)
        return OK;
    *current = origin;
    return store_value(reader, row, value, ret_problem);
}

static enum err read_variable(struct settings_reader *reader, str variable,
                              struct problem *ret_problem)
{
    char name[64];
    size_t equals = str_find(variable, '=');
    str upper = str_sub(variable, strlen("PINTLE_"), equals - strlen("PINTLE_"));
    if (!str_copy(upper, name, sizeof(name)))
        return problem_set(ret_problem, ERR_NOT_FOUND, str_sub(variable, 0, equals),
                           "there is no such setting; `pintle settings` lists them");
    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    enum err err = settings_set(reader, str_of(name), str_sub(variable, equals + 1, SIZE_MAX),
                                FROM_ENVIRONMENT, ret_problem);
    if (err)
        (void)str_copy(str_sub(variable, 0, equals), ret_problem->field,
                       sizeof(ret_problem->field));
    return err;
}

static enum err read_line(struct settings_reader *reader, str line, size_t number,
                          struct problem *ret_problem)
{
    line = str_trim(str_sub(line, 0, str_find(line, '#')));
    if (line.len == 0)
        return OK;
    size_t equals = str_find(line, '=');
    str config = reader->values.config;
    if (equals == line.len)
        return problem_set(ret_problem, ERR_INVALID, config,
                           "line %zu: expected `name = value`, found \"%" PRIstr "\"", number,
                           STR_ARG(line));
    struct problem inner;
    enum err err =
        settings_set(reader, str_trim(str_sub(line, 0, equals)),
                     str_trim(str_sub(line, equals + 1, SIZE_MAX)), FROM_FILE, &inner);
    if (err)
        (void)problem_set(ret_problem, err, config, "line %zu: %s: %s", number, inner.field,
                          inner.text);
    return err;
}

static enum err read_file(struct settings_reader *reader, struct problem *ret_problem)
{
    str rest, line;
    AUTO(arena_free) struct arena *arena = arena_new(CONFIG_FILE_MAX_BYTES);
    enum err err = fs_read_file(fs_real(), reader->values.config.data, CONFIG_FILE_MAX_BYTES,
                                arena, &rest, ret_problem);
    for (size_t number = 1; !err && str_next(&rest, '\n', &line); number++)
        err = read_line(reader, line, number, ret_problem);
    return err;
}

enum err settings_read_surroundings(struct settings_reader *reader, char *const *environment,
                                    struct problem *ret_problem)
{
    for (; *environment; environment++) {
        if (!str_starts(str_of(*environment), STR("PINTLE_")))
            continue;
        enum err err = read_variable(reader, str_of(*environment), ret_problem);
        if (err)
            return err;
    }
    return reader->values.config.len ? read_file(reader, ret_problem) : OK;
}

const struct settings *settings_values(const struct settings_reader *reader)
{
    return &reader->values;
}

enum setting_origin settings_origin(const struct settings_reader *reader, size_t row)
{
    assert(row < ROW_COUNT);
    return reader->origins[row];
}

const char *setting_origin_word(enum setting_origin origin)
{
    static const char *const words[] = { "default", "file", "environment", "flag" };
    return words[origin];
}

str settings_text(const struct settings_reader *reader, size_t row, struct arena *arena)
{
    const char *slot = (const char *)&reader->values + setting_rows[row].offset;
    switch (setting_rows[row].kind) {
    case SETTING_STR:
        return arena_dup(arena, *(const str *)slot);
    case SETTING_INT:
        return arena_printf(arena, "%" PRId64, *(const int64_t *)slot);
    case SETTING_BOOL:
        return *(const bool *)slot ? STR("true") : STR("false");
    }
    return STR_NONE;
}

str settings_public_url(const struct settings *settings)
{
    str url = settings->public_url;
    while (str_ends(url, STR("/")))
        url.len--;
    return url;
}

enum err setting_blame(enum err err, const char *setting, struct problem *problem)
{
    if (err)
        (void)str_copy(str_of(setting), problem->field, sizeof(problem->field));
    return err;
}
