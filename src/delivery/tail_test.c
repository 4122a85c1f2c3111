// SPDX-License-Identifier: Apache-2.0
// Many destinations over one reading of the journal's end: who gets what, who is carried along,
// who leaves and comes back.
#include "delivery/fake_workspace.h"
#include "delivery/harness.h"

#include <errno.h>
#include <unistd.h>

#include "codec/json.h"

// --- What arrived where

static bool is_at(const struct hit *hit, const char *destination)
{
    char line[64];
    (void)snprintf(line, sizeof(line), "POST /%s ", destination);
    return str_starts(str_of(hit->line), str_of(line));
}

static str name_of(const struct hit *hit, struct arena *arena)
{
    yyjson_doc *doc = NULL;
    assert_int_equal(json_read(str_of(hit->body), 0, arena, &doc, NULL), OK);
    return json_get_str(yyjson_doc_get_root(doc), "event");
}

// The names of the events in the order in which they arrived.
static str names_at(struct harness *h, const char *destination, struct arena *arena)
{
    str names = STR("");
    pthread_mutex_lock(&h->lock);
    for (size_t i = 0; i < h->hit_count; i++) {
        if (is_at(&h->hits[i], destination))
            names = arena_printf(arena, "%" PRIstr "%" PRIstr " ", STR_ARG(names),
                                 STR_ARG(name_of(&h->hits[i], arena)));
    }
    pthread_mutex_unlock(&h->lock);
    return names;
}

static void assert_names_at(struct harness *h, const char *destination, str expected)
{
    AUTO(arena_free) struct arena *arena = arena_new(4 << 20);
    str names = names_at(h, destination, arena);
    if (!str_eq(names, expected))
        print_message("# at %s: %" PRIstr "\n", destination, STR_ARG(names));
    assert_true(str_eq(names, expected));
}

// --- Waiting for what nobody tells

typedef bool condition_fn(struct harness *h, const char *destination);

static void wait_until(struct harness *h, condition_fn *is_true, const char *destination)
{
    for (int ms = 0; !is_true(h, destination); ms++) {
        assert_true(ms < PATIENCE_MS);
        (void)usleep(1000);
    }
}

static bool is_passed_by_cursor(struct harness *h, const char *destination)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct cursor cursor;
    char name[64];
    (void)snprintf(name, sizeof(name), "dest:%s", destination);
    return cursors_get(h->cursors, str_of(name), arena, &cursor) == OK &&
           position_cmp(cursor.low, journal_end(h->journal)) == 0;
}

static bool is_at_end(struct harness *h, const char *destination)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct delivery_state state;
    return delivery_state(h->delivery, str_of(destination), arena, &state) &&
           state.behind_records == 0;
}

static void publish(struct harness *h, const struct fake_link *links, size_t count)
{
    fake_workspace_publish_links(h->workspace, links, count, h->port);
}

// --- Stories

static const struct fake_link three[] = {
    { "s0", "a", 1 }, { "s1", "b", 1 }, { "s0", "both", 1 }, { "s1", "both", 1 }
};

static void each_gets_what_its_sources_send_in_order(void **state)
{
    struct harness *h = *state;
    AUTO(arena_free) struct arena *arena = arena_new(4 << 20);
    str of[2] = { STR(""), STR("") }, of_both = STR("");
    publish(h, three, ARRAY_LEN(three));
    harness_start(h);
    for (unsigned i = 0; i < 60; i++) {
        unsigned source = i * 7 % 3; // the third is connected to nobody
        char name[16], id[8];
        (void)snprintf(id, sizeof(id), "s%u", source);
        (void)snprintf(name, sizeof(name), "e%u", i);
        harness_append(h, id, "u", name);
        if (source == 2)
            continue;
        of[source] = arena_printf(arena, "%" PRIstr "%s ", STR_ARG(of[source]), name);
        of_both = arena_printf(arena, "%" PRIstr "%s ", STR_ARG(of_both), name);
    }
    harness_wait_hits(h, 80);
    harness_stop(h);
    assert_names_at(h, "a", of[0]);
    assert_names_at(h, "b", of[1]);
    assert_names_at(h, "both", of_both);
    assert_true(is_passed_by_cursor(h, "a") && is_passed_by_cursor(h, "b"));
}

static void whom_nothing_concerns_is_carried_along(void **state)
{
    struct harness *h = *state;
    static const struct fake_link links[] = { { "s0", "busy", 1 }, { "s1", "calm", 1 } };
    publish(h, links, ARRAY_LEN(links));
    harness_start(h);
    harness_append(h, "s0", "u", "first");
    harness_wait_hits(h, 1);
    wait_until(h, is_at_end, "calm");
    for (int i = 0; i < 20; i++)
        harness_append(h, "s0", "u", "more");
    harness_wait_hits(h, 21);
    wait_until(h, is_at_end, "calm");
    wait_until(h, is_passed_by_cursor, "calm"); // so that retention may go on
    wait_until(h, is_passed_by_cursor, "busy");
    harness_append(h, "s1", "u", "for-calm");
    harness_wait_hits(h, 22);
    assert_names_at(h, "calm", STR("for-calm "));
}

static bool has_all(struct harness *h, const char *destination)
{
    AUTO(arena_free) struct arena *arena = arena_new(4 << 20);
    str names = names_at(h, destination, arena);
    return str_find_str(names, STR("e19 ")) < names.len;
}

static int fail_at_b_until_a_has_all(struct harness *h, const struct hit *hit, size_t n)
{
    (void)n;
    bool is_slow = is_at(hit, "b") && strstr(hit->body, "\"event\":\"slow\"");
    return is_slow && !has_all(h, "a") ? 500 : 200;
}

static void who_cannot_go_on_holds_up_nobody_and_comes_back(void **state)
{
    struct harness *h = *state;
    static const struct fake_link links[] = { { "s0", "a", 1 }, { "s0", "b", 1 } };
    h->answer = fail_at_b_until_a_has_all;
    h->settings.parked_events = 1; // one failure, and reading ahead ends
    publish(h, links, ARRAY_LEN(links));
    harness_start(h);
    harness_append(h, "s0", "u", "slow");
    harness_wait_hits(h, 2);
    for (unsigned i = 0; i < 20; i++) {
        char name[8];
        (void)snprintf(name, sizeof(name), "e%u", i);
        harness_append(h, "s0", "u", name);
    }
    wait_until(h, has_all, "b");
    wait_until(h, is_at_end, "b");
    size_t hits = harness_hits(h);
    harness_append(h, "s0", "u", "last");
    harness_wait_hits(h, hits + 2);
    wait_until(h, is_passed_by_cursor, "b");
}

// Its making was answered before the event was accepted: so the event is for it.
static void a_connection_that_is_new_misses_nothing(void **state)
{
    struct harness *h = *state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    str expected = STR("");
    struct fake_link links[] = { { "s0", "a", 1 }, { "s0", "b", 1 }, { "s1", "b", 0 } };
    publish(h, links, 2);
    harness_start(h);
    for (unsigned i = 0; i < 25; i++) {
        char name[8];
        (void)snprintf(name, sizeof(name), "e%u", i);
        harness_append(h, "s0", "u", "other");
        links[2].from = journal_end(h->journal).record;
        publish(h, links, 3);
        harness_append(h, "s1", "u", name);
        harness_wait_hits(h, 3 * (i + 1));
        publish(h, links, 2);
        harness_append(h, "s1", "u", "not-connected");
        expected = arena_printf(arena, "%" PRIstr "other %s ", STR_ARG(expected), name);
    }
    harness_stop(h);
    assert_names_at(h, "b", expected);
}

struct appender {
    struct harness *harness;
    _Atomic unsigned count;
    pthread_t thread;
};

static void *append_many(void *arg)
{
    struct appender *appender = arg;
    for (int i = 0; i < 200; i++) {
        harness_append(appender->harness, "s0", "u", "x");
        appender->count++;
    }
    return NULL;
}

static void what_waits_when_a_connection_goes_is_counted_to_the_last(void **state)
{
    struct harness *h = *state;
    static const struct fake_link links[] = { { "s0", "a", 1 }, { "s1", "b", 1 } };
    struct appender appender = { .harness = h };
    uint64_t counts[OUTCOME_COUNTER_COUNT] = { 0 };
    publish(h, links, ARRAY_LEN(links));
    harness_start(h);
    assert_int_equal(pthread_create(&appender.thread, NULL, append_many, &appender), 0);
    harness_wait_hits(h, 5);
    unsigned accepted = appender.count;
    publish(h, &links[1], 1);
    harness_wait_no_cursor(h, "a");
    (void)pthread_join(appender.thread, NULL);
    outcome_counts(h->outcome, STR("a"), 5, counts);
    assert_in_range(harness_hits(h) + counts[COUNT_DROPPED], accepted, 200);
}

// --- A disk that is not what it should be

struct damage {
    struct harness *harness;
    atomic_bool is_done;
};

// Before the record with that text is read for the first time, a bit of it is another.
static void flip_on_reading(void *ctx, enum fault_call call)
{
    static const char text[] = "to-be-damaged", path[] = "journal/seg-0000000000000001";
    struct damage *damage = ctx;
    struct fault *disk = damage->harness->disk;
    char bytes[64 << 10];
    if (call != FAULT_PREAD || damage->is_done)
        return;
    assert_true(fault_peek(disk, path, 0, bytes, sizeof(bytes)));
    size_t at = str_find_str(str_make(bytes, sizeof(bytes)), str_of(text));
    if (at < sizeof(bytes)) {
        assert_true(fault_flip_bit(disk, path, at, 1));
        damage->is_done = true;
    }
}

static bool has_lost_one(struct harness *h, const char *destination)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct dead_letter *letters;
    struct position *cursors;
    size_t count;
    enum err err = outcome_dead_letters(h->outcome, str_of(destination), (struct position){ 0 },
                                        100, arena, &letters, &cursors, &count);
    assert_int_equal(err, OK);
    return count == 1 && letters[0].reason == REASON_LOST && letters[0].position.record == 3 &&
           letters[0].end.record == 4;
}

// Each has got what is for it, and follows.
static void start_with_two_events(struct harness *h)
{
    publish(h, three, ARRAY_LEN(three));
    harness_start(h);
    harness_append(h, "s0", "u", "e1");
    harness_append(h, "s1", "u", "e2");
    harness_wait_hits(h, 4);
    wait_until(h, is_at_end, "a");
    wait_until(h, is_at_end, "b");
}

// Nobody knows whose it was.
static void a_record_that_is_lost_is_told_to_each_of_them(void **state)
{
    struct harness *h = *state;
    struct damage damage = { .harness = h };
    start_with_two_events(h);
    fault_set_hook(h->disk, flip_on_reading, &damage);
    harness_append(h, "s0", "u", "to-be-damaged");
    harness_append(h, "s0", "u", "e4");
    harness_append(h, "s1", "u", "e5");
    harness_wait_hits(h, 8);
    wait_until(h, has_lost_one, "a");
    wait_until(h, has_lost_one, "b");
    wait_until(h, has_lost_one, "both");
    wait_until(h, is_passed_by_cursor, "b");
    fault_set_hook(h->disk, NULL, NULL);
    harness_append(h, "s1", "u", "e6");
    harness_wait_hits(h, 10);
    harness_stop(h);
    assert_names_at(h, "a", STR("e1 e4 "));
    assert_names_at(h, "b", STR("e2 e5 e6 "));
    assert_names_at(h, "both", STR("e1 e2 e4 e5 e6 "));
}

static void reading_that_fails_is_tried_again_by_each_of_them(void **state)
{
    struct harness *h = *state;
    start_with_two_events(h);
    fault_set(h->disk,
              (struct fault_plan){
                  .calls = FAULT_PREAD, .nth = 1, .action = FAULT_FAIL, .error = ENOMEM });
    harness_append(h, "s0", "u", "e3");
    harness_append(h, "s1", "u", "e4");
    harness_wait_told(h, "cannot read the journal");
    harness_wait_hits(h, 8);
    harness_stop(h);
    assert_names_at(h, "a", STR("e1 e3 "));
    assert_names_at(h, "b", STR("e2 e4 "));
    assert_names_at(h, "both", STR("e1 e2 e3 e4 "));
}

// --- With everything at once

enum { SOURCES = 5, DESTINATIONS = 4, USERS = 3, EVENTS = 60 };

struct sent {
    unsigned source, user;
};

static const struct fake_link many[] = {
    { "s0", "d0", 1 }, { "s1", "d0", 1 }, { "s1", "d1", 1 }, { "s2", "d1", 1 },
    { "s3", "d1", 1 }, { "s0", "d2", 1 }, { "s4", "d3", 1 },
};

static int fail_some(struct harness *h, const struct hit *hit, size_t n)
{
    (void)h, (void)hit;
    return n % 7 == 3 ? 500 : 200;
}

static bool is_linked(unsigned source, const char *destination)
{
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        if (many[i].source[1] - '0' == (int)source &&
            strcmp(many[i].destination, destination) == 0)
            return true;
    }
    return false;
}

// Where each event was first answered with 200; 0: nowhere. From 1.
static void first_good(struct harness *h, const char *destination, size_t ret_at[EVENTS])
{
    AUTO(arena_free) struct arena *arena = arena_new(16 << 20);
    memset(ret_at, 0, EVENTS * sizeof(*ret_at));
    pthread_mutex_lock(&h->lock);
    for (size_t i = h->hit_count; i > 0; i--) {
        const struct hit *hit = &h->hits[i - 1];
        uint64_t number;
        if (!is_at(hit, destination) || fail_some(h, hit, i - 1) != 200)
            continue;
        str name = name_of(hit, arena);
        assert_true(str_to_u64(str_sub(name, 1, name.len), &number) && number < EVENTS);
        ret_at[number] = i;
    }
    pthread_mutex_unlock(&h->lock);
}

static void assert_all_in_order(struct harness *h, const char *destination,
                                const struct sent *sent)
{
    size_t at[EVENTS], last[USERS] = { 0 };
    first_good(h, destination, at);
    for (unsigned i = 0; i < EVENTS; i++) {
        bool is_ours = is_linked(sent[i].source, destination);
        assert_int_equal(at[i] > 0, is_ours);
        if (!is_ours)
            continue;
        assert_true(at[i] > last[sent[i].user]);
        last[sent[i].user] = at[i];
    }
}

static void interrupt(struct harness *h, unsigned i)
{
    if (i % 10 == 3) {
        harness_stop(h);
        harness_reopen(h);
        harness_start(h);
    } else if (i % 10 == 7) {
        delivery_stop(TAKE(h->delivery), 0);
        harness_power_cut(h);
        harness_start(h);
    }
}

static void through_failures_and_restarts_all_arrives_in_order_of_each_user(void **state)
{
    struct harness *h = *state;
    struct sent sent[EVENTS];
    h->answer = fail_some;
    h->settings.in_flight = 3;
    h->settings.window_events = 4;
    publish(h, many, ARRAY_LEN(many));
    harness_start(h);
    for (unsigned i = 0; i < EVENTS; i++) {
        char source[8], user[8], name[8];
        sent[i] = (struct sent){ .source = i * 31 % 17 % SOURCES, .user = i * 13 % 11 % USERS };
        (void)snprintf(source, sizeof(source), "s%u", sent[i].source);
        (void)snprintf(user, sizeof(user), "u%u", sent[i].user);
        (void)snprintf(name, sizeof(name), "e%u", i);
        harness_append(h, source, user, name);
        interrupt(h, i);
    }
    for (unsigned i = 0; i < DESTINATIONS; i++)
        wait_until(h, is_at_end, (const char *[]){ "d0", "d1", "d2", "d3" }[i]);
    harness_stop(h);
    assert_all_in_order(h, "d0", sent);
    assert_all_in_order(h, "d1", sent);
    assert_all_in_order(h, "d2", sent);
    assert_all_in_order(h, "d3", sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(each_gets_what_its_sources_send_in_order),
        STORY(whom_nothing_concerns_is_carried_along),
        STORY(who_cannot_go_on_holds_up_nobody_and_comes_back),
        STORY(a_connection_that_is_new_misses_nothing),
        STORY(what_waits_when_a_connection_goes_is_counted_to_the_last),
        STORY(a_record_that_is_lost_is_told_to_each_of_them),
        STORY(reading_that_fails_is_tried_again_by_each_of_them),
        STORY(through_failures_and_restarts_all_arrives_in_order_of_each_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
