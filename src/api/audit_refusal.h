// SPDX-License-Identifier: Apache-2.0
// Refusals in the audit log, so bounded that nobody can flood it (refusals.h). That one cannot
// be written is logged and does not change the answer.
#pragma once

#include "api/call.h"
#include "store/users.h"

// The call failed with err. Does nothing unless a known caller was refused what he may not do.
// Action "refused", the target is the operation; of a token that does not work any more it is
// the token, and the details say why.
void audit_refusal(struct call *call, enum err err);

// Action "sign_in_failed"; the target is the user, if there is one with the address. The
// address is not told otherwise: people type passwords into the wrong field.
void audit_failed_sign_in(struct call *call, const struct user_row *user);
