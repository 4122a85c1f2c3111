// SPDX-License-Identifier: Apache-2.0
// Preloaded, it makes each fdatasync take SLOW_SYNC_MS milliseconds longer: a slow disk.
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int fdatasync(int fd)
{
    static int (*next)(int);
    if (!next)
        next = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    const char *text = getenv("SLOW_SYNC_MS");
    long delay_ms = text ? strtol(text, NULL, 10) : 0;
    struct timespec delay = { .tv_sec = delay_ms / 1000, .tv_nsec = delay_ms % 1000 * 1000000 };
    int result = next(fd);
    (void)nanosleep(&delay, NULL);
    return result;
}
