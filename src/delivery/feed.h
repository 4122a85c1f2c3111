// SPDX-License-Identifier: Apache-2.0
// Which readers are connected to a source, as they know it themselves: so that a record finds
// its readers.
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "delivery/routes.h"

struct reader;

// One for each source that somebody is connected to.
struct feed {
    char source_id[32];
    struct list subscriptions; // struct subscription.in_feed
};

struct subscription {
    struct list_node in_feed;
    struct feed *feed;
    struct reader *reader;
};

// Those of one reader.
struct subscriptions {
    struct subscription *items;
    size_t count;
};

// Takes over what is connected now. feeds: source id → struct feed.
void subscriptions_update(struct subscriptions *subscriptions, struct map *feeds,
                          struct reader *reader, const struct routes *routes);
void subscriptions_done(struct subscriptions *subscriptions, struct map *feeds);
