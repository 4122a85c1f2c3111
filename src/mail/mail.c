// SPDX-License-Identifier: Apache-2.0
// The queue of letters and its thread.
#include "mail/mail.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/mem.h"
#include "mail/message.h"
#include "metrics/metrics.h"

enum {
    QUEUE_MAX = 500,
    RETRY_FIRST_MS = 2 * 1000,
    RETRY_MAX_MS = 20 * 60 * 1000,
    TRIES_MAX = 14, // 2 s, 4 s … 20 min: for an hour and a half
    SETTINGS_BYTES_MAX = 16 * 1024,
};

struct waiting {
    struct waiting *next;
    struct arena *arena; // holds this too
    struct mail_letter letter;
    unsigned tries;
    int64_t due_ns;
};

struct mail {
    struct arena *arena;
    struct mail_settings settings;
    struct observer *observer;
    pthread_t thread;
    pthread_mutex_t lock; // of the following
    pthread_cond_t wake;
    struct waiting *first; // in no order
    size_t count;
    atomic_bool is_ending;
};

static int64_t now_ns(void)
{
    return clock_mono_ns(clock_system());
}

// --- With the lock

static struct waiting *take_first(struct mail *mail, int64_t *ret_due_ns)
{
    struct waiting **best = NULL;
    for (struct waiting **at = &mail->first; *at; at = &(*at)->next)
        if (!best || (*at)->due_ns < (*best)->due_ns)
            best = at;
    *ret_due_ns = best ? (*best)->due_ns : 0;
    if (!best || (*best)->due_ns > now_ns())
        return NULL;
    struct waiting *waiting = *best;
    *best = waiting->next;
    return waiting;
}

static void put(struct mail *mail, struct waiting *waiting)
{
    waiting->next = mail->first;
    mail->first = waiting;
}

static void wait_until(struct mail *mail, int64_t due_ns)
{
    const struct timespec due = { .tv_sec = due_ns / 1000000000,
                                  .tv_nsec = due_ns % 1000000000 };
    if (due_ns > 0)
        (void)pthread_cond_timedwait(&mail->wake, &mail->lock, &due);
    else
        (void)pthread_cond_wait(&mail->wake, &mail->lock);
}

static void forget(struct mail *mail, struct waiting *waiting)
{
    mail->count--;
    metric_set_at(METRIC_MAIL_WAITING, 0, (int64_t)mail->count);
    arena_free(waiting->arena);
}

// --- Without

static bool is_worth_another_try(enum err err, const struct waiting *waiting)
{
    return err == ERR_IO && waiting->tries < TRIES_MAX;
}

static void tell(struct mail *mail, const struct waiting *waiting, enum err err,
                 const struct problem *problem)
{
    str to = waiting->letter.to, subject = waiting->letter.subject;
    int tries = (int)waiting->tries;
    if (!err) {
        metric_add_at(METRIC_MAIL_LETTERS, MAIL_SENT, 1);
        observe(mail->observer, LOG_INFO, "a letter was sent", LOG_STR("to", to),
                LOG_STR("subject", subject), LOG_INT("tries", tries));
    } else if (is_worth_another_try(err, waiting)) {
        metric_add_at(METRIC_MAIL_LETTERS, MAIL_RETRIED, 1);
        observe(mail->observer, LOG_WARN, "a letter could not be sent; it is tried again",
                LOG_STR("to", to), LOG_INT("tries", tries), LOG_CSTR("detail", problem->text));
    } else {
        metric_add_at(METRIC_MAIL_LETTERS, MAIL_FAILED, 1);
        observe(mail->observer, LOG_ERROR, "a letter was not sent", LOG_STR("to", to),
                LOG_STR("subject", subject), LOG_INT("tries", tries),
                LOG_CSTR("detail", problem->text), LOG_ERR(err));
    }
}

// Whether the letter is done with.
static bool try_letter(struct mail *mail, struct waiting *waiting)
{
    struct problem problem = { 0 };
    enum err err = smtp_send(&mail->settings, &waiting->letter, &mail->is_ending, &problem);
    if (err && atomic_load(&mail->is_ending))
        return false;
    waiting->tries++;
    tell(mail, waiting, err, &problem);
    if (!is_worth_another_try(err, waiting))
        return true;
    int64_t wait_ms = (int64_t)RETRY_FIRST_MS << (waiting->tries - 1);
    waiting->due_ns = now_ns() + MIN(wait_ms, (int64_t)RETRY_MAX_MS) * 1000000;
    return false;
}

static void *thread_main(void *arg)
{
    struct mail *mail = arg;
    int64_t due_ns;
    pthread_mutex_lock(&mail->lock);
    while (!atomic_load(&mail->is_ending)) {
        struct waiting *waiting = take_first(mail, &due_ns);
        if (!waiting) {
            wait_until(mail, due_ns);
            continue;
        }
        pthread_mutex_unlock(&mail->lock);
        bool is_done = try_letter(mail, waiting);
        pthread_mutex_lock(&mail->lock);
        if (is_done)
            forget(mail, waiting);
        else
            put(mail, waiting);
    }
    pthread_mutex_unlock(&mail->lock);
    return NULL;
}

// --- The door

static void copy_settings(struct mail *mail, const struct mail_settings *settings)
{
    mail->settings = (struct mail_settings){
        .url = arena_dup(mail->arena, settings->url),
        .from = arena_dup(mail->arena, settings->from),
        .credentials = secret_of(arena_dup(mail->arena, secret_reveal(settings->credentials))),
        .ca_file = arena_dup(mail->arena, settings->ca_file),
        .is_insecure = settings->is_insecure,
    };
}

enum err mail_open(const struct mail_settings *settings, struct observer *observer,
                   struct mail **ret_mail, struct problem *ret_problem)
{
    pthread_condattr_t attributes;
    enum err err = mail_settings_check(settings, ret_problem);
    if (err)
        return err;
    struct mail *mail = NEW(struct mail);
    mail->arena = arena_new(SETTINGS_BYTES_MAX);
    mail->observer = observer;
    copy_settings(mail, settings);
    pthread_mutex_init(&mail->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&mail->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    int rc = pthread_create(&mail->thread, NULL, thread_main, mail);
    assert(rc == 0);
    (void)rc;
    *ret_mail = mail;
    return OK;
}

static void drop_waiting(struct mail *mail)
{
    while (mail->first) {
        struct waiting *waiting = mail->first;
        mail->first = waiting->next;
        metric_add_at(METRIC_MAIL_LETTERS, MAIL_FAILED, 1);
        observe(mail->observer, LOG_WARN, "a letter was still waiting at the end",
                LOG_STR("to", waiting->letter.to), LOG_STR("subject", waiting->letter.subject));
        forget(mail, waiting);
    }
}

void mail_close(struct mail *mail)
{
    if (!mail)
        return;
    pthread_mutex_lock(&mail->lock);
    atomic_store(&mail->is_ending, true);
    pthread_cond_signal(&mail->wake);
    pthread_mutex_unlock(&mail->lock);
    pthread_join(mail->thread, NULL);
    drop_waiting(mail);
    secret_wipe((char *)secret_reveal(mail->settings.credentials).data,
                secret_reveal(mail->settings.credentials).len);
    pthread_cond_destroy(&mail->wake);
    pthread_mutex_destroy(&mail->lock);
    arena_free(mail->arena);
    mem_free(mail);
}

static struct waiting *copy_letter(const struct mail_letter *letter)
{
    struct arena *arena = arena_new(MAIL_TEXT_MAX * 2);
    struct waiting *waiting = ARENA_NEW(arena, struct waiting);
    waiting->arena = arena;
    waiting->letter = (struct mail_letter){
        .to = arena_dup(arena, letter->to),
        .subject = arena_dup(arena, letter->subject),
        .text = arena_dup(arena, letter->text),
    };
    waiting->due_ns = now_ns();
    return waiting;
}

enum err mail_queue(struct mail *mail, const struct mail_letter *letter,
                    struct problem *ret_problem)
{
    enum err err = message_check(letter, ret_problem);
    if (err)
        return err;
    pthread_mutex_lock(&mail->lock);
    bool has_room = mail->count < QUEUE_MAX;
    if (has_room) {
        put(mail, copy_letter(letter));
        mail->count++;
        metric_set_at(METRIC_MAIL_WAITING, 0, (int64_t)mail->count);
        pthread_cond_signal(&mail->wake);
    }
    pthread_mutex_unlock(&mail->lock);
    return has_room ? OK
                    : problem_set(ret_problem, ERR_BUSY, STR("mail"),
                                  "too many letters are waiting");
}
