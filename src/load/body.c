// SPDX-License-Identifier: Apache-2.0
// The events of a load. At full rate a body has microseconds: so an event is a copy of one text
// with its numbers written over.
#include "load/body.h"

#include "codec/gzip.h"

enum { GZIP_LEVEL = 1, PERCENT = 100 };

#define ZEROS_10 "0000000000"
#define ZEROS_12 "000000000000"
_Static_assert(sizeof(ZEROS_12) - 1 == LOAD_NUMBER_LEN, "digits of a number");

// Appends the text; returns where its last byte stands.
static size_t add(struct buf *event, str text)
{
    buf_add_str(event, text);
    return event->len - 1;
}

void body_maker_init(struct body_maker *maker, const struct load_plan *plan, const char *run)
{
    *maker = (struct body_maker){ .plan = plan };
    rng_stock_init(&maker->random, rng_system());
    struct buf *event = &maker->event;
    (void)add(event, STR("{\"type\":\"track\",\"event\":\"Load Test\",\"messageId\":\""));
    (void)add(event, str_of(run));
    maker->message_at = add(event, STR("-" ZEROS_12));
    maker->user_at = add(event, STR("\",\"userId\":\"load-user-" ZEROS_10));
    (void)add(event,
              STR("\",\"context\":{\"library\":{\"name\":\"pintle bench\",\"version\":\"1\"},"
                  "\"locale\":\"en-GB\",\"page\":{\"path\":\"/cart\",\"title\":\"Cart\","
                  "\"url\":\"https://shop.example/cart\"}},\"properties\":{\"currency\":"
                  "\"EUR\",\"revenue\":25.5,\"products\":[{\"product_id\":\"p1\","
                  "\"sku\":\"S-1\",\"price\":19,\"quantity\":1}],\"order\":\"order-"));
    maker->property_at = add(event, STR(ZEROS_12));
    (void)add(event, STR("\",\"text\":\""));
    static const char end[] = "\"}}";
    while (event->len + sizeof(end) - 1 < plan->event_bytes)
        buf_add_char(event, (char)('a' + rng_below(&maker->random.rng, 26)));
    (void)add(event, str_of(end));
}

void body_maker_done(struct body_maker *maker)
{
    buf_done(&maker->event);
    buf_done(&maker->plain);
}

static void write_number(char *last_digit, uint64_t number)
{
    for (; number > 0; number /= 10)
        *last_digit-- = (char)('0' + number % 10);
}

static uint64_t pick_user(struct body_maker *maker)
{
    const struct load_plan *plan = maker->plan;
    bool is_hot =
        plan->hot_percent > 0 && rng_below(&maker->random.rng, PERCENT) < plan->hot_percent;
    return is_hot ? 0 : rng_below(&maker->random.rng, plan->users);
}

static void add_event(struct body_maker *maker, uint64_t number, struct buf *out)
{
    char *at = buf_reserve(out, maker->event.len);
    memcpy(at, maker->event.data, maker->event.len);
    write_number(at + maker->message_at, number);
    write_number(at + maker->property_at, number);
    write_number(at + maker->user_at, pick_user(maker));
    out->len += maker->event.len;
}

static void add_body(struct body_maker *maker, uint64_t first, uint64_t count, struct buf *out)
{
    if (count == 1) {
        add_event(maker, first, out);
        return;
    }
    buf_add_str(out, STR("{\"batch\":["));
    for (uint64_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        add_event(maker, first + i, out);
    }
    buf_add_str(out, STR("]}"));
}

bool body_make(struct body_maker *maker, uint64_t first, uint64_t count, struct buf *out)
{
    uint64_t percent = maker->plan->gzip_percent;
    if (percent == 0 || rng_below(&maker->random.rng, PERCENT) >= percent) {
        add_body(maker, first, count, out);
        return false;
    }
    buf_clear(&maker->plain);
    add_body(maker, first, count, &maker->plain);
    gzip_encode(buf_str(&maker->plain), GZIP_LEVEL, out);
    return true;
}
