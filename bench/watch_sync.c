// SPDX-License-Identifier: Apache-2.0
// Preloaded, it counts each fdatasync in the file SYNC_COUNT (8 bytes, shared by all who have
// it) and makes it take SYNC_DELAY_MS milliseconds longer: a slow disk.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int (*next)(int);
static _Atomic uint64_t *count;
static struct timespec delay;

__attribute__((constructor)) static void begin(void)
{
    next = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    const char *text = getenv("SYNC_DELAY_MS");
    long delay_ms = text ? strtol(text, NULL, 10) : 0;
    delay =
        (struct timespec){ .tv_sec = delay_ms / 1000, .tv_nsec = delay_ms % 1000 * 1000000 };
    const char *path = getenv("SYNC_COUNT");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *map = fd < 0 ? MAP_FAILED
                       : mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        abort(); // a benchmark that counts nothing would say 0
    count = map;
    (void)close(fd);
}

int fdatasync(int fd)
{
    int result = next(fd);
    atomic_fetch_add(count, 1);
    if (delay.tv_sec || delay.tv_nsec)
        (void)nanosleep(&delay, NULL);
    return result;
}
