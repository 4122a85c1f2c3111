// SPDX-License-Identifier: Apache-2.0
// `pintle key rotate`: a new key for the sealed values of the store.
#include "app/command.h"
#include "app/platform.h"

static void tell(void *ctx, const char *table, int64_t count)
{
    (void)ctx;
    (void)fprintf(stderr, "%s: %lld values sealed anew so far\n", table, (long long)count);
}

static enum exit_code run(const struct invocation *invocation)
{
    struct platform platform;
    struct problem problem;
    const struct store_progress progress = { .tell = tell };
    int64_t count = 0;
    enum err err = platform_open(&platform, invocation->settings, false, &problem);
    if (err == ERR_LOCKED)
        (void)problem_set(&problem, err, invocation->settings->data,
                          "is in use: stop the server first, it holds the key in memory");
    if (!err)
        err = store_rotate_key(platform.store, &progress, &count, &problem);
    platform_close(&platform);
    if (err)
        return command_fail(&problem);
    (void)printf("%lld\n", (long long)count);
    return EXIT_DONE;
}

const struct command command_key_rotate = {
    .name = "key rotate",
    .summary = "Seal all secrets with a new key; prints how many there are",
    .prose =
        "With the server stopped. The old key stays in the key file until everything is "
        "sealed\n"
        "with the new one; after a crash in between, run it again. Keep the old key file with\n"
        "older backups: they open with nothing else.",
    .run = run,
};
