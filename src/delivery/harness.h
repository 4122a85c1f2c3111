// SPDX-License-Identifier: Apache-2.0
// For delivery's tests: a real journal, real cursors and outcomes in a directory of their own,
// a workspace that the test publishes by hand, and an HTTP server that answers as it is told.
// Waiting is on events with a deadline; nothing sleeps.
#pragma once

#include <pthread.h>

#include "base/test.h"
#include "delivery/delivery.h"
#include "os/fault.h"

enum { HITS_MAX = 512, LOG_MAX = 64 };

// One request that arrived.
struct hit {
    char line[256]; // "POST /a HTTP/1.1"
    char headers[2048];
    char body[2048];
};

enum {
    ANSWER_HANG = 0,   // keeps the connection open and says nothing
    ANSWER_BREAK = -1, // closes the connection
};

struct harness {
    struct fault *disk;
    struct journal *journal;
    struct cursors *cursors;
    struct outcome *outcome;
    struct workspace *workspace;
    struct egress *egress;
    struct observer observer; // keeps what it is told in `told`
    struct clock clock;       // the system's, with the wall clock set wrong
    _Atomic int64_t wall_ahead_ms;
    struct delivery_settings settings;
    struct delivery *delivery;

    int listen_fd;
    int port;
    pthread_t server;
    // What to answer to the n-th request (from 0): a status or one of the above.
    int (*answer)(struct harness *harness, const struct hit *hit, size_t n);
    const char *answer_headers; // complete lines

    pthread_mutex_t lock;
    pthread_cond_t changed;
    // Guarded:
    struct hit hits[HITS_MAX];
    size_t hit_count;
    bool is_server_stopping;
    struct outcome_watch watch; // of destination "dest"
    size_t delivered, retried, failed, dropped;
    char last_live[OUTCOME_LIVE_BYTES + 1];
    char told[LOG_MAX][128];
    size_t told_count;
};

int harness_open(void **state);  // everything but the delivery
int harness_close(void **state); // stops the delivery if it runs
#define STORY(test) cmocka_unit_test_setup_teardown(test, harness_open, harness_close)

// Answers: 422 to events called "bad"; 500 to those called "slow" until answer_headers is set;
// the first connection breaks.
int harness_refuse_bad(struct harness *harness, const struct hit *hit, size_t n);
int harness_fail_until_told(struct harness *harness, const struct hit *hit, size_t n);
int harness_break_first(struct harness *harness, const struct hit *hit, size_t n);

// (Re)opens what has files, as after a restart of the process. The delivery must be stopped.
void harness_reopen(struct harness *harness);
// As after a power cut: what was not synced is gone. The delivery must be stopped.
void harness_power_cut(struct harness *harness);

void harness_start(struct harness *harness);
void harness_stop(struct harness *harness);

// Publishes a workspace with the sources "src" and "other" and the webhook destination "dest",
// connected from the given record on (0: not connected), with further settings as JSON
// (",\"x\":1" or "").
void harness_publish(struct harness *harness, uint64_t src_from, uint64_t other_from,
                     const char *more_settings);
// The same with the destination's URL chosen by the test.
void harness_publish_url(struct harness *harness, uint64_t src_from, const char *url);

// Appends a record with one event {"type":"track","event":name,…} and waits until it is
// durable. user: any text, "" for none.
void harness_append(struct harness *harness, const char *source, const char *user,
                    const char *name);
// As it stands in the tables of those records.
uint64_t harness_user_hash(const char *user);
// One record of two thirds of a segment, from the source "other".
enum err harness_append_bulk(struct harness *harness);
// One record with `count` events of alternating users, named prefix0, prefix1 …
void harness_append_batch(struct harness *harness, const char *prefix, uint32_t count,
                          uint8_t flags_of_first);

// Wait for at least so many; fail when nothing happens any more.
void harness_wait_hits(struct harness *harness, size_t count);
enum live_kind { LIVE_DELIVERED, LIVE_RETRIED, LIVE_FAILED, LIVE_DROPPED };
void harness_wait_live(struct harness *harness, enum live_kind kind, size_t count);
// Until the destination's reader has come to its end.
void harness_wait_no_cursor(struct harness *harness, const char *destination);
void harness_wait_told(struct harness *harness, const char *what);

size_t harness_hits(struct harness *harness);
// The event names of all hits, in order, separated by spaces. In the arena.
str harness_names(struct harness *harness, struct arena *arena);
void harness_assert_names(struct harness *harness, const char *expected);

// Dead letters of the destination, newest first.
size_t harness_letters(struct harness *harness, struct arena *arena,
                       struct dead_letter **ret_letters);
// The only one there must be.
const struct dead_letter *harness_letter(struct harness *harness, struct arena *arena);

// What was counted for the destination in the last minutes.
uint64_t harness_count(struct harness *harness, enum outcome_counter counter);
