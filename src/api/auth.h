// SPDX-License-Identifier: Apache-2.0
// Who calls: an access token as Bearer or as the password of Basic, or a session's cookie.
#pragma once

#include "api/call.h"

enum { SESSION_VALUE_LEN = 43, SESSION_COOKIE_MAX_AGE_S = 30 * 24 * 3600 };
// A session ends after so long without a request.
enum { SESSION_AGENT_LEN_MAX = 256 };
#define SESSION_IDLE_MS ((int64_t)7 * 24 * 3600 * 1000)
#define SESSION_COOKIE  "pintle_session"

// Fills call->caller and what belongs to it. ERR_UNAUTHORIZED: no, garbled, unknown or revoked
// credentials (one answer for all); ERR_FORBIDDEN: this kind of caller may not call the
// operation, or a session's write lacks its CSRF token; ERR_INVALID, ERR_NOT_FOUND: the
// workspace that a session names.
enum err auth_identify(struct call *call);

// Asks again, for streams that stay open. OK: still the same right.
enum err auth_still_holds(struct call *call);

// The 401, with WWW-Authenticate as RFC 6750 has it.
enum err auth_refuse(struct call *call, bool has_credentials);

// The 401 of a token that is good, but for another level than the operation's.
enum err auth_refuse_level(struct call *call, const char *text);

// The token in an Authorization header, STR_NONE when there is none.
str auth_token(str authorization, struct arena *arena);
// The user name of Basic: a write key.
str auth_basic_user(str authorization, struct arena *arena);
// The session's value in a Cookie header.
str auth_cookie(str cookie, str name);
