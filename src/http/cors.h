// SPDX-License-Identifier: Apache-2.0
// Cross-origin requests as rudder-server allows them: any origin, which is echoed, with
// credentials. For paths that are authorised by a write key, never by a cookie.
#pragma once

#include "base/base.h"
#include "http/server.h"

// Answers a preflight: 204, the requested headers are allowed, to be kept for 900 s. Fits the
// family's `preflight`.
void http_cors_preflight(struct http_request *request);

// To be called before an answer: adds Vary, and when Origin is present, who may read it.
void http_cors_allow(struct http_request *request);
