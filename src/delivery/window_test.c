// SPDX-License-Identifier: Apache-2.0
// The window against stories, and against a slow model under random work.
#include "base/test.h"

#include "base/mem.h"
#include "base/rand.h"
#include "delivery/window.h"

static const struct window_limits roomy = { .events = 1000, .bytes = 1 << 20, .parked = 1000 };

struct fixture {
    struct window *window;
    size_t used_bytes;
    uint64_t next_record;
};

static struct block *block_of(struct fixture *fixture, size_t body_bytes)
{
    static const char zeros[4096];
    struct journal_record record = { .body = str_make(zeros, body_bytes) };
    return block_new(&record, (struct position){ .record = fixture->next_record },
                     &fixture->used_bytes);
}

// One event in a record of its own.
static struct window_event *admit(struct fixture *fixture, uint64_t user, uint64_t anon)
{
    struct block *block = block_of(fixture, 100);
    struct position position = { .record = fixture->next_record++ };
    struct window_event *event =
        window_admit(fixture->window, position, (const uint64_t[2]){ user, anon }, true, block);
    block_release(block);
    return event;
}

#define WITH_WINDOW(f, limits)                                                                 \
    struct fixture f = { .next_record = 1 };                                                   \
    f.window = window_new(limits, &f.used_bytes)

static void done(struct fixture *fixture)
{
    window_free(fixture->window);
    assert_int_equal(fixture->used_bytes, 0);
}

static void events_of_different_users_go_at_once(void **state)
{
    (void)state;
    WITH_WINDOW(f, &roomy);
    struct window_event *a = admit(&f, 1, 0), *b = admit(&f, 2, 0), *c = admit(&f, 0, 0),
                        *d = admit(&f, 0, 0);
    assert_ptr_equal(window_next(f.window), a);
    assert_ptr_equal(window_next(f.window), b);
    assert_ptr_equal(window_next(f.window), c);
    assert_ptr_equal(window_next(f.window), d);
    assert_null(window_next(f.window));
    done(&f);
}

static void one_users_events_go_one_after_the_other(void **state)
{
    (void)state;
    WITH_WINDOW(f, &roomy);
    struct window_event *a = admit(&f, 1, 0), *b = admit(&f, 1, 0);
    assert_ptr_equal(window_next(f.window), a);
    assert_null(window_next(f.window));
    window_finish(f.window, a);
    assert_ptr_equal(window_next(f.window), b);
    done(&f);
}

static void an_anonymous_visit_then_identify_then_a_known_user_stay_in_order(void **state)
{
    (void)state;
    WITH_WINDOW(f, &roomy);
    struct window_event *visit = admit(&f, 0, 7), *identify = admit(&f, 1, 7),
                        *later = admit(&f, 1, 0), *other_device = admit(&f, 1, 8);
    assert_ptr_equal(window_next(f.window), visit);
    assert_null(window_next(f.window));
    window_finish(f.window, visit);
    assert_ptr_equal(window_next(f.window), identify);
    assert_null(window_next(f.window));
    window_finish(f.window, identify);
    assert_ptr_equal(window_next(f.window), later);
    assert_null(window_next(f.window));
    window_finish(f.window, later);
    assert_ptr_equal(window_next(f.window), other_device);
    done(&f);
}

static void equal_ids_are_one_key(void **state)
{
    (void)state;
    WITH_WINDOW(f, &roomy);
    struct window_event *a = admit(&f, 5, 5), *b = admit(&f, 0, 5);
    assert_ptr_equal(window_next(f.window), a);
    assert_null(window_next(f.window));
    window_finish(f.window, a);
    assert_ptr_equal(window_next(f.window), b);
    done(&f);
}

static void behind_a_parked_event_its_user_waits_without_bytes_and_others_go_on(void **state)
{
    (void)state;
    WITH_WINDOW(f, &roomy);
    struct window_event *a = admit(&f, 1, 0), *b = admit(&f, 1, 2), *c = admit(&f, 0, 2);
    assert_ptr_equal(window_next(f.window), a);
    window_park(f.window, a, 1000);
    assert_int_equal(f.used_bytes, 0); // a, b and, behind b, c
    assert_int_equal(b->state, WINDOW_SHELVED);
    assert_int_equal(c->state, WINDOW_SHELVED);
    struct window_event *late = admit(&f, 0, 2), *other = admit(&f, 9, 0);
    assert_int_equal(late->state, WINDOW_SHELVED);
    assert_null(late->block);
    assert_ptr_equal(window_next(f.window), other);
    assert_null(window_next(f.window));
    window_unpark_due(f.window, 999);
    assert_null(window_next(f.window));
    assert_int_equal(window_next_due_ms(f.window), 1000);
    window_unpark_due(f.window, 1000);
    assert_int_equal(window_next_due_ms(f.window), -1);
    assert_ptr_equal(window_next(f.window), a);
    window_finish(f.window, a);
    assert_ptr_equal(window_next(f.window), b);
    assert_null(b->block); // to be read again
    window_finish(f.window, b);
    assert_ptr_equal(window_next(f.window), c);
    window_finish(f.window, c);
    assert_ptr_equal(window_next(f.window), late);
    done(&f);
}

static void an_event_that_is_put_back_is_the_next(void **state)
{
    (void)state;
    WITH_WINDOW(f, &roomy);
    struct window_event *a = admit(&f, 1, 0), *b = admit(&f, 2, 0);
    assert_ptr_equal(window_next(f.window), a);
    window_put_back(f.window, a);
    assert_ptr_equal(window_next(f.window), a);
    assert_ptr_equal(window_next(f.window), b);
    done(&f);
}

static void the_probe_takes_the_one_that_is_due_first(void **state)
{
    (void)state;
    WITH_WINDOW(f, &roomy);
    struct window_event *a = admit(&f, 1, 0), *b = admit(&f, 2, 0);
    (void)window_next(f.window);
    (void)window_next(f.window);
    window_park(f.window, a, 2000);
    window_park(f.window, b, 1000);
    assert_true(window_unpark_first(f.window));
    assert_ptr_equal(window_next(f.window), b);
    window_unpark_all(f.window);
    assert_ptr_equal(window_next(f.window), a);
    assert_false(window_unpark_first(f.window));
    done(&f);
}

static void reading_ahead_ends_at_each_of_the_bounds(void **state)
{
    (void)state;
    const struct window_limits few = { .events = 3, .bytes = 1 << 20, .parked = 100 };
    WITH_WINDOW(f, &few);
    for (int i = 0; i < 3; i++) {
        assert_true(window_has_room(f.window));
        (void)admit(&f, 1, 0);
    }
    assert_false(window_has_room(f.window));
    done(&f);

    const struct window_limits light = { .events = 100, .bytes = 1500, .parked = 100 };
    WITH_WINDOW(g, &light);
    struct block *block = block_of(&g, 4096);
    assert_true(window_has_room(g.window)); // or a heavy record would never move
    (void)window_admit(g.window, (struct position){ .record = 1 }, (const uint64_t[2]){ 1, 0 },
                       true, block);
    assert_false(window_has_room(g.window));
    block_release(block);
    done(&g);

    const struct window_limits patient = { .events = 100, .bytes = 1 << 20, .parked = 2 };
    WITH_WINDOW(h, &patient);
    struct window_event *first = admit(&h, 1, 0);
    (void)window_next(h.window);
    window_park(h.window, first, 10);
    assert_true(window_has_room(h.window));
    (void)admit(&h, 1, 0);
    assert_false(window_has_room(h.window));
    window_unpark_all(h.window);
    assert_true(window_has_room(h.window));
    done(&h);
}

// --- Against the model

enum { MODEL_EVENTS = 400, KEYS = 12, ROUNDS = 60 };

struct model_event {
    struct window_event *event; // NULL: finished
    uint64_t keys[2];
    struct position position;
    bool is_in_flight;
    bool is_parked;
};

struct model {
    struct fixture fixture;
    struct window_limits limits;
    struct rng_fake rng;
    struct model_event events[MODEL_EVENTS];
    size_t admitted;
    size_t finished;
    int64_t now_ms;
};

static bool shares_key(const struct model_event *a, const struct model_event *b)
{
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < 2; j++) {
            if (a->keys[i] && a->keys[i] == b->keys[j])
                return true;
        }
    }
    return false;
}

// Whether an earlier unfinished event shares a key; is_parked: whether one of these is parked.
static bool is_behind(const struct model *model, size_t at, bool *ret_is_parked)
{
    bool is_behind_any = false;
    *ret_is_parked = false;
    for (size_t i = 0; i < at; i++) {
        const struct model_event *earlier = &model->events[i];
        if (!earlier->event || !shares_key(earlier, &model->events[at]))
            continue;
        is_behind_any = true;
        *ret_is_parked |= earlier->is_parked;
    }
    return is_behind_any;
}

static void check(const struct model *model)
{
    size_t ready = 0, in_flight = 0, parked = 0;
    const struct window_event *in_order = NULL;
    for (size_t i = 0; i < model->admitted; i++) {
        const struct model_event *event = &model->events[i];
        bool is_behind_parked;
        if (!event->event)
            continue;
        in_order = window_after(model->fixture.window, in_order);
        assert_ptr_equal(in_order, event->event);
        bool waits = is_behind(model, i, &is_behind_parked);
        assert_true(!waits || (!event->is_in_flight && !event->is_parked));
        assert_true(!is_behind_parked || !event->event->block);
        assert_true(!event->is_parked || !event->event->block);
        in_flight += event->is_in_flight;
        parked += event->is_parked;
        ready += !waits && !event->is_in_flight && !event->is_parked;
    }
    assert_null(window_after(model->fixture.window, in_order));
    struct window_counts counts = window_counts(model->fixture.window);
    assert_int_equal(counts.ready, ready);
    assert_int_equal(counts.in_flight, in_flight);
    assert_int_equal(counts.parked, parked);
    assert_int_equal(counts.held + counts.parked + counts.shelved,
                     model->admitted - model->finished);
    assert_true(counts.held + counts.parked + counts.shelved <=
                model->limits.events + model->limits.parked);
}

static uint64_t pick(struct model *model, uint64_t bound)
{
    return rng_below(&model->rng.rng, bound);
}

static void model_admit(struct model *model)
{
    if (model->admitted == MODEL_EVENTS || !window_has_room(model->fixture.window))
        return;
    struct model_event *event = &model->events[model->admitted++];
    struct block *block = block_of(&model->fixture, (size_t)pick(model, 300));
    event->keys[0] = pick(model, KEYS);
    event->keys[1] = pick(model, 3) ? KEYS + pick(model, KEYS) : pick(model, KEYS);
    event->position = block->position;
    bool is_last = pick(model, 2);
    event->position.event = model->fixture.next_record % 3 ? 0 : 1;
    event->position.record = model->fixture.next_record++;
    event->event =
        window_admit(model->fixture.window, event->position, event->keys, is_last, block);
    block_release(block);
}

static struct model_event *model_of(struct model *model, const struct window_event *event)
{
    for (size_t i = 0; i < model->admitted; i++) {
        if (model->events[i].event == event)
            return &model->events[i];
    }
    fail_msg("the window gave an event that is not there");
    return NULL;
}

static void model_take(struct model *model)
{
    struct window_event *next = window_next(model->fixture.window);
    if (next)
        model_of(model, next)->is_in_flight = true;
}

// Ends one that is in flight, chosen at random.
static void model_end(struct model *model)
{
    size_t start = pick(model, MODEL_EVENTS);
    for (size_t i = 0; i < model->admitted; i++) {
        struct model_event *event = &model->events[(start + i) % model->admitted];
        if (!event->event || !event->is_in_flight)
            continue;
        event->is_in_flight = false;
        switch (pick(model, 8)) {
        case 0:
        case 1:
        case 2:
            event->is_parked = true;
            window_park(model->fixture.window, event->event,
                        model->now_ms + (int64_t)pick(model, 50));
            return;
        case 3:
            window_put_back(model->fixture.window, event->event);
            return;
        }
        window_finish(model->fixture.window, event->event);
        event->event = NULL;
        model->finished++;
        return;
    }
}

static void model_wait(struct model *model)
{
    model->now_ms += (int64_t)pick(model, 20);
    window_unpark_due(model->fixture.window, model->now_ms);
    for (size_t i = 0; i < model->admitted; i++) {
        struct model_event *event = &model->events[i];
        if (event->event && event->is_parked && event->event->state != WINDOW_PARKED) {
            assert_true(event->event->due_ms <= model->now_ms);
            event->is_parked = false;
        }
    }
}

static void play(uint64_t seed)
{
    struct model *model = mem_zalloc(1, sizeof(*model));
    rng_fake_init(&model->rng, seed);
    model->limits = (struct window_limits){
        .events = 1 + pick(model, 40),
        .bytes = 200 + pick(model, 4000),
        .parked = 1 + pick(model, 40),
    };
    model->fixture.next_record = 1;
    model->fixture.window = window_new(&model->limits, &model->fixture.used_bytes);
    for (size_t steps = 0; model->finished < MODEL_EVENTS; steps++) {
        assert_true(steps < 100000); // everything is finished in the end
        switch (pick(model, 5)) {
        case 0:
        case 1:
            model_admit(model);
            break;
        case 2:
            model_take(model);
            break;
        case 3:
            model_end(model);
            break;
        default:
            model_wait(model);
        }
        check(model);
    }
    done(&model->fixture);
    mem_free(model);
}

static void under_random_work_order_holds_and_everything_is_finished(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++)
        play(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_of_different_users_go_at_once),
        cmocka_unit_test(one_users_events_go_one_after_the_other),
        cmocka_unit_test(an_anonymous_visit_then_identify_then_a_known_user_stay_in_order),
        cmocka_unit_test(equal_ids_are_one_key),
        cmocka_unit_test(behind_a_parked_event_its_user_waits_without_bytes_and_others_go_on),
        cmocka_unit_test(an_event_that_is_put_back_is_the_next),
        cmocka_unit_test(the_probe_takes_the_one_that_is_due_first),
        cmocka_unit_test(reading_ahead_ends_at_each_of_the_bounds),
        cmocka_unit_test(under_random_work_order_holds_and_everything_is_finished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
