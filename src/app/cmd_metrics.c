// SPDX-License-Identifier: Apache-2.0
// `pintle metrics`: every metric that /metrics gives.
#include "app/command.h"
#include "metrics/metrics.h"

static const struct command_option options[] = {
    { "markdown", NULL, "Print the reference page instead", false },
    { 0 },
};

static const char *kind_word(enum metric_kind kind)
{
    switch (kind) {
    case METRIC_COUNTER:
        return "counter";
    case METRIC_GAUGE:
        return "gauge";
    }
    assert(!"a kind outside of the enum");
    return "";
}

static void print_row(const struct metric_info *info)
{
    (void)printf("| `%s` | %s | %s | ", info->name, kind_word(info->kind), info->unit);
    if (info->label)
        (void)printf("`%s`: %s", info->label, info->values);
    (void)printf(" | %s |\n", info->prose);
}

static void print_reference(void)
{
    (void)printf("# Metrics\n\nMade by `pintle metrics --markdown` from the table in "
                 "`src/metrics/metrics_table.h`.\n"
                 "`GET /metrics` gives them in Prometheus' text format to the addresses of "
                 "`metrics_allow`.\nCounters begin at 0 with each start of the process. How "
                 "to watch them: [monitoring.md](monitoring.md).\n\n"
                 "| Metric | Kind | Unit | Label | Meaning |\n|---|---|---|---|---|\n");
    for (enum metric metric = 0; metric < METRIC_COUNT; metric++)
        print_row(metric_info(metric));
}

static enum exit_code run(const struct invocation *invocation)
{
    if (invocation_option(invocation, "markdown").data) {
        print_reference();
        return EXIT_DONE;
    }
    for (enum metric metric = 0; metric < METRIC_COUNT; metric++) {
        const struct metric_info *info = metric_info(metric);
        (void)printf("%-42s %-8s %s\n", info->name, kind_word(info->kind), info->prose);
    }
    return EXIT_DONE;
}

const struct command command_metrics = {
    .name = "metrics",
    .summary = "Show every metric that /metrics gives, and what it means",
    .options = options,
    .run = run,
};
