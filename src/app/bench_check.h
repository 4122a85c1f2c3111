// SPDX-License-Identifier: Apache-2.0
// Whether a load's acknowledged events are in the journal.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "load/load.h"

struct bench_stored {
    uint64_t stored;         // of the run
    uint64_t unacknowledged; // of these: their answer was lost, or none
    uint64_t twice;          // further times that one of these stands there
    uint64_t missing;        // acknowledged, and not there
};

// Reads the journal of a data directory, beside a running server or in a copy.
enum err bench_check(str data_dir, const struct load_result *result,
                     struct bench_stored *ret_stored, struct problem *ret_problem);
