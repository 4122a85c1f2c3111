// SPDX-License-Identifier: Apache-2.0
// The events of a load, made from one text in which only numbers change; inside of the load
// room.
#pragma once

#include "base/buf.h"
#include "base/rand.h"
#include "load/load.h"

struct body_maker {
    struct rng_stock random;
    const struct load_plan *plan;
    struct buf event;   // with zeros where numbers go
    size_t user_at;     // of the last digit
    size_t message_at;  // of the last digit
    size_t property_at; // of the last digit
    struct buf plain;   // a body that is packed
};

// The plan must outlive the maker.
void body_maker_init(struct body_maker *maker, const struct load_plan *plan, const char *run);
void body_maker_done(struct body_maker *maker);

// Appends the body of `count` events, the first with this number; returns whether it is packed.
bool body_make(struct body_maker *maker, uint64_t first, uint64_t count, struct buf *out);
