// SPDX-License-Identifier: Apache-2.0
// `pintle bench`: how much a server takes and how long it makes clients wait, with an account
// of what it acknowledged.
#include <unistd.h>

#include "app/bench_check.h"
#include "app/command.h"
#include "app/datadir.h"
#include "app/signals.h"
#include "codec/json.h"
#include "load/load.h"

static const struct command_option options[] = {
    { "url", "URL", "The server; http://127.0.0.1:8080 unless given", false },
    { "ca-file", "FILE", "Certificates that vouch for an https server (the system's)", false },
    { "write-key", "KEY", "Of the source that gets the events", true },
    { "rate", "N", "Events to begin each second (1000)", false },
    { "seconds", "N", "For how long (10)", false },
    { "batch", "N,N…", "Events of a request; several: in turn; 1 goes to /v1/track (1)",
      false },
    { "connections", "N", "Requests under way at once, at most (64)", false },
    { "patience", "SECONDS", "To wait for a server that is gone (30)", false },
    { "users", "N", "Different userIds (10000)", false },
    { "hot-share", "PERCENT", "Events of one single user (0)", false },
    { "gzip-share", "PERCENT", "Requests that are packed (0)", false },
    { "bytes", "N", "Of an event, about (900)", false },
    { "check", NULL, "Then look in the journal of --data for all that was acknowledged",
      false },
    { "i-own-this-server", NULL, "Allow a server that is not on this machine", false },
    OPTION_JSON,
    { 0 },
};

// --- Options

struct number {
    const char *name;
    uint64_t fallback, least, most;
    size_t offset; // of the uint64_t in struct load_plan
};

static const struct number numbers[] = {
    { "rate", 1000, 1, 10000000, offsetof(struct load_plan, rate) },
    { "seconds", 10, 1, 86400, offsetof(struct load_plan, seconds) },
    { "connections", 64, 1, LOAD_CONNECTIONS_MAX, offsetof(struct load_plan, connections) },
    { "patience", 30, 1, 86400, offsetof(struct load_plan, patience_s) },
    { "users", 10000, 1, 1000000000, offsetof(struct load_plan, users) },
    { "hot-share", 0, 0, 100, offsetof(struct load_plan, hot_percent) },
    { "gzip-share", 0, 0, 100, offsetof(struct load_plan, gzip_percent) },
    { "bytes", 900, 0, LOAD_EVENT_BYTES_MAX, offsetof(struct load_plan, event_bytes) },
};

static enum exit_code read_numbers(const struct invocation *invocation, struct load_plan *plan)
{
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const struct number *number = &numbers[i];
        str text = invocation_option(invocation, number->name);
        uint64_t value = number->fallback;
        char wanted[80];
        (void)snprintf(wanted, sizeof(wanted), "must be a whole number from %llu to %llu",
                       (unsigned long long)number->least, (unsigned long long)number->most);
        bool is_good = !text.data || str_to_u64(text, &value);
        if (!is_good || value < number->least || value > number->most)
            return command_misuse(invocation, number->name, wanted);
        *(uint64_t *)(void *)((char *)plan + number->offset) = value;
    }
    if (plan->rate * plan->seconds > LOAD_EVENTS_MAX)
        return command_misuse(invocation, "seconds",
                              "makes, with this rate, more than 100 million events");
    return EXIT_DONE;
}

static bool read_batches(str text, struct load_plan *plan)
{
    str rest = text.data ? text : STR("1"), part;
    while (str_next(&rest, ',', &part)) {
        uint64_t size;
        if (plan->batch_count == LOAD_BATCHES_MAX || !str_to_u64(part, &size) || size < 1 ||
            size > LOAD_BATCH_MAX)
            return false;
        plan->batches[plan->batch_count++] = (size_t)size;
    }
    return plan->batch_count > 0;
}

// What --check will need must be there before the load, not behind it.
static enum exit_code expect_journal(const struct invocation *invocation)
{
    struct problem problem;
    bool is_checked = invocation_option(invocation, "check").data != NULL;
    if (is_checked && datadir_expect(invocation->settings->data, "journal/head", &problem))
        return command_fail(&problem);
    return EXIT_DONE;
}

static enum exit_code read_plan(const struct invocation *invocation, struct load_plan *plan)
{
    str url = invocation_option(invocation, "url");
    plan->url = url.data ? url : STR("http://127.0.0.1:8080");
    plan->ca_file = invocation_option(invocation, "ca-file");
    plan->write_key = invocation_option(invocation, "write-key");
    plan->is_own_server = invocation_option(invocation, "i-own-this-server").data != NULL;
    if (!read_batches(invocation_option(invocation, "batch"), plan))
        return command_misuse(invocation, "batch",
                              "must be up to 16 numbers from 1 to 1000 with commas between");
    enum exit_code code = read_numbers(invocation, plan);
    return code == EXIT_DONE ? expect_journal(invocation) : code;
}

// --- The account

static const struct percentile {
    const char *name;
    double share;
} percentiles[] = {
    { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p99.9", 0.999 }, { "max", 1 },
};

static double ms_at(const struct histogram *histogram, double share)
{
    return (double)histogram_at(histogram, share) / 1000;
}

static void print_refusals(const struct load_result *result)
{
    for (size_t i = 0; i < ARRAY_LEN(result->refused_requests); i++) {
        unsigned long long count = result->refused_requests[i];
        if (count && i == 0)
            (void)printf("no answer      %llu requests\n", count);
        else if (count)
            (void)printf("status %zuxx     %llu requests\n", i, count);
    }
    if (result->first_refusal[0])
        (void)printf("first refusal  %s\n", result->first_refusal);
}

static unsigned long long never_begun(const struct load_result *result)
{
    return result->event_count - result->begun_events;
}

static void print_result(const struct load_plan *plan, const struct load_result *result)
{
    (void)printf("run            %s\n", result->run);
    (void)printf("offered        %llu events in %llu requests, %llu events/s\n",
                 (unsigned long long)result->begun_events,
                 (unsigned long long)result->begun_requests, (unsigned long long)plan->rate);
    (void)printf("acknowledged   %llu events in %llu requests, %.0f events/s over %.2f s\n",
                 (unsigned long long)result->acknowledged_events,
                 (unsigned long long)result->acknowledged_requests,
                 (double)result->acknowledged_events / MAX(result->elapsed_s, 1e-9),
                 result->elapsed_s);
    (void)printf("latency ms   ");
    for (size_t i = 0; i < ARRAY_LEN(percentiles); i++)
        (void)printf("  %s %.2f", percentiles[i].name,
                     ms_at(result->latency, percentiles[i].share));
    (void)printf("\nbegun late ms  p99 %.2f  max %.2f (by this machine; counted above)\n",
                 ms_at(result->late, 0.99), ms_at(result->late, 1));
    print_refusals(result);
    if (result->is_given_up)
        (void)printf(
            "given up       %llu events were never begun: the server was gone for %llu s\n",
            never_begun(result), (unsigned long long)plan->patience_s);
    if (result->is_interrupted)
        (void)printf("interrupted    %llu events were never begun\n", never_begun(result));
}

static void print_stored(const struct bench_stored *stored)
{
    (void)printf("stored         %llu events, %llu of them without an answer, %llu twice\n"
                 "missing        %llu events that were acknowledged\n",
                 (unsigned long long)stored->stored, (unsigned long long)stored->unacknowledged,
                 (unsigned long long)stored->twice, (unsigned long long)stored->missing);
}

static void put_latencies(struct json *json, const char *key, const struct histogram *histogram)
{
    json_key(json, str_of(key));
    json_open_object(json);
    for (size_t i = 0; i < ARRAY_LEN(percentiles); i++)
        json_put_int(json, percentiles[i].name,
                     (int64_t)histogram_at(histogram, percentiles[i].share));
    json_close_object(json);
}

static void put_refusals(struct json *json, const struct load_result *result)
{
    json_key(json, STR("refusedRequests"));
    json_open_object(json);
    for (size_t i = 0; i < ARRAY_LEN(result->refused_requests); i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "%zuxx", i);
        json_put_int(json, i == 0 ? "noAnswer" : name, (int64_t)result->refused_requests[i]);
    }
    json_close_object(json);
    if (result->first_refusal[0])
        json_put_str(json, "firstRefusal", str_of(result->first_refusal));
}

// stored: NULL when nobody looked.
static void print_json(const struct load_plan *plan, const struct load_result *result,
                       const struct bench_stored *stored)
{
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    json_open_object(&json);
    json_put_str(&json, "run", str_of(result->run));
    json_put_int(&json, "offeredEventsPerSecond", (int64_t)plan->rate);
    json_put_int(&json, "offeredEvents", (int64_t)result->begun_events);
    json_put_int(&json, "offeredRequests", (int64_t)result->begun_requests);
    json_put_int(&json, "neverBegunEvents", (int64_t)never_begun(result));
    json_put_bool(&json, "isInterrupted", result->is_interrupted);
    json_put_int(&json, "acknowledgedEvents", (int64_t)result->acknowledged_events);
    json_put_int(&json, "acknowledgedRequests", (int64_t)result->acknowledged_requests);
    json_put_int(&json, "elapsedMs", (int64_t)(result->elapsed_s * 1000));
    json_put_int(&json, "sentBytes", (int64_t)result->sent_bytes);
    put_latencies(&json, "latencyUs", result->latency);
    put_latencies(&json, "begunLateUs", result->late);
    put_refusals(&json, result);
    if (stored) {
        json_put_int(&json, "storedEvents", (int64_t)stored->stored);
        json_put_int(&json, "storedUnacknowledgedEvents", (int64_t)stored->unacknowledged);
        json_put_int(&json, "storedTwiceEvents", (int64_t)stored->twice);
        json_put_int(&json, "missingEvents", (int64_t)stored->missing);
    }
    json_close_object(&json);
    (void)printf("%" PRIstr "\n", STR_ARG(buf_str(&out)));
}

// One line that is written over; only where somebody looks on.
static void show_progress(const struct load_result *so_far, void *ctx)
{
    (void)ctx;
    (void)fprintf(stderr, "\r%3.0f %%  %llu events acknowledged, p99 %.2f ms, %llu refused ",
                  100.0 * (double)so_far->begun_events / (double)so_far->event_count,
                  (unsigned long long)so_far->acknowledged_events, ms_at(so_far->latency, 0.99),
                  (unsigned long long)(so_far->begun_requests - so_far->acknowledged_requests));
}

static enum exit_code account(const struct invocation *invocation, const struct load_plan *plan,
                              const struct load_result *result)
{
    bool is_json = invocation_option(invocation, "json").data != NULL;
    bool is_checked = invocation_option(invocation, "check").data != NULL;
    struct bench_stored stored = { 0 };
    struct problem problem;
    if (!is_json)
        print_result(plan, result);
    if (is_checked && bench_check(invocation->settings->data, result, &stored, &problem))
        return command_fail(&problem);
    if (is_json)
        print_json(plan, result, is_checked ? &stored : NULL);
    else if (is_checked)
        print_stored(&stored);
    if (result->is_interrupted && stored.missing == 0)
        return EXIT_INTERRUPTED;
    bool is_all = result->acknowledged_events == result->event_count;
    return is_all && stored.missing == 0 ? EXIT_DONE : EXIT_FAILED;
}

static bool is_unwanted(void *ctx)
{
    (void)ctx;
    return signals_asked_to_stop() != 0;
}

static enum exit_code run(const struct invocation *invocation)
{
    struct load_plan plan = { 0 };
    struct load_result result = { 0 };
    struct problem problem;
    enum exit_code code = read_plan(invocation, &plan);
    if (code != EXIT_DONE)
        return code;
    bool is_watched = isatty(STDERR_FILENO) != 0;
    plan.on_second = is_watched ? show_progress : NULL;
    plan.is_unwanted = is_unwanted;
    signals_remember_stop(true);
    enum err err = load_run(&plan, &result, &problem);
    signals_remember_stop(false);
    if (is_watched && !err)
        (void)fprintf(stderr, "\n");
    if (err == ERR_FORBIDDEN)
        return command_misuse(invocation, "url",
                              "is not on this machine, and a load on somebody else's server is "
                              "an attack. If it is yours, add --i-own-this-server");
    if (err)
        return command_fail(&problem);
    code = account(invocation, &plan, &result);
    load_result_done(&result);
    return code;
}

const struct command command_bench = {
    .name = "bench",
    .summary = "Send a load of events to a server and tell what it took and how long it took",
    .prose =
        "Events begin at their times whatever the answers do; latency counts from there, so\n"
        "a server that stalls is charged for all that had to wait. They are real events: use\n"
        "a source made for it. Exit code 1: not all were acknowledged, or --check misses one.\n"
        "Ctrl-C (or SIGTERM) ends it early, with the account of what ran and exit code 130; a\n"
        "second one ends it at once.",
    .options = options,
    .run = run,
};
