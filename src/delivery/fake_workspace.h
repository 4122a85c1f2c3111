// SPDX-License-Identifier: Apache-2.0
// A workspace for delivery's tests.
#pragma once

#include <pthread.h>

#include "workspace/rules.h"

struct workspace *fake_workspace_new(void);
void fake_workspace_free(struct workspace *workspace); // its view must be closed

// Publishes the sources "src" and "other" and the webhook destination "dest" with the given
// config, connected to each source from the given record on (0: not connected).
void fake_workspace_publish(struct workspace *workspace, const uint64_t from[2],
                            const char *config);

// Another workspace: webhooks, each with its own URL, connected as `links` say, which are
// sorted by destination and source. What is in no link is not there.
struct fake_link {
    const char *source;
    const char *destination;
    uint64_t from;
};
void fake_workspace_publish_links(struct workspace *workspace, const struct fake_link *links,
                                  size_t count, int port);

// The sources of what is published from here on are transient ones.
void fake_workspace_make_transient(struct workspace *workspace);

// The events with this hash of their userId are not wanted any more, at once; 0: all are.
void fake_workspace_suppress(uint64_t user_hash);
