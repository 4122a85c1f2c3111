// SPDX-License-Identifier: Apache-2.0
// From sources to readers.
#include "delivery/feed.h"

#include "base/mem.h"

void subscriptions_done(struct subscriptions *subscriptions, struct map *feeds)
{
    for (size_t i = 0; i < subscriptions->count; i++) {
        struct feed *feed = subscriptions->items[i].feed;
        list_remove(&subscriptions->items[i].in_feed);
        if (!list_is_empty(&feed->subscriptions))
            continue;
        (void)map_remove(feeds, str_of(feed->source_id));
        mem_free(feed);
    }
    mem_free(subscriptions->items);
    *subscriptions = (struct subscriptions){ 0 };
}

static struct feed *feed_of(struct map *feeds, str source_id)
{
    struct feed *feed = map_get(feeds, source_id);
    if (feed)
        return feed;
    feed = NEW(struct feed);
    bool fits = str_copy(source_id, feed->source_id, sizeof(feed->source_id));
    assert(fits);
    (void)fits;
    list_init(&feed->subscriptions);
    (void)map_put(feeds, str_of(feed->source_id), feed);
    return feed;
}

void subscriptions_update(struct subscriptions *subscriptions, struct map *feeds,
                          struct reader *reader, const struct routes *routes)
{
    subscriptions_done(subscriptions, feeds);
    subscriptions->items = mem_zalloc(routes->count + 1, sizeof(*subscriptions->items));
    for (size_t i = 0; i < routes->count; i++) {
        if (!routes->items[i].is_connected)
            continue;
        struct subscription *subscription = &subscriptions->items[subscriptions->count++];
        subscription->reader = reader;
        subscription->feed = feed_of(feeds, str_of(routes->items[i].source_id));
        list_add_last(&subscription->feed->subscriptions, &subscription->in_feed);
    }
}
