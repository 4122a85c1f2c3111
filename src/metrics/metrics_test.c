// SPDX-License-Identifier: Apache-2.0
// Unit tests of metrics.c. The slots belong to the process, so tests look at differences.
#include "base/test.h"

#include <pthread.h>

#include "metrics/metrics.h"

static void every_row_of_the_table_is_well_formed(void **state)
{
    (void)state;
    for (enum metric metric = 0; metric < METRIC_COUNT; metric++) {
        const struct metric_info *info = metric_info(metric);
        str name = str_of(info->name), prose = str_of(info->prose);
        assert_true(str_starts(name, STR("pintle_")));
        assert_int_equal(str_ends(name, STR("_total")), info->kind == METRIC_COUNTER);
        assert_true(str_ends(prose, STR(".")));
        assert_int_equal(str_find(prose, '\n') + str_find(prose, '\\'), 2 * prose.len);
        assert_int_equal(info->label != NULL, info->values[0] != '\0');
        for (enum metric other = 0; other < metric; other++)
            assert_string_not_equal(info->name, metric_info(other)->name);
    }
}

static void a_status_is_counted_in_its_class(void **state)
{
    (void)state;
    static const struct {
        int status;
        size_t index;
    } rows[] = { { 0, 0 },   { 101, 0 }, { 200, 1 }, { 204, 1 },
                 { 302, 2 }, { 404, 3 }, { 503, 4 } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t before = metric_value(METRIC_API_REQUESTS, rows[i].index);
        metric_add_status(METRIC_API_REQUESTS, rows[i].status);
        assert_int_equal(metric_value(METRIC_API_REQUESTS, rows[i].index), before + 1);
    }
}

static int64_t read_number(void *ctx)
{
    return *(int64_t *)ctx;
}

static void readers_are_summed_and_forgotten(void **state)
{
    (void)state;
    int64_t numbers[2] = { 30, 12 };
    struct metric_reader first = {
        METRIC_HTTP_CONNECTIONS, 0, read_number, &numbers[0], { 0 }
    };
    struct metric_reader second = {
        METRIC_HTTP_CONNECTIONS, 0, read_number, &numbers[1], { 0 }
    };
    metric_set_at(METRIC_HTTP_CONNECTIONS, 0, 100);
    metric_reader_add(&first);
    metric_reader_add(&second);
    assert_int_equal(metric_value(METRIC_HTTP_CONNECTIONS, 0), 142);
    numbers[1] = 0;
    metric_reader_remove(&first);
    assert_int_equal(metric_value(METRIC_HTTP_CONNECTIONS, 0), 100);
    metric_reader_remove(&second);
    metric_reader_remove(&second); // once more does nothing
}

static bool has(const struct buf *out, const char *line)
{
    return str_find_str(buf_str(out), str_of(line)) < out->len;
}

static void the_exposition_is_that_of_prometheus(void **state)
{
    (void)state;
    metric_set_at(METRIC_BUDGET_USED, BUDGET_RESPONSES, 4096);
    metric_set_at(METRIC_GATEWAY_WAITING, 0, 7);
    metric_add(METRIC_GATEWAY_WAITING, -2);
    AUTO(buf_done) struct buf out = { 0 };
    metrics_write(&out);
    assert_true(has(&out, "# TYPE pintle_gateway_requests_total counter\n"
                          "pintle_gateway_requests_total{status=\"1xx\"} 0\n"
                          "pintle_gateway_requests_total{status=\"2xx\"} 0\n"));
    assert_true(has(&out, "# HELP pintle_gateway_waiting_requests Ingestion requests that wait "
                          "for the disk.\n# TYPE pintle_gateway_waiting_requests gauge\n"
                          "pintle_gateway_waiting_requests 5\n"));
    assert_true(has(&out, "\npintle_budget_used_bytes{budget=\"windows\"} 0\n"
                          "pintle_budget_used_bytes{budget=\"responses\"} 4096\n"));
    assert_true(str_ends(buf_str(&out), STR("\n")));
}

enum { THREADS = 4, ROUNDS = 20000 };

static void *count_up(void *ctx)
{
    (void)ctx;
    for (int i = 0; i < ROUNDS; i++)
        metric_add(METRIC_GATEWAY_EVENTS, 3);
    return NULL;
}

static void no_count_is_lost_between_threads(void **state)
{
    (void)state;
    int64_t before = metric_value(METRIC_GATEWAY_EVENTS, 0);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_up, NULL), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    int64_t counted = metric_value(METRIC_GATEWAY_EVENTS, 0) - before;
    assert_int_equal(counted, 3 * THREADS * ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_table_is_well_formed),
        cmocka_unit_test(a_status_is_counted_in_its_class),
        cmocka_unit_test(readers_are_summed_and_forgotten),
        cmocka_unit_test(the_exposition_is_that_of_prometheus),
        cmocka_unit_test(no_count_is_lost_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
