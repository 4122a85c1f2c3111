// SPDX-License-Identifier: Apache-2.0
// The error table.
#include "base/err.h"

#include <stdarg.h>

struct err_row {
    const char *code;
    int status;
    const char *text;
};

static const struct err_row rows[] = { [OK] = { "OK", 200, "OK" },
#define X(name, code, status, text) [name] = { code, status, text },
                                       ERR_TABLE(X)
#undef X
};

static const struct err_row *row_of(enum err err)
{
    assert((size_t)err < ARRAY_LEN(rows));
    return &rows[err];
}

const char *err_code(enum err err)
{
    return row_of(err)->code;
}

int err_http_status(enum err err)
{
    return row_of(err)->status;
}

const char *err_text(enum err err)
{
    return row_of(err)->text;
}

enum err problem_set(struct problem *problem, enum err err, str field, const char *format, ...)
{
    assert(err != OK);
    if (!problem)
        return err;
    problem->offset = -1;
    (void)str_copy(field, problem->field, sizeof(problem->field));
    va_list args;
    va_start(args, format);
    (void)vsnprintf(problem->text, sizeof(problem->text), format, args);
    va_end(args);
    return err;
}
