// SPDX-License-Identifier: Apache-2.0
#include "app/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "app/command.h"

static volatile sig_atomic_t asked_to_stop;

static void on_early_stop(int signal_number)
{
    if (asked_to_stop)
        _exit(EXIT_FAILED);
    asked_to_stop = signal_number;
}

void signals_remember_stop(bool is_remembered)
{
    struct sigaction action = { .sa_handler = is_remembered ? on_early_stop : SIG_DFL,
                                .sa_flags = SA_RESTART };
    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
}

void signals_begin(void)
{
    signals_take_reload(false);
    signals_remember_stop(true);
    (void)signal(SIGPIPE, SIG_IGN);
}

int signals_asked_to_stop(void)
{
    return asked_to_stop;
}

// Threads inherit what is blocked: only the calling one gets the signal.
void signals_take_reload(bool is_watched)
{
    sigset_t reload;
    sigemptyset(&reload);
    sigaddset(&reload, SIGHUP);
    int failed = pthread_sigmask(is_watched ? SIG_UNBLOCK : SIG_BLOCK, &reload, NULL);
    assert(!failed);
    (void)failed;
}
