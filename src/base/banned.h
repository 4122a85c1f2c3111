// SPDX-License-Identifier: Apache-2.0
// Functions that this project does not use, each a compile error. Their replacements are in
// base.
#pragma once

// The system headers that declare them come first, so that only uses are poisoned.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok atoi atol sscanf gets
#undef alloca
#pragma GCC poison gmtime localtime ctime asctime mktemp alloca setlocale
