// SPDX-License-Identifier: Apache-2.0
// The window: a queue per user key, the list of ready events, the heap of parked ones.
#include "delivery/window.h"

#include "base/map.h"
#include "base/mem.h"
#include "delivery/parked.h"

struct window_key {
    uint64_t key;
    struct list queue; // of window_link.node, in the order of the journal
};

struct window {
    struct window_limits limits;
    const size_t *used_bytes;
    struct map *keys;     // key → struct window_key
    struct list in_order; // every event
    struct list ready;
    struct parked parked;
    struct window_counts counts;
};

struct window *window_new(const struct window_limits *limits, const size_t *used_bytes)
{
    struct window *window = NEW(struct window);
    window->limits = *limits;
    window->used_bytes = used_bytes;
    window->keys = map_new();
    list_init(&window->in_order);
    list_init(&window->ready);
    return window;
}

bool window_has_room(const struct window *window)
{
    const struct window_counts *counts = &window->counts;
    // One event goes in whatever its record weighs, or a record above the bound would never
    // move.
    bool has_bytes = counts->held == 0 || *window->used_bytes < window->limits.bytes;
    return has_bytes && counts->held < window->limits.events &&
           counts->parked + counts->shelved < window->limits.parked;
}

struct window_counts window_counts(const struct window *window)
{
    return window->counts;
}

// --- Queues of keys

static struct window_event *event_at(struct list_node *node)
{
    return CONTAINER_OF(node, struct window_link, node)->event;
}

static void queue_join(struct window *window, struct window_event *event, size_t slot,
                       uint64_t key_value)
{
    struct window_key *key = map_get_u64(window->keys, key_value);
    if (!key) {
        key = NEW(struct window_key);
        key->key = key_value;
        list_init(&key->queue);
        (void)map_put_u64(window->keys, key_value, key);
    }
    struct window_link *link = &event->links[slot];
    link->key = key;
    link->event = event;
    list_add_last(&key->queue, &link->node);
}

static void key_free(struct window *window, struct window_key *key)
{
    (void)map_remove_u64(window->keys, key->key);
    mem_free(key);
}

static bool is_first(const struct window_link *link)
{
    return !link->key || link->key->queue.head.next == &link->node;
}

static bool may_go(const struct window_event *event)
{
    return is_first(&event->links[0]) && is_first(&event->links[1]);
}

// --- Changes of state

static void make_ready(struct window *window, struct window_event *event)
{
    event->state = WINDOW_READY;
    window->counts.ready++;
    list_add_last(&window->ready, &event->in_ready);
}

static void shelve(struct window *window, struct window_event *event)
{
    event->state = WINDOW_SHELVED;
    window->counts.shelved++;
    block_release(TAKE(event->block));
}

// Shelves what waits behind the event in one queue and collects it in `found`. Behind one that
// is shelved everything is (or is in `found` and will be).
static void shelve_queue(struct window *window, struct window_link *link, struct list *found)
{
    if (!link->key)
        return;
    const struct list_node *end = &link->key->queue.head;
    for (struct list_node *node = link->node.next; node != end; node = node->next) {
        struct window_event *follower = event_at(node);
        if (follower->state == WINDOW_SHELVED)
            return;
        assert(follower->state == WINDOW_WAITING);
        window->counts.held--;
        shelve(window, follower);
        list_add_last(found, &follower->in_ready);
    }
}

// Waiting events are not in the ready list, so that their node there is free for this walk.
static void shelve_behind(struct window *window, struct window_event *event)
{
    struct list found;
    list_init(&found);
    for (;;) {
        shelve_queue(window, &event->links[0], &found);
        shelve_queue(window, &event->links[1], &found);
        struct list_node *next = list_take_first(&found);
        if (!next)
            return;
        event = CONTAINER_OF(next, struct window_event, in_ready);
    }
}

// An event whose turn may have come because the one before it has gone.
static void advance(struct window *window, struct window_key *key)
{
    struct window_event *event = event_at(key->queue.head.next);
    if (!may_go(event))
        return;
    switch (event->state) {
    case WINDOW_SHELVED:
        window->counts.shelved--;
        window->counts.held++;
        make_ready(window, event);
        return;
    case WINDOW_WAITING:
        make_ready(window, event);
        return;
    case WINDOW_READY: // by its other key, a moment ago
        return;
    case WINDOW_IN_FLIGHT:
    case WINDOW_PARKED:
        break;
    }
    assert(!"an event was on its way before its turn");
}

static bool is_behind_parked(const struct window_link *link)
{
    if (is_first(link))
        return false;
    enum window_state before = event_at(link->node.prev)->state;
    return before == WINDOW_PARKED || before == WINDOW_SHELVED;
}

// --- The door

struct window_event *window_admit(struct window *window, struct position position,
                                  const uint64_t keys[2], bool is_last, struct block *block)
{
    struct window_event *event = NEW(struct window_event);
    event->position = position;
    event->is_last = is_last;
    struct list_node *newest = window->in_order.head.prev;
    assert(list_is_empty(&window->in_order) ||
           position_cmp(CONTAINER_OF(newest, struct window_event, in_order)->position,
                        position) < 0);
    list_add_last(&window->in_order, &event->in_order);
    for (size_t i = 0; i < ARRAY_LEN(event->links); i++) {
        bool is_twice = i == 1 && keys[1] == keys[0];
        if (keys[i] && !is_twice)
            queue_join(window, event, i, keys[i]);
    }
    if (is_behind_parked(&event->links[0]) || is_behind_parked(&event->links[1])) {
        shelve(window, event);
        return event;
    }
    event->block = block ? block_hold(block) : NULL;
    window->counts.held++;
    if (may_go(event))
        make_ready(window, event);
    return event;
}

struct window_event *window_next(struct window *window)
{
    struct list_node *node = list_take_first(&window->ready);
    if (!node)
        return NULL;
    struct window_event *event = CONTAINER_OF(node, struct window_event, in_ready);
    assert(event->state == WINDOW_READY && may_go(event));
    event->state = WINDOW_IN_FLIGHT;
    window->counts.ready--;
    window->counts.in_flight++;
    return event;
}

void window_finish(struct window *window, struct window_event *event)
{
    assert(event->state == WINDOW_IN_FLIGHT);
    window->counts.in_flight--;
    window->counts.held--;
    list_remove(&event->in_order);
    struct window_key *keys[] = { event->links[0].key, event->links[1].key };
    list_remove(&event->links[0].node);
    list_remove(&event->links[1].node);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (keys[i] && list_is_empty(&keys[i]->queue))
            key_free(window, keys[i]);
        else if (keys[i])
            advance(window, keys[i]);
    }
    block_release(event->block);
    mem_free(event);
}

void window_park(struct window *window, struct window_event *event, int64_t due_ms)
{
    assert(event->state == WINDOW_IN_FLIGHT || event->state == WINDOW_READY);
    if (event->state == WINDOW_IN_FLIGHT) {
        window->counts.in_flight--;
    } else {
        window->counts.ready--;
        list_remove(&event->in_ready);
    }
    window->counts.held--;
    window->counts.parked++;
    event->state = WINDOW_PARKED;
    event->due_ms = due_ms;
    block_release(TAKE(event->block));
    parked_add(&window->parked, event);
    shelve_behind(window, event);
}

void window_put_back(struct window *window, struct window_event *event)
{
    assert(event->state == WINDOW_IN_FLIGHT);
    window->counts.in_flight--;
    window->counts.ready++;
    event->state = WINDOW_READY;
    list_add_first(&window->ready, &event->in_ready);
}

bool window_unpark_first(struct window *window)
{
    if (!parked_first(&window->parked))
        return false;
    struct window_event *event = parked_take_first(&window->parked);
    assert(event->state == WINDOW_PARKED && may_go(event));
    window->counts.parked--;
    window->counts.held++;
    make_ready(window, event);
    return true;
}

void window_unpark_due(struct window *window, int64_t now_ms)
{
    struct window_event *event;
    while ((event = parked_first(&window->parked)) && event->due_ms <= now_ms)
        (void)window_unpark_first(window);
}

void window_unpark_all(struct window *window)
{
    while (window_unpark_first(window))
        ;
}

int64_t window_next_due_ms(const struct window *window)
{
    const struct window_event *event = parked_first(&window->parked);
    return event ? event->due_ms : -1;
}

struct window_event *window_after(const struct window *window, const struct window_event *event)
{
    struct list_node *next = event ? event->in_order.next : window->in_order.head.next;
    return next == &window->in_order.head ? NULL
                                          : CONTAINER_OF(next, struct window_event, in_order);
}

static void event_free(struct window *window, struct window_event *event)
{
    for (size_t i = 0; i < ARRAY_LEN(event->links); i++) {
        struct window_key *key = event->links[i].key;
        list_remove(&event->links[i].node);
        if (key && list_is_empty(&key->queue))
            key_free(window, key);
    }
    list_remove(&event->in_order);
    block_release(event->block);
    mem_free(event);
}

void window_free(struct window *window)
{
    if (!window)
        return;
    struct window_event *event;
    while ((event = window_after(window, NULL)))
        event_free(window, event);
    parked_done(&window->parked);
    map_free(window->keys);
    mem_free(window);
}
