// SPDX-License-Identifier: Apache-2.0
// How a command makes a management request: with the data directory in its own hands when it is
// free, otherwise through the running server's control socket. The same handlers answer either
// way.
#pragma once

#include "app/settings.h"
#include "base/arena.h"
#include "base/err.h"

struct management_call {
    str method;
    str path;
    str body;        // JSON
    bool may_create; // the data directory, when there is none
};

// OK: the request was answered; ret_status is its HTTP status, ret_body its JSON (in the
// arena). Other errors: nobody could be asked.
enum err management_perform(const struct settings *settings, const struct management_call *call,
                            struct arena *arena, int *ret_status, str *ret_body,
                            struct problem *ret_problem);

// As management_perform, and an answer that is not 2xx becomes a problem with the answer's
// words.
enum err management_request(const struct settings *settings, const struct management_call *call,
                            struct arena *arena, str *ret_body, struct problem *ret_problem);
