// SPDX-License-Identifier: Apache-2.0
// The common reading of the journal's end.
#include "delivery/tail.h"

#include "delivery/inner.h"

enum {
    RECORDS_PER_TURN = 256, // so that answers have their turn
    GATHER_MS = 2,
};

// --- Following

void tail_subscribe(struct reader *reader)
{
    subscriptions_update(&reader->follower.subscriptions, reader->delivery->tail.feeds, reader,
                         &reader->routes);
}

// Somebody wants to know when the journal grows.
static void await(struct delivery *delivery)
{
    const struct tail *tail = &delivery->tail;
    bool is_seen_to = tail->is_turning || timer_is_running(&tail->gather) ||
                      atomic_load(&delivery->journal_watch.is_awaited);
    if (!is_seen_to)
        delivery_turn_soon(delivery);
}

static void follow(struct reader *reader)
{
    reader->follower.follows = true;
    reader->delivery->tail.follower_count++;
    list_remove(&reader->follower.in_tail);
    journal_reader_close(TAKE(reader->ahead)); // a file and its buffer for each would be many
}

static void begin_at(struct delivery *delivery, struct position position)
{
    struct tail *tail = &delivery->tail;
    tail->end = position;
    if (tail->journal)
        journal_reader_seek(tail->journal, position);
    else
        tail->journal = journal_reader_open(delivery->parts.journal, position);
}

static bool is_behind(const struct reader *reader, struct position position)
{
    return position_cmp(reader->read_end, position) < 0;
}

static bool may_follow(const struct reader *reader)
{
    return reader->read_end.event == 0 && !reader->current && !reader->is_noting &&
           routes_are_settled(&reader->routes, reader->read_end);
}

bool tail_follow(struct reader *reader, bool is_at_end)
{
    struct tail *tail = &reader->delivery->tail;
    if (!may_follow(reader))
        return false;
    if (tail->follower_count > 0) {
        // One that is ahead would wait for others' backlog; they meet when that is over.
        if (position_cmp(reader->read_end, tail->end) != 0)
            return false;
    } else {
        if (!is_at_end)
            return false;
        begin_at(reader->delivery, reader->read_end);
    }
    follow(reader);
    await(reader->delivery);
    return true;
}

// Of those that may follow. Where more than half of them stand, if there is such a place, is
// found by letting each that stands elsewhere take a vote away.
static struct position where_most_stand(const struct delivery *delivery)
{
    struct position place = journal_end(delivery->parts.journal);
    size_t votes = 0;
    LIST_EACH (&delivery->readers, node) {
        const struct reader *reader = CONTAINER_OF(node, struct reader, in_delivery);
        if (!may_follow(reader))
            continue;
        if (votes == 0)
            place = reader->read_end;
        if (position_cmp(reader->read_end, place) == 0)
            votes++;
        else
            votes--;
    }
    return place;
}

void tail_begin(struct delivery *delivery)
{
    if (delivery->tail.journal)
        return;
    begin_at(delivery, where_most_stand(delivery));
    LIST_EACH (&delivery->readers, node) {
        struct reader *reader = CONTAINER_OF(node, struct reader, in_delivery);
        if (may_follow(reader) && position_cmp(reader->read_end, delivery->tail.end) == 0)
            follow(reader);
    }
    delivery_turn_soon(delivery);
}

void tail_wait(struct reader *reader)
{
    if (!list_has(&reader->follower.in_tail))
        list_add_last(&reader->delivery->tail.waiting, &reader->follower.in_tail);
    await(reader->delivery);
}

void tail_catch_up(struct reader *reader)
{
    const struct tail *tail = &reader->delivery->tail;
    if (reader->follower.follows && is_behind(reader, tail->end))
        reader->read_end = tail->end;
}

void tail_leave(struct reader *reader)
{
    if (!reader->follower.follows)
        return;
    tail_catch_up(reader);
    reader->follower.follows = false;
    reader->delivery->tail.follower_count--;
}

void tail_forget(struct reader *reader)
{
    tail_leave(reader);
    subscriptions_done(&reader->follower.subscriptions, reader->delivery->tail.feeds);
    list_remove(&reader->follower.in_tail);
    list_remove(&reader->follower.in_turn);
}

// --- Giving

static void pump_later(struct reader *reader)
{
    if (!list_has(&reader->follower.in_turn))
        list_add_last(&reader->delivery->tail.turn, &reader->follower.in_turn);
}

// A reader that does not take the record reads it for itself when it can.
static void give_to(struct reader *reader, const struct journal_read *read)
{
    tail_leave(reader);
    assert(position_cmp(reader->read_end, read->position) == 0);
    reader_take(reader, read);
    reader_count_use(reader); // the next to take looks at the sum
    if (reader->read_end.record > read->position.record && may_follow(reader))
        follow(reader);
    pump_later(reader);
}

static void give(struct tail *tail, const struct journal_read *read)
{
    struct feed *feed =
        map_get(tail->feeds, journal_record_field(&read->record, ENVELOPE_SOURCE_ID));
    struct list concerned; // as feeds change when a reader learns that its connections did
    struct list_node *first;
    if (!feed)
        return;
    list_init(&concerned);
    LIST_EACH (&feed->subscriptions, node) {
        struct reader *reader = CONTAINER_OF(node, struct subscription, in_feed)->reader;
        if (reader->follower.follows && !reader_is_passed_over(reader, &read->record))
            list_add_last(&concerned, &reader->follower.in_tail);
    }
    while ((first = list_take_first(&concerned)))
        give_to(CONTAINER_OF(first, struct reader, follower.in_tail), read);
}

// What hinders the tail hinders each of them: they find out, tell and count it for themselves.
static void disband(struct delivery *delivery, enum err err)
{
    LIST_EACH (&delivery->readers, node) {
        struct reader *reader = CONTAINER_OF(node, struct reader, in_delivery);
        if (!reader->follower.follows)
            continue;
        tail_leave(reader);
        if (err)
            reader_read_again_later(reader, err);
        pump_later(reader);
    }
}

// Returns how many records were read.
static size_t read_up_to(struct delivery *delivery, struct position end)
{
    struct tail *tail = &delivery->tail;
    size_t count = 0;
    while (count < RECORDS_PER_TURN && tail->follower_count > 0 &&
           tail->end.record < end.record) {
        struct journal_read read;
        enum err err = journal_read(tail->journal, &read);
        if (err == ERR_NOT_FOUND)
            break; // what is there is damaged; what comes behind it will tell
        if (err || position_cmp(tail->end, read.position) != 0) {
            disband(delivery, err);
            break;
        }
        give(tail, &read);
        tail->end.record++;
        count++;
    }
    return count;
}

// --- Turns

static void pump_waiting(struct tail *tail)
{
    struct list_node *node;
    while ((node = list_take_first(&tail->waiting)))
        pump_later(CONTAINER_OF(node, struct reader, follower.in_tail));
}

static void pump(struct tail *tail)
{
    struct list_node *node;
    while ((node = list_take_first(&tail->turn)))
        reader_pump(CONTAINER_OF(node, struct reader, follower.in_turn));
}

static void publish_end(struct delivery *delivery)
{
    pthread_mutex_lock(&delivery->lock);
    delivery->carried = delivery->tail.end;
    pthread_mutex_unlock(&delivery->lock);
    delivery_save_carried(delivery);
}

// What comes while there is traffic is looked at together; at rest the journal is awaited, so
// that the next record is looked at when it comes.
static void see_to_next_turn(struct delivery *delivery, bool is_busy)
{
    struct tail *tail = &delivery->tail;
    struct journal *journal = delivery->parts.journal;
    if (tail->follower_count == 0 && list_is_empty(&tail->waiting))
        return; // who comes to the end starts it again
    if (is_busy) {
        timer_start(&tail->gather, GATHER_MS);
        return;
    }
    journal_await(&delivery->journal_watch);
    if (position_cmp(journal_end(journal), tail->seen_end) != 0)
        delivery_turn_soon(delivery);
}

void tail_turn(struct delivery *delivery)
{
    struct tail *tail = &delivery->tail;
    struct position end = journal_end(delivery->parts.journal);
    if (delivery->is_stopping)
        return;
    bool has_moved = position_cmp(end, tail->seen_end) != 0;
    tail->seen_end = end;
    tail->is_turning = true;
    // After the look at the end: a connection whose making was answered before a record was
    // accepted is known before that record is given.
    delivery_take_changes(delivery);
    size_t count = read_up_to(delivery, end);
    if (has_moved)
        pump_waiting(tail);
    pump(tail);
    tail->is_turning = false;
    if (count > 0)
        publish_end(delivery);
    if (count == RECORDS_PER_TURN)
        delivery_turn_soon(delivery);
    else
        see_to_next_turn(delivery, has_moved || count > 0);
}

static void on_gathered(struct timer *timer)
{
    tail_turn(CONTAINER_OF(timer, struct delivery, tail.gather));
}

void tail_init(struct tail *tail, struct loop *loop)
{
    tail->feeds = map_new();
    list_init(&tail->waiting);
    list_init(&tail->turn);
    timer_init(&tail->gather, loop, on_gathered);
}

void tail_done(struct tail *tail)
{
    assert(tail->follower_count == 0 && map_count(tail->feeds) == 0);
    journal_reader_close(tail->journal);
    map_free(tail->feeds);
}
