// SPDX-License-Identifier: Apache-2.0
// Values that must not be shown.
#include "base/secret.h"

void secret_wipe(void *data, size_t len)
{
    if (len)
        explicit_bzero(data, len);
}
