// SPDX-License-Identifier: Apache-2.0
// Each call with a token in the audit log, for organisations that want it (auditEveryUse). That
// one cannot be written is logged and does not change the answer.
#pragma once

#include "api/call.h"

// The call has been answered. Action "used", the target is the token; the details are the
// operation and the answer's status. Nothing for other callers.
void audit_use(struct call *call);
