// SPDX-License-Identifier: Apache-2.0
// For unit tests: a slow second evaluator of policies, a plain table of who may what, id by id.
#pragma once

#include "base/test.h"

#include "access/policy.h"
#include "base/rand.h"

enum { PLAIN_IDS = 4 };
extern const char *const plain_ids[PLAIN_IDS];

struct plain {
    bool whole[RESOURCE_COUNT][ACTION_COUNT];
    bool single[RESOURCE_COUNT][ACTION_COUNT][PLAIN_IDS];
    bool pii[PII_COUNT];
};

uint8_t plain_byte(struct rng *rng);
// Few rights, so that two often have something in common.
struct plain plain_random(struct rng *rng);
// The policy that says the same.
struct policy plain_policy(const struct plain *plain, struct arena *arena);
// id: which of plain_ids; -1: all there are and all to come.
bool plain_allows(const struct plain *plain, unsigned resource, unsigned action, int id);
bool plain_is_within(const struct plain *narrow, const struct plain *wide);

// How many rounds a random test has: the environment's PINTLE_ROUNDS, or `fallback`.
long random_rounds(long fallback);
