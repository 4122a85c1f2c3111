// SPDX-License-Identifier: Apache-2.0
// KSUIDs: 27 base62 characters that sort by time of making. 32 bits of seconds since
// 2014-05-13T16:53:20Z, then 128 random bits.
#pragma once

#include "base/base.h"
#include "base/clock.h"
#include "base/rand.h"
#include "base/str.h"

enum { KSUID_LEN = 27 };

void ksuid_make(const struct clock *clock, struct rng *rng, char ret_text[KSUID_LEN + 1]);

// The next one in order, for ids that are made in the same second one after the other.
void ksuid_advance(char text[KSUID_LEN + 1]);

// Length, alphabet and range.
bool ksuid_is_valid(str text);
