// SPDX-License-Identifier: Apache-2.0
// For unit tests: a server on a loop and thread of its own, and a plain socket client.
#pragma once

#include "base/test.h"

#include <pthread.h>

#include "http/router.h"
#include "http/server.h"
#include "loop/loop.h"

struct rig {
    struct loop *loop;
    struct http_router *router;
    struct http_server *server;
    pthread_t thread;
    char address[64];
    uint16_t port;
    struct loop_post post; // for rig_call
    void (*call)(struct rig *rig);
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_called;
    int tls_fd; // for rig_listen_tls
    struct http_tls *tls;
};

void rig_start(struct rig *rig, const struct http_family *families, size_t count,
               const struct http_server_limits *limits);
// listen_fd instead of a port of its own.
void rig_start_on(struct rig *rig, int listen_fd, const struct http_family *families,
                  size_t count, const struct http_server_limits *limits);
void rig_stop(struct rig *rig);
// Listens with TLS as well, and from here on rig_connect goes there.
void rig_listen_tls(struct rig *rig, struct http_tls *tls);

// Runs call on the loop's thread and waits for its end.
void rig_call(struct rig *rig, void (*call)(struct rig *rig));

// A connected blocking socket whose reads fail the test when patience ends.
int rig_connect(const struct rig *rig);

void peer_send(int fd, str bytes);

// Reads one answer: head and as much body as Content-Length says (is_head: none). The text is
// the arena's; empty when the peer closed.
str peer_answer(int fd, struct arena *arena, bool is_head);

// Reads until the peer closes; "(open)" is appended when it did not in time.
str peer_rest(int fd, struct arena *arena);

// Sends bytes on a connection of its own and reads until it is closed.
str rig_exchange(const struct rig *rig, struct arena *arena, str bytes);

int answer_status(str answer);
str answer_body(str answer);
bool answer_has(str answer, const char *text);
