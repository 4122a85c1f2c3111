// SPDX-License-Identifier: Apache-2.0
// How close the journal's appends come to what the disk allows: plain writes of the same size,
// each synced, into a preallocated file. Prints ratios of one run; usage: journal_append DIR.
#include <inttypes.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "journal/journal.h"

enum { BODY_BYTES = 700, ROUNDS = 1500, LARGE_ROUNDS = 100000 };

static double now_s(void)
{
    return (double)clock_mono_ns(clock_system()) / 1e9;
}

static void must(bool is_good, const char *what)
{
    if (is_good)
        return;
    (void)fprintf(stderr, "journal_append: %s failed\n", what);
    exit(1);
}

// Synced writes per second into a file that has been written before.
static double measure_disk(const char *dir)
{
    static char block[1024];
    char path[512];
    struct fs_file *file = NULL;
    struct fs *fs = fs_real();
    struct iovec part = { .iov_base = block, .iov_len = sizeof(block) };
    double start = 0;
    (void)snprintf(path, sizeof(path), "%s/plain", dir);
    must(fs->ops->open(fs, path, FS_WRITE, &file) == 0, "open");
    for (int pass = 0; pass < 2; pass++) { // the second one finds its blocks
        start = now_s();
        for (uint64_t i = 0; i < ROUNDS; i++) {
            must(file->ops->pwritev(file, &part, 1, i * sizeof(block)) > 0, "write");
            must(pass == 0 || file->ops->datasync(file) == 0, "sync");
        }
        must(file->ops->datasync(file) == 0, "sync");
    }
    double rate = ROUNDS / (now_s() - start);
    fs_file_close(file);
    (void)fs->ops->remove(fs, path);
    return rate;
}

// `window` appends are always on their way.
struct load {
    struct journal *journal;
    struct journal_record record;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t done;
};

struct one {
    struct journal_append append;
    struct load *load;
};

static void on_done(struct journal_append *append, enum err err)
{
    struct one *one = CONTAINER_OF(append, struct one, append);
    struct load *load = one->load;
    must(err == OK, "append");
    pthread_mutex_lock(&load->lock);
    load->done++;
    pthread_cond_signal(&load->moved);
    pthread_mutex_unlock(&load->lock);
    mem_free(one);
}

static double measure_journal(struct load *load, uint64_t rounds, uint64_t window)
{
    double start = now_s();
    load->done = 0;
    for (uint64_t i = 0; i < rounds; i++) {
        struct one *one = NEW(struct one);
        one->append.done = on_done;
        one->load = load;
        pthread_mutex_lock(&load->lock);
        while (i - load->done >= window)
            pthread_cond_wait(&load->moved, &load->lock);
        pthread_mutex_unlock(&load->lock);
        must(journal_append(load->journal, &load->record, &one->append) == OK, "append");
    }
    pthread_mutex_lock(&load->lock);
    while (load->done < rounds)
        pthread_cond_wait(&load->moved, &load->lock);
    pthread_mutex_unlock(&load->lock);
    return (double)rounds / (now_s() - start);
}

static double measure_reader(struct load *load, uint64_t *ret_count)
{
    struct journal_reader *reader = journal_reader_open(load->journal, POSITION_START);
    struct journal_read read;
    double start = now_s();
    *ret_count = 0;
    while (journal_read(reader, &read) == OK)
        ++*ret_count;
    double rate = (double)*ret_count / (now_s() - start);
    journal_reader_close(reader);
    return rate;
}

static void open_journal(struct load *load, const char *dir)
{
    static const uint8_t id[16] = "benchmark";
    struct problem problem = { 0 };
    struct journal_limits limits = journal_limits_default;
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/journal", dir);
    enum err err = journal_open(fs_real(), str_of(path), id, &limits, clock_system(),
                                observer_log(), &load->journal, &problem);
    must(err == OK, problem.text);
}

int main(int argc, char **argv)
{
    static char body[BODY_BYTES];
    struct journal_event event = { .length = BODY_BYTES };
    struct load load = {
        .record = {
            .received_wall_ms = clock_wall_ms(clock_system()),
            .events = &event,
            .event_count = 1,
            .body = { body, BODY_BYTES },
        },
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .moved = PTHREAD_COND_INITIALIZER,
    };
    uint64_t count;
    must(argc == 2, "usage: journal_append DIR; reading the arguments");
    memset(body, 'x', sizeof(body));
    double disk = measure_disk(argv[1]);
    open_journal(&load, argv[1]);
    double one = measure_journal(&load, ROUNDS, 1);
    double many = measure_journal(&load, LARGE_ROUNDS, 1000);
    double readings = measure_reader(&load, &count);
    journal_close(load.journal);
    double start = now_s();
    open_journal(&load, argv[1]);
    double open_s = now_s() - start;
    journal_close(load.journal);
    printf("plain synced writes              1.00 (%.0f/s)\n", disk);
    printf("one append at a time             %.2f\n", one / disk);
    printf("1000 appends on their way        %.1f\n", many / disk);
    printf("reading back, by appends         %.1f\n", readings / many);
    printf("opening, by reading %" PRIu64 " back %.4f\n", count,
           open_s * readings / (double)count);
    return 0;
}
