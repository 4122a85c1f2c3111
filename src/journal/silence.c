// SPDX-License-Identifier: Apache-2.0
#include "journal/silence.h"

enum { NS_PER_MS = 1000 * 1000 };

void silence_init(struct silence *silence, const struct clock *clock, struct observer *observer,
                  const char *dir)
{
    *silence = (struct silence){
        .clock = clock,
        .observer = observer,
        .dir = dir,
        .since_ns = INT64_MAX,
    };
    pthread_mutex_init(&silence->lock, NULL);
}

void silence_done(struct silence *silence)
{
    assert(!silence->is_told);
    pthread_mutex_destroy(&silence->lock);
}

// With the lock.
static int64_t lasted_ms(const struct silence *silence)
{
    if (silence->since_ns == INT64_MAX)
        return 0;
    return (clock_mono_ns(silence->clock) - silence->since_ns) / NS_PER_MS;
}

// Behind the line that it does not, and before another one can come.
static void tell_answer(struct silence *silence, int64_t after_ms)
{
    (void)pthread_join(silence->teller, NULL);
    observe(silence->observer, LOG_INFO, "the disk answers again",
            LOG_CSTR("dir", silence->dir), LOG_INT("after_ms", after_ms));
    pthread_mutex_lock(&silence->lock);
    silence->is_told = false;
    pthread_mutex_unlock(&silence->lock);
}

// The disk has answered, and is asked again at since_ns.
static void note_answer(struct silence *silence, int64_t since_ns)
{
    pthread_mutex_lock(&silence->lock);
    bool is_told = silence->is_told;
    int64_t after_ms = lasted_ms(silence);
    silence->since_ns = since_ns;
    pthread_mutex_unlock(&silence->lock);
    if (is_told)
        tell_answer(silence, after_ms);
}

void silence_ask(struct silence *silence)
{
    note_answer(silence, clock_mono_ns(silence->clock));
}

void silence_end(struct silence *silence)
{
    note_answer(silence, INT64_MAX);
}

void silence_go_on(struct silence *silence)
{
    if (silence->since_ns != INT64_MAX)
        silence_ask(silence);
}

int64_t silence_ms(struct silence *silence)
{
    pthread_mutex_lock(&silence->lock);
    int64_t result = lasted_ms(silence);
    pthread_mutex_unlock(&silence->lock);
    return result;
}

static void *tell(void *arg)
{
    const struct silence *silence = arg;
    observe(silence->observer, LOG_ERROR, "the disk does not answer: events wait for it",
            LOG_CSTR("dir", silence->dir), LOG_INT("for_ms", silence->told_ms));
    return NULL;
}

void silence_tell(struct silence *silence, int64_t at_least_ms)
{
    pthread_mutex_lock(&silence->lock);
    bool is_silent = silence->since_ns != INT64_MAX && lasted_ms(silence) >= at_least_ms;
    if (is_silent && !silence->is_told) {
        silence->told_ms = lasted_ms(silence);
        // If there is no thread to be had, the next who asks tries again.
        silence->is_told = pthread_create(&silence->teller, NULL, tell, silence) == 0;
    }
    pthread_mutex_unlock(&silence->lock);
}
