// SPDX-License-Identifier: Apache-2.0
// A value that must not be shown. It is a struct of its own so that neither the log formatter
// nor the JSON writer accepts it by accident; secret_reveal marks each place where it is used
// on purpose.
#pragma once

#include "base/base.h"
#include "base/str.h"

struct secret {
    str hidden;
};

static inline struct secret secret_of(str value)
{
    return (struct secret){ .hidden = value };
}

static inline str secret_reveal(struct secret secret)
{
    return secret.hidden;
}

// Overwrites memory in a way the compiler does not drop.
void secret_wipe(void *data, size_t len);
