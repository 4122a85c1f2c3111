// SPDX-License-Identifier: Apache-2.0
#include "http/method.h"

#include "base/base.h"

// What comes often goes first.
static const str methods[] = {
    { "POST", 4 },  { "GET", 3 },    { "OPTIONS", 7 }, { "HEAD", 4 },    { "PUT", 3 },
    { "PATCH", 5 }, { "DELETE", 6 }, { "TRACE", 5 },   { "CONNECT", 7 },
};

str method_known(str method)
{
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (str_eq(methods[i], method))
            return methods[i];
    return STR_NONE;
}
