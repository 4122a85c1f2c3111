// SPDX-License-Identifier: Apache-2.0
// A load of events on a server's ingestion endpoints, begun at intended times whatever the
// answers do (an open loop), and the account of what was acknowledged. One thread, which the
// caller lends.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "load/histogram.h"

enum {
    LOAD_EVENTS_MAX = 100000000,
    LOAD_BATCH_MAX = 1000,
    LOAD_BATCHES_MAX = 16,
    LOAD_CONNECTIONS_MAX = 4096,
    LOAD_EVENT_BYTES_MAX = 30000,
    LOAD_RUN_LEN = 16,
    LOAD_NUMBER_LEN = 12, // digits of an event's number in its messageId
};

struct load_result;

struct load_plan {
    str url;            // http(s)://HOST:PORT, perhaps with a path in front of /v1
    str ca_file;        // PEM of who vouches for the server; empty: the system's
    str write_key;      // of the source that gets the events
    bool is_own_server; // false: only loopback addresses are loaded
    uint64_t rate;      // events to begin in a second
    uint64_t seconds;
    uint64_t connections;
    uint64_t patience_s;              // with a server that is gone
    uint64_t users;                   // different userIds
    uint64_t hot_percent;             // events of one single user
    uint64_t gzip_percent;            // requests that are packed
    uint64_t event_bytes;             // about
    size_t batches[LOAD_BATCHES_MAX]; // events of the requests, in turn; 1 goes to /v1/track
    size_t batch_count;
    void (*on_second)(const struct load_result *so_far, void *ctx); // may be NULL
    // Whether somebody wants it to end: nothing more is begun then, and what is under way has a
    // few seconds. Asked at least once a second, and after each signal. May be NULL.
    bool (*is_unwanted)(void *ctx);
    void *ctx;
};

// Times in microseconds. An event's messageId is "RUN-NUMBER", with LOAD_NUMBER_LEN digits.
struct load_result {
    char run[LOAD_RUN_LEN + 1];
    uint64_t event_count; // of the whole plan; numbers are below
    uint64_t begun_events, acknowledged_events;
    uint64_t begun_requests, acknowledged_requests;
    uint64_t refused_requests[6]; // by class of status; [0]: no answer
    uint64_t sent_bytes;          // bodies, as sent
    char first_refusal[160];      // what the first answer but 200 said
    struct histogram *latency;    // of requests with 200, from the intended time
    struct histogram *late; // begun behind the intended time though a connection was free:
                            // what this machine, not the server, was late
    uint8_t *acknowledged;  // a bit for each event
    double elapsed_s;       // until the last answer
    bool is_given_up;       // nobody was there for patience_s: the rest was not begun
    bool is_interrupted;    // by is_unwanted: the same
};
bool load_is_acknowledged(const struct load_result *result, uint64_t number);

// ERR_INVALID: the URL, the file; ERR_FORBIDDEN: not a loopback address, and not said to be
// one's own; ERR_IO: cannot be connected to. What goes wrong later stands in the result.
enum err load_run(const struct load_plan *plan, struct load_result *ret_result,
                  struct problem *ret_problem);
void load_result_done(struct load_result *result);
