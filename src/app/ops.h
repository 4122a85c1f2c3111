// SPDX-License-Identifier: Apache-2.0
// Routes for whoever operates the server: /ready and /metrics.
#pragma once

#include "app/platform.h"
#include "base/base.h"
#include "base/err.h"
#include "http/router.h"

struct cursors;
struct ops;

// metrics_allow: CIDRs whose clients may read /metrics; ERR_INVALID names the bad entry. The
// cursors must be there until ops_free.
enum err ops_new(const struct platform *platform, struct cursors *cursors, struct ops **ret_ops,
                 struct problem *ret_problem);
void ops_free(struct ops *ops);

// From now on /ready answers 503. From any thread.
void ops_set_draining(struct ops *ops);

struct http_family ops_family(struct ops *ops);
