// SPDX-License-Identifier: Apache-2.0
// Which token has been given the secrets of which destination: the first time is told to the
// audit log.
#pragma once

#include "store/store.h"

// Notes it. *ret_is_first: it was not noted before.
enum err store_secret_reveal_note(struct store_tx *tx, str destination_id, str token_id,
                                  bool *ret_is_first, struct problem *ret_problem);
enum err store_secret_reveal_is_noted(struct store_tx *tx, str destination_id, str token_id,
                                      bool *ret_is_noted, struct problem *ret_problem);
