// SPDX-License-Identifier: Apache-2.0
// The three descriptors that every program counts on.
#pragma once

#include "base/base.h"

// Takes the places of stdin, stdout and stderr that the process was started without, so that no
// file, pipe or socket gets their numbers and what somebody prints. Reading and writing fail
// there as before. False: it cannot be done (errno).
bool streams_hold(void);
