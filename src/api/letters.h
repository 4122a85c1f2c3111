// SPDX-License-Identifier: Apache-2.0
// What Pintle writes to people. Each function queues a letter; false: this server sends no
// mail, or the letter could not be queued, which is logged. To be called once what it tells of
// is committed.
#pragma once

#include "api/call.h"

bool letters_are_sent(const struct call *call);

bool letter_invitation(struct call *call, str to, str organization, str link);
bool letter_password_reset(struct call *call, str to, str link);
// Somebody has set a new password.
bool letter_password_changed(struct call *call, str to);
// kind: "Personal Access Token" …; what: "made" or "rotated".
bool letter_token(struct call *call, str to, const char *kind, str name, const char *what);
// The same about a Service Access Token, to each Admin of the caller's organisation. That they
// cannot be looked up is logged.
void letters_service_token(struct call *call, str name, const char *what);
