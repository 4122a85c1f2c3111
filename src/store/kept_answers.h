// SPDX-License-Identifier: Apache-2.0
// Answers that are given again when the same request comes again within a day.
#pragma once

#include "store/store.h"

enum { KEPT_ANSWER_MS = 24 * 60 * 60 * 1000, KEPT_ANSWER_DIGEST_LEN = 32 };

struct kept_answer_row {
    uint8_t digest[KEPT_ANSWER_DIGEST_LEN];  // of who asked, for what, with which key
    uint8_t request[KEPT_ANSWER_DIGEST_LEN]; // of the body
    int64_t status;
    str answer; // the body; sealed on disk
    int64_t created_ms;
};

// ERR_NOT_FOUND: none, or older than a day.
enum err store_kept_answer_get(struct store_tx *tx, const uint8_t *digest,
                               struct kept_answer_row *ret_row, struct problem *ret_problem);
// Fills created_ms; those older than a day go.
enum err store_kept_answer_add(struct store_tx *tx, struct kept_answer_row *row,
                               struct problem *ret_problem);
