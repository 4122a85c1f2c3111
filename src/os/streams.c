// SPDX-License-Identifier: Apache-2.0
// The three descriptors that every program counts on.
#include "os/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool streams_hold(void)
{
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++) {
        if (fcntl(number, F_GETFD) >= 0 || errno != EBADF)
            continue;
        // The lowest free number is given, which is this one: those below are taken by now.
        if (open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY) != number)
            return false;
    }
    return true;
}
