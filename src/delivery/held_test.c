// SPDX-License-Identifier: Apache-2.0
// What an event that is on its way holds, of whatever shape it is.
#include "delivery/harness.h"
#include "metrics/metrics.h"

enum { EVENTS = 8, ZEROS = 2000 };

static int hang_always(struct harness *h, const struct hit *hit, size_t n)
{
    (void)h, (void)hit, (void)n;
    return ANSWER_HANG;
}

// A name that goes on as a list of numbers: two bytes each, and forty where they are parsed and
// copied to be changed.
static const char *dense_name(struct arena *arena)
{
    AUTO(buf_done) struct buf name = { 0 };
    buf_add_str(&name, STR("dense\",\"properties\":{\"list\":[0"));
    for (size_t i = 1; i < ZEROS; i++)
        buf_add_str(&name, STR(",0"));
    buf_add_str(&name, STR("]},\"more\":\""));
    return arena_cstr(arena, buf_str(&name));
}

static int64_t held_bytes(void)
{
    return metric_value(METRIC_BUDGET_USED, BUDGET_WINDOWS);
}

static void what_is_on_its_way_holds_its_texts_and_counts_them(void **state)
{
    struct harness *h = *state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    const char *name = dense_name(arena);
    int64_t texts_bytes = (int64_t)EVENTS * ZEROS * 2;
    h->answer = hang_always;
    harness_publish(h, 1, 0, "");
    for (int i = 0; i < EVENTS; i++)
        harness_append(h, "src", (char[]){ (char)('a' + i), '\0' }, name);
    harness_start(h);
    harness_wait_hits(h, EVENTS);
    // Its record, the event as it is shown, and the request's body, each a little longer.
    assert_in_range(held_bytes(), texts_bytes * 3, texts_bytes * 4);
    delivery_stop(TAKE(h->delivery), 0);
    assert_int_equal(held_bytes(), 0);
}

static void requests_that_are_large_together_go_one_after_the_other(void **state)
{
    struct harness *h = *state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    const char *name = dense_name(arena);
    h->settings.window_bytes = ZEROS * 2;
    h->answer = hang_always;
    harness_publish(h, 1, 0, "");
    harness_append(h, "src", "a", name);
    harness_append(h, "src", "b", name);
    harness_start(h);
    harness_wait_hits(h, 1);
    assert_in_range(held_bytes(), ZEROS * 2 * 3, ZEROS * 2 * 4); // nothing was read beside it
    delivery_stop(TAKE(h->delivery), 0);
    assert_int_equal(harness_hits(h), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(what_is_on_its_way_holds_its_texts_and_counts_them),
        STORY(requests_that_are_large_together_go_one_after_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
