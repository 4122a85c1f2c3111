// SPDX-License-Identifier: Apache-2.0
// `pintle settings`: every setting, its value and where the value comes from.
#include <inttypes.h>

#include "app/command.h"

static const struct command_option options[] = {
    { "markdown", NULL, "Print the reference page instead", false },
    { 0 },
};

static void print_bounds(const struct setting_row *row)
{
    int64_t least, most;
    if (row->kind != SETTING_INT || !setting_bounds(row, &least, &most))
        return;
    if (most == INT64_MAX)
        (void)printf(" (at least %" PRId64 ")", least);
    else
        (void)printf(" (%" PRId64 " to %" PRId64 ")", least, most);
}

static void print_reference(void)
{
    (void)printf("# Settings\n\nMade by `pintle settings --markdown` from the table in "
                 "`src/app/settings.h`.\nPrecedence: flag, environment, file, default.\n\n"
                 "| Flag and environment | Default | Meaning |\n|---|---|---|\n");
    for (const struct setting_row *row = setting_rows; row->name; row++) {
        (void)printf("| `--");
        for (const char *c = row->name; *c; c++)
            (void)putchar(*c == '_' ? '-' : *c);
        (void)printf("`<br>`PINTLE_");
        for (const char *c = row->name; *c; c++)
            (void)putchar(*c == '_' ? '_' : *c - 'a' + 'A');
        (void)printf("` | %s%s%s | %s", *row->fallback ? "`" : "", row->fallback,
                     *row->fallback ? "`" : "", row->prose);
        print_bounds(row);
        (void)printf(" |\n");
    }
}

static enum exit_code run(const struct invocation *invocation)
{
    if (invocation_option(invocation, "markdown").data) {
        print_reference();
        return EXIT_DONE;
    }
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; setting_rows[i].name; i++) {
        str value = settings_text(invocation->reader, i, arena);
        (void)printf("%-24s %-24" PRIstr " (%s)\n", setting_rows[i].name, STR_ARG(value),
                     setting_origin_word(settings_origin(invocation->reader, i)));
    }
    return EXIT_DONE;
}

const struct command command_settings = {
    .name = "settings",
    .summary = "Show every setting, its value and where it comes from",
    .options = options,
    .takes_all_settings = true,
    .run = run,
};
