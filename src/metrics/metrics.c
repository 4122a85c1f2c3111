// SPDX-License-Identifier: Apache-2.0
// Metric slots and their exposition.
#include "metrics/metrics.h"

#include <pthread.h>
#include <stdatomic.h>

enum { LABEL_VALUES_MAX = 7, CACHE_LINE_BYTES = 64 };

static const struct metric_info infos[METRIC_COUNT] = {
#define X(id, name_, kind_, unit_, prose_, label_, values_)                                    \
    [id] = { .name = (name_),                                                                  \
             .kind = METRIC_##kind_,                                                           \
             .unit = (unit_),                                                                  \
             .prose = (prose_),                                                                \
             .label = (label_),                                                                \
             .values = (values_) },
    METRIC_TABLE(X)
#undef X
};

// A line of its own for each metric: threads that count different things do not meet.
struct slots {
    _Alignas(CACHE_LINE_BYTES) atomic_int_least64_t values[LABEL_VALUES_MAX + 1];
};
_Static_assert(sizeof(struct slots) == CACHE_LINE_BYTES, "one cache line");

static struct slots slots[METRIC_COUNT];
static struct list readers = { .head = { .next = &readers.head, .prev = &readers.head } };
static pthread_mutex_t readers_lock = PTHREAD_MUTEX_INITIALIZER;

const struct metric_info *metric_info(enum metric metric)
{
    assert((size_t)metric < METRIC_COUNT);
    return &infos[metric];
}

static size_t count_of_values(enum metric metric)
{
    const struct metric_info *info = metric_info(metric);
    if (!info->label)
        return 1;
    size_t count = 1;
    for (const char *at = info->values; *at; at++)
        count += *at == ' ';
    assert(count <= LABEL_VALUES_MAX);
    return count;
}

static atomic_int_least64_t *slot_of(enum metric metric, size_t label_index)
{
    assert((size_t)metric < METRIC_COUNT && label_index < LABEL_VALUES_MAX);
    return &slots[metric].values[label_index];
}

void metric_add(enum metric metric, int64_t by)
{
    metric_add_at(metric, 0, by);
}

void metric_add_at(enum metric metric, size_t label_index, int64_t by)
{
    assert(by >= 0 || infos[metric].kind == METRIC_GAUGE);
    (void)atomic_fetch_add_explicit(slot_of(metric, label_index), by, memory_order_relaxed);
}

void metric_add_status(enum metric metric, int status)
{
    assert(status >= 0 && status < 600);
    metric_add_at(metric, status < 200 ? 0 : (size_t)status / 100 - 1, 1);
}

void metric_set_at(enum metric metric, size_t label_index, int64_t value)
{
    assert(infos[metric].kind == METRIC_GAUGE);
    atomic_store_explicit(slot_of(metric, label_index), value, memory_order_relaxed);
}

static void lock(void)
{
    int failed = pthread_mutex_lock(&readers_lock);
    assert(!failed);
    (void)failed;
}

static void unlock(void)
{
    int failed = pthread_mutex_unlock(&readers_lock);
    assert(!failed);
    (void)failed;
}

void metric_reader_add(struct metric_reader *reader)
{
    assert(reader->read && reader->label_index < count_of_values(reader->metric));
    lock();
    list_add_last(&readers, &reader->node);
    unlock();
}

void metric_reader_remove(struct metric_reader *reader)
{
    lock();
    list_remove(&reader->node);
    unlock();
}

// With the lock held.
static int64_t value_of(enum metric metric, size_t label_index)
{
    int64_t sum = atomic_load_explicit(slot_of(metric, label_index), memory_order_relaxed);
    LIST_EACH (&readers, node) {
        const struct metric_reader *reader = CONTAINER_OF(node, struct metric_reader, node);
        if (reader->metric == metric && reader->label_index == label_index)
            sum += reader->read(reader->ctx);
    }
    return sum;
}

int64_t metric_value(enum metric metric, size_t label_index)
{
    lock();
    int64_t value = value_of(metric, label_index);
    unlock();
    return value;
}

static void write_values(enum metric metric, struct buf *out)
{
    const struct metric_info *info = metric_info(metric);
    str values = str_of(info->values), value;
    for (size_t i = 0; i < count_of_values(metric); i++) {
        buf_addf(out, "%s", info->name);
        if (info->label && str_next(&values, ' ', &value))
            buf_addf(out, "{%s=\"%" PRIstr "\"}", info->label, STR_ARG(value));
        buf_addf(out, " %lld\n", (long long)value_of(metric, i));
    }
}

void metrics_write(struct buf *out)
{
    lock();
    for (enum metric metric = 0; metric < METRIC_COUNT; metric++) {
        const struct metric_info *info = metric_info(metric);
        buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", info->name, info->prose, info->name,
                 info->kind == METRIC_COUNTER ? "counter" : "gauge");
        write_values(metric, out);
    }
    unlock();
}
