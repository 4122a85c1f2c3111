// SPDX-License-Identifier: Apache-2.0
// The control socket: DIR/control.sock (0600), where commands of the same user make management
// requests while the server holds the data directory.
#pragma once

#include "api/api.h"
#include "base/base.h"
#include "base/err.h"
#include "loop/loop.h"

struct control;

// Serves on the loop. A socket that a crash left behind is replaced (the caller holds the
// directory).
enum err control_open(struct api *api, struct loop *loop, str dir, struct control **ret_control,
                      struct problem *ret_problem);

// Closes and removes the socket, while the loop does not run. NULL is accepted.
void control_close(struct control *control);

// After loop_free, which ends the last of the server. NULL is accepted.
void control_free(struct control *control);
