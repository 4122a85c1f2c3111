// SPDX-License-Identifier: Apache-2.0
// Routes for whoever operates the server: /ready and /metrics.
#pragma once

#include "app/platform.h"
#include "base/base.h"
#include "base/err.h"
#include "http/router.h"

struct ops;

// metrics_allow: CIDRs whose clients may read /metrics; ERR_INVALID names the bad entry.
enum err ops_new(const struct platform *platform, struct ops **ret_ops,
                 struct problem *ret_problem);
void ops_free(struct ops *ops);

// From now on /ready answers 503. From any thread.
void ops_set_draining(struct ops *ops);

struct http_family ops_family(struct ops *ops);
