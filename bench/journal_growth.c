// SPDX-License-Identifier: Apache-2.0
// The journal as it grows: the rate of appends per million events, then a death without
// closing, and how long opening takes and what memory it needs with everything still queued.
// usage: journal_growth DIR [MILLIONS]; DIR must not hold a journal; it takes about 250 MB for
// each million.
#include <inttypes.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "journal/journal.h"

enum { BODY_BYTES = 120, WINDOW = 4096, MILLION = 1000000, MILLIONS_MAX = 100 };

static const uint8_t id[16] = { 1 };

static double now_s(void)
{
    return (double)clock_mono_ns(clock_system()) / 1e9;
}

static void must(bool is_good, const char *what)
{
    if (is_good)
        return;
    (void)fprintf(stderr, "journal_growth: %s failed\n", what);
    exit(1);
}

static double rss_mb(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    must(file && fscanf(file, "%*u %lu", &pages) == 1, "statm");
    (void)fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static struct journal *open_journal(const char *dir)
{
    struct journal *journal = NULL;
    struct problem problem;
    struct journal_limits limits = journal_limits_default;
    limits.reserve_bytes = 0;
    enum err err = journal_open(fs_real(), str_of(dir), id, &limits, clock_system(),
                                observer_log(), &journal, &problem);
    if (err)
        (void)fprintf(stderr, "%s: %s\n", problem.field, problem.text);
    must(err == OK, "open");
    return journal;
}

// `WINDOW` appends are always on their way.
struct load {
    struct journal *journal;
    struct journal_record record;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t begun, ended, wanted;
};

struct slot {
    struct journal_append append;
    struct load *load;
};

static void on_done(struct journal_append *append, enum err err)
{
    struct load *load = CONTAINER_OF(append, struct slot, append)->load;
    must(err == OK, "append");
    pthread_mutex_lock(&load->lock);
    load->ended++;
    bool is_more = load->begun < load->wanted;
    load->begun += is_more;
    if (load->ended == load->wanted)
        pthread_cond_signal(&load->moved);
    pthread_mutex_unlock(&load->lock);
    if (is_more)
        must(journal_append(load->journal, &load->record, append) == OK, "append");
}

// Events a second.
static double append_million(struct load *load, struct slot *slots)
{
    double start = now_s();
    load->begun = WINDOW;
    load->ended = 0;
    load->wanted = MILLION;
    for (size_t i = 0; i < WINDOW; i++) {
        slots[i] = (struct slot){ .append.done = on_done, .load = load };
        must(journal_append(load->journal, &load->record, &slots[i].append) == OK, "append");
    }
    pthread_mutex_lock(&load->lock);
    while (load->ended < load->wanted)
        pthread_cond_wait(&load->moved, &load->lock);
    pthread_mutex_unlock(&load->lock);
    return MILLION / (now_s() - start);
}

static void grow(const char *dir, unsigned millions)
{
    static char body[BODY_BYTES];
    static struct slot slots[WINDOW];
    struct journal_event event = { .length = sizeof(body) };
    struct load load = {
        .journal = open_journal(dir),
        .record = { .received_wall_ms = clock_wall_ms(clock_system()),
                    .events = &event,
                    .event_count = 1,
                    .body = str_make(body, sizeof(body)) },
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .moved = PTHREAD_COND_INITIALIZER,
    };
    for (unsigned i = 1; i <= millions; i++) {
        double rate = append_million(&load, slots);
        (void)printf("million %3u: %7.0f events/s, %5.1f MB resident\n", i, rate, rss_mb());
        (void)fflush(stdout);
    }
    _exit(0); // as a death: nothing is sealed or closed
}

static void open_again(const char *dir, unsigned millions)
{
    double before_mb = rss_mb(), start = now_s();
    struct journal *journal = open_journal(dir);
    double open_s = now_s() - start, after_mb = rss_mb();
    struct journal_reader *reader = journal_reader_open(journal, POSITION_START);
    struct journal_read read;
    must(journal_read(reader, &read) == OK, "read");
    double first_s = now_s() - start;
    must(journal_end(journal).record == (uint64_t)millions * MILLION + 1, "finding all");
    (void)printf("open %.3f s, first record %.3f s, %.1f MB resident (%.1f before)\n", open_s,
                 first_s, after_mb, before_mb);
    journal_reader_close(reader);
    journal_close(journal);
}

static void in_child(void (*run)(const char *dir, unsigned millions), const char *dir,
                     unsigned millions)
{
    int status = 0;
    (void)fflush(stdout);
    pid_t pid = fork();
    must(pid >= 0, "fork");
    if (pid == 0) {
        run(dir, millions);
        exit(0);
    }
    must(waitpid(pid, &status, 0) == pid && status == 0, "a part");
}

int main(int argc, char **argv)
{
    uint64_t millions = 10;
    bool is_good = argc == 2 || (argc == 3 && str_to_u64(str_of(argv[2]), &millions));
    if (!is_good || millions == 0 || millions > MILLIONS_MAX) {
        (void)fprintf(stderr, "usage: journal_growth DIR [MILLIONS]\n");
        return 2;
    }
    in_child(grow, argv[1], (unsigned)millions);
    (void)printf("after a death:      ");
    in_child(open_again, argv[1], (unsigned)millions);
    (void)printf("after a clean end:  ");
    in_child(open_again, argv[1], (unsigned)millions);
    return 0;
}
