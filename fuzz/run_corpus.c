// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over the files of directories, as a plain test: `run_corpus DIR…`.
#include <dirent.h>

#include "base/base.h"
#include "base/buf.h"
#include "check.h"

static bool file_run(const char *dir, const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *file = fopen(path, "rbe");
    if (!file) {
        perror(path);
        return false;
    }
    struct buf bytes = { 0 };
    size_t got;
    while ((got = fread(buf_reserve(&bytes, 4096), 1, 4096, file)) > 0)
        bytes.len += got;
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput((const uint8_t *)bytes.data, bytes.len);
    buf_done(&bytes);
    return true;
}

static size_t dir_run(const char *path)
{
    DIR *dir = opendir(path);
    size_t count = 0;
    if (!dir) {
        perror(path);
        return 0;
    }
    for (struct dirent *entry; (entry = readdir(dir));)
        if (entry->d_name[0] != '.')
            count += file_run(path, entry->d_name);
    (void)closedir(dir);
    return count;
}

// Fails when a directory has no readable file: a corpus that is not found proves nothing.
int main(int argc, char **argv)
{
    bool is_complete = argc > 1;
    for (int i = 1; i < argc; i++) {
        size_t count = dir_run(argv[i]);
        (void)printf("%s: %zu inputs\n", argv[i], count);
        is_complete = is_complete && count > 0;
    }
    return is_complete ? EXIT_SUCCESS : EXIT_FAILURE;
}
