// SPDX-License-Identifier: Apache-2.0
// What signals do to a server while it opens, and while it closes: none of them ends it
// halfway. And to a command that has something to tell when it is interrupted.
#pragma once

#include "base/base.h"

// To be called before any other thread is there. A broken pipe is an error of a write from here
// on. SIGTERM and SIGINT are remembered, a second one ends the process at once. SIGHUP waits
// until signals_take_reload.
void signals_begin(void);

// Of these SIGTERM and SIGINT alone. After `false` the first one ends the process again.
void signals_remember_stop(bool is_remembered);

// SIGTERM or SIGINT that came before the watchers of a loop took over; 0: none.
int signals_asked_to_stop(void);

// While a watcher stands, SIGHUP gets to it; after `false` it waits again, as nothing else
// would keep it from ending the process.
void signals_take_reload(bool is_watched);
