// SPDX-License-Identifier: Apache-2.0
// Names to addresses by c-ares on a loop, remembered for their time to live; inside of the http
// room. Questions about one name that is being asked for share one query.
#pragma once

#include <netinet/in.h>

#include "base/base.h"
#include "base/list.h"
#include "base/str.h"
#include "loop/loop.h"

enum { RESOLVED_MAX = 16 };

union ip_address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

struct resolved {
    union ip_address addresses[RESOLVED_MAX];
    size_t count;
    bool is_literal;     // it was an address already
    const char *failure; // when count is 0: a phrase such as "Domain name not found"
};

// When text is an address and no name.
bool resolved_literal(str text, struct resolved *ret_resolved);

// Embedded in whoever asks.
struct resolver_question {
    struct list_node node;
    // resolved is valid during the call only.
    void (*done)(struct resolver_question *question, const struct resolved *resolved);
};

struct resolver;

struct resolver *resolver_new(struct loop *loop);
// No question may be open.
void resolver_free(struct resolver *resolver);

// Name servers instead of those of /etc/resolv.conf, as "127.0.0.1:5353,…"; for tests.
bool resolver_servers_set(struct resolver *resolver, const char *servers);

// Names that are remembered or being asked for.
size_t resolver_names_count(const struct resolver *resolver);

// Calls done, now (when the answer is known) or from a later turn of the loop.
void resolver_ask(struct resolver *resolver, str name, struct resolver_question *question);
void resolver_cancel(struct resolver_question *question); // done is not called
