// SPDX-License-Identifier: Apache-2.0
// What a client that is not sure sends along: Idempotency-Key with a create, so that it happens
// once; If-Match with a change, so that it happens only to what the client has read.
#pragma once

#include "api/call.h"

// The answer that was given when the caller sent the same create with the same key before,
// which then is the call's answer (*ret_is_given). ERR_CONFLICT: the key came with another
// body. ERR_INVALID: it is no key. Without a key nothing is given.
enum err again_give(struct call *call, struct store_tx *tx, bool *ret_is_given);
// Keeps the call's answer for the next time, when there is a key.
enum err again_keep(struct call *call, struct store_tx *tx);

// Sets the header ETag, by the call's answer as it is written.
void again_tag(struct call *call);
// The call's answer shows what is about to be changed or deleted. ERR_CHANGED: If-Match names
// something else.
enum err again_match(struct call *call);
