// SPDX-License-Identifier: Apache-2.0
// How often a token may call, and how often an address may try tokens that nobody knows.
#pragma once

#include "api/call.h"

// Counts the call of a known token and tells its state in the RateLimit headers. ERR_TOO_MANY
// with Retry-After. name: what tells tokens apart.
enum err rate_token(struct call *call, str name);

// Counts a token that is none: never made, mistyped or revoked. ERR_TOO_MANY with Retry-After;
// tokens that are known still work from the same address.
enum err rate_unknown_token(struct call *call);
