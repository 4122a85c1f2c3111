// SPDX-License-Identifier: Apache-2.0
// What checking a body costs, against parsing it into values and nothing else (yyjson): CPU
// time of an event, turn by turn in one run; usage: event_decode [ROUNDS].
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/rand.h"
#include "codec/json.h"
#include "event/event.h"

// Bodies differ, so that no branch is learnt by heart.
enum { TURNS = 9, EVENT_COUNTS = 3, EVENTS_A_TURN = 20000, BODIES = 64 };

static const char event_format[] =
    "{\"userId\":\"user-%d\",\"event\":\"Order Completed\",\"type\":\"track\","
    "\"messageId\":\"00000000-0000-4000-8000-%012d\","
    "\"originalTimestamp\":\"2026-01-02T03:04:05.678Z\",\"sentAt\":\"2026-01-02T03:04:05."
    "900Z\","
    "\"context\":{\"library\":{\"name\":\"bench\",\"version\":\"1.0.0\"},\"locale\":\"en-GB\","
    "\"page\":{\"path\":\"/%.*s\",\"title\":\"%.*s\",\"url\":\"https://shop.example/cart\"},"
    "\"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0\"},"
    "\"properties\":{\"order_id\":\"order-%d\",\"note\":\"%.*s\",\"revenue\":%d.5,\"currency\":"
    "\"EUR\","
    "\"products\":[{\"product_id\":\"p1\",\"sku\":\"S-1\",\"price\":19,\"quantity\":1},"
    "{\"product_id\":\"p1\",\"sku\":\"S-1\",\"price\":19,\"quantity\":1}]}}";

static void must(bool is_good)
{
    if (!is_good)
        abort();
}

static double cpu_us(void)
{
    struct timespec now;
    must(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void make_body(struct rng *rng, struct buf *body, int count)
{
    static const char words[] = "some words of a text that is as long as a title or a note";
    int chosen[3];
    buf_clear(body);
    buf_add_str(body, STR("{\"batch\":["));
    for (int i = 0; i < count; i++) {
        int number = (int)rng_below(rng, 1000000);
        for (int k = 0; k < 3; k++)
            chosen[k] = (int)rng_below(rng, sizeof(words));
        buf_add_str(body, i > 0 ? STR(",") : STR(""));
        buf_addf(body, event_format, number, number, chosen[0], words, chosen[1], words, number,
                 chosen[2], words, number);
    }
    buf_add_str(body, STR("]}"));
}

static void decode(str body, struct arena *arena)
{
    static const struct event_hash_key key = { .bytes = { 1 } };
    struct event_batch batch;
    must(event_decode(body, EVENT_SHAPE_BATCH, EVENT_TYPE_UNKNOWN, &key, arena, &batch, NULL) ==
         OK);
}

static void parse(str body, struct arena *arena)
{
    yyjson_alc alc = json_alc(arena);
    must(yyjson_read_opts((char *)body.data, body.len, 0, &alc, NULL) != NULL);
}

static double per_event_us(void (*work)(str, struct arena *), const struct buf *bodies,
                           int count, long rounds)
{
    AUTO(arena_free) struct arena *arena = arena_new_sized((size_t)1 << 20, (size_t)64 << 20);
    double start = cpu_us();
    for (long i = 0; i < rounds; i++) {
        work(buf_str(&bodies[i % BODIES]), arena);
        arena_reset(arena);
    }
    return (cpu_us() - start) / (double)(rounds * count);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static const int counts[EVENT_COUNTS] = { 1, 10, 100 };
    long events = argc > 1 ? strtol(argv[1], NULL, 10) : EVENTS_A_TURN;
    static struct buf bodies[BODIES];
    struct rng_fake fake;
    rng_fake_init(&fake, 7);
    for (int c = 0; c < EVENT_COUNTS; c++) {
        double ours[TURNS], parser[TURNS];
        for (int i = 0; i < BODIES; i++)
            make_body(&fake.rng, &bodies[i], counts[c]);
        for (int i = 0; i < TURNS; i++) {
            ours[i] = per_event_us(decode, bodies, counts[c], events / counts[c]);
            parser[i] = per_event_us(parse, bodies, counts[c], events / counts[c]);
        }
        qsort(ours, TURNS, sizeof(ours[0]), by_size);
        qsort(parser, TURNS, sizeof(parser[0]), by_size);
        (void)printf(
            "%3d event(s) of %zu bytes: %.3f us an event, parsing alone %.3f us, ratio "
            "%.2f\n",
            counts[c], bodies[0].len / (size_t)counts[c], ours[TURNS / 2], parser[TURNS / 2],
            ours[TURNS / 2] / parser[TURNS / 2]);
    }
    for (int i = 0; i < BODIES; i++)
        buf_done(&bodies[i]);
    return 0;
}
