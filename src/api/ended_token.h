// SPDX-License-Identifier: Apache-2.0
// Tokens that were good once: the caller gets the answer that unknown ones get, the audit log
// hears which token it was and why it does not work.
#pragma once

#include "api/call.h"

// A token with the call's digest was refused. If there ever was one, it becomes the caller,
// without any right, and call->refused_because says why. That the store cannot be read is
// logged and does not change the answer.
void ended_token_recognize(struct call *call, enum token_refusal refusal);
