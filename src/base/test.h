// SPDX-License-Identifier: Apache-2.0
// cmocka with the headers it wants before it; included by unit tests only.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// How long a test waits for what must come. Nothing is measured with it: a machine that is busy
// with other things may stop any thread for many seconds.
enum { PATIENCE_S = 60, PATIENCE_MS = PATIENCE_S * 1000 };

// A str against a text that ends in 0.
#define assert_text(actual, text) assert_true(str_eq((actual), str_of(text)))
