// SPDX-License-Identifier: Apache-2.0
// Counters and gauges of the process, and their exposition for Prometheus (text format 0.0.4).
// The table is metrics_table.h. Everything here may be called from any thread.
#pragma once

#include "base/base.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/str.h"
#include "metrics/metrics_table.h"

enum metric {
#define X(id, name, kind, unit, prose, label, values) id,
    METRIC_TABLE(X)
#undef X
        METRIC_COUNT,
};

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE };

struct metric_info {
    const char *name;
    enum metric_kind kind;
    const char *unit; // "" if it has none
    const char *prose;
    const char *label;  // NULL: one value without a label
    const char *values; // of the label, with a space between
};
const struct metric_info *metric_info(enum metric metric);

enum mail_outcome { MAIL_SENT, MAIL_RETRIED, MAIL_FAILED };
enum metric_budget { BUDGET_BODIES, BUDGET_COMMIT_QUEUE, BUDGET_WINDOWS, BUDGET_RESPONSES };

// Adds to a counter, or to a gauge (by may be negative there).
void metric_add(enum metric metric, int64_t by);

// The same where the metric has a label: index into its values.
void metric_add_at(enum metric metric, size_t label_index, int64_t by);

// Counts one answer with this HTTP status in a metric whose label is the class of status. 0 (no
// answer) counts as 1xx.
void metric_add_status(enum metric metric, int status);

// Sets a gauge; index 0 if it has no label.
void metric_set_at(enum metric metric, size_t label_index, int64_t value);

// A value that somebody else keeps: read when the metrics are written. Several for one metric,
// and what was added by the calls above, are summed. Embedded in its owner; read is called with
// a lock held and must not call anything of this room.
struct metric_reader {
    enum metric metric;
    size_t label_index;
    int64_t (*read)(void *ctx);
    void *ctx;
    struct list_node node;
};
void metric_reader_add(struct metric_reader *reader);
// read is not running and never will when this returns.
void metric_reader_remove(struct metric_reader *reader);

// The value as it would be written now.
int64_t metric_value(enum metric metric, size_t label_index);

// Appends all metrics in Prometheus' text format.
void metrics_write(struct buf *out);
