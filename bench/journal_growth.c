// SPDX-License-Identifier: Apache-2.0
// The journal as it grows: the rate of appends per million events, then a death without
// closing, and how long opening takes and what memory it needs with everything still queued.
// With DEDUP_MB, each event has a messageId of its own that is remembered for a day in so much
// memory; then opening is timed too without the files that spare reading the segments again.
// usage: journal_growth DIR [MILLIONS [DEDUP_MB]]; DIR must not hold a journal; it takes about
// 250 MB for each million.
#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "journal/journal.h"

enum {
    BODY_BYTES = 120,
    WINDOW = 4096,
    MILLION = 1000000,
    MILLIONS_MAX = 100,
    DEDUP_WINDOW_S = 24 * 3600,
    DEDUP_MB_MAX = 4096,
    FIELD_BYTES = 4096, // room for the arena of one field
};

struct options {
    const char *dir;
    uint64_t millions;
    uint64_t dedup_mb; // 0: no messageIds
};

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

static struct journal *open_journal(const struct options *options)
{
    struct journal *journal = NULL;
    struct problem problem;
    struct journal_limits limits = journal_limits_default;
    limits.reserve_bytes = 0;
    limits.dedup_bytes = (size_t)options->dedup_mb << 20;
    enum err err = journal_open(fs_real(), str_of(options->dir), id, &limits, clock_system(),
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
    bool is_deduplicated;
    uint64_t before; // events of the millions before
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t begun, ended, wanted;
};

struct slot {
    struct journal_append append;
    struct load *load;
};

// Mixes a counter, so that ids fall all over the table as hashes do.
static uint64_t mix(uint64_t n)
{
    n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9;
    n = (n ^ (n >> 27)) * 0x94d049bb133111eb;
    return n ^ (n >> 31);
}

// Appends event number `n` of the million.
static void append_one(struct load *load, struct journal_append *append, uint64_t n)
{
    AUTO(arena_free) struct arena *arena = arena_new(FIELD_BYTES);
    struct journal_record record = load->record;
    uint64_t check = mix(load->before + n + 1);
    if (load->is_deduplicated)
        record.fields[record.field_count++] =
            (struct envelope_field){ ENVELOPE_DEDUP,
                                     journal_dedup_field(DEDUP_WINDOW_S, &check, 1, arena) };
    append->is_deduplicated = load->is_deduplicated;
    must(journal_append(load->journal, &record, append) == OK, "append");
}

static void on_done(struct journal_append *append, enum err err)
{
    struct load *load = CONTAINER_OF(append, struct slot, append)->load;
    must(err == OK && append->duplicate_count == 0, "append");
    pthread_mutex_lock(&load->lock);
    load->ended++;
    uint64_t next = load->begun;
    bool is_more = next < load->wanted;
    load->begun += is_more;
    if (load->ended == load->wanted)
        pthread_cond_signal(&load->moved);
    pthread_mutex_unlock(&load->lock);
    if (is_more)
        append_one(load, append, next);
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
        append_one(load, &slots[i].append, i);
    }
    pthread_mutex_lock(&load->lock);
    while (load->ended < load->wanted)
        pthread_cond_wait(&load->moved, &load->lock);
    pthread_mutex_unlock(&load->lock);
    return MILLION / (now_s() - start);
}

static void grow(const struct options *options)
{
    static char body[BODY_BYTES];
    static struct slot slots[WINDOW];
    struct journal_event event = { .length = sizeof(body) };
    struct load load = {
        .journal = open_journal(options),
        .is_deduplicated = options->dedup_mb > 0,
        .record = { .received_wall_ms = clock_wall_ms(clock_system()),
                    .events = &event,
                    .event_count = 1,
                    .body = str_make(body, sizeof(body)) },
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .moved = PTHREAD_COND_INITIALIZER,
    };
    for (unsigned i = 1; i <= options->millions; i++) {
        double rate = append_million(&load, slots);
        load.before += MILLION;
        (void)printf("million %3u: %7.0f events/s, %5.1f MB resident\n", i, rate, rss_mb());
        (void)fflush(stdout);
    }
    _exit(0); // as a death: nothing is sealed or closed
}

static void open_again(const struct options *options)
{
    double before_mb = rss_mb(), start = now_s();
    struct journal *journal = open_journal(options);
    double open_s = now_s() - start, after_mb = rss_mb();
    struct journal_reader *reader = journal_reader_open(journal, POSITION_START);
    struct journal_read read;
    must(journal_read(reader, &read) == OK, "read");
    double first_s = now_s() - start;
    must(journal_end(journal).record == options->millions * MILLION + 1, "finding all");
    struct journal_stats stats;
    journal_stats(journal, &stats);
    (void)printf("open %.3f s, first record %.3f s, %.1f MB resident (%.1f before), %" PRIu64
                 " ids known\n",
                 open_s, first_s, after_mb, before_mb, stats.known_ids);
    journal_reader_close(reader);
    journal_close(journal);
}

// As before there were such files: all that may count is read again.
static void remove_ids(const struct options *options)
{
    DIR *dir = opendir(options->dir);
    must(dir, "opendir");
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
        if (str_starts(str_of(entry->d_name), STR("ids-")))
            must(unlinkat(dirfd(dir), entry->d_name, 0) == 0, "unlink");
    (void)closedir(dir);
}

static void in_child(void (*run)(const struct options *options), const struct options *options)
{
    int status = 0;
    (void)fflush(stdout);
    pid_t pid = fork();
    must(pid >= 0, "fork");
    if (pid == 0) {
        run(options);
        exit(0);
    }
    must(waitpid(pid, &status, 0) == pid && status == 0, "a part");
}

static bool read_number(const char *text, uint64_t least, uint64_t most, uint64_t *ret_number)
{
    return str_to_u64(str_of(text), ret_number) && *ret_number >= least && *ret_number <= most;
}

static bool read_options(int argc, char **argv, struct options *ret_options)
{
    *ret_options = (struct options){ .dir = argc > 1 ? argv[1] : NULL, .millions = 10 };
    return argc >= 2 && argc <= 4 &&
           (argc < 3 || read_number(argv[2], 1, MILLIONS_MAX, &ret_options->millions)) &&
           (argc < 4 || read_number(argv[3], 0, DEDUP_MB_MAX, &ret_options->dedup_mb));
}

int main(int argc, char **argv)
{
    struct options options;
    if (!read_options(argc, argv, &options)) {
        (void)fprintf(stderr, "usage: journal_growth DIR [MILLIONS [DEDUP_MB]]\n");
        return 2;
    }
    in_child(grow, &options);
    (void)printf("after a death:      ");
    in_child(open_again, &options);
    (void)printf("after a clean end:  ");
    in_child(open_again, &options);
    if (options.dedup_mb > 0) {
        remove_ids(&options);
        (void)printf("without files of ids: ");
        in_child(open_again, &options);
        (void)printf("with them again:    ");
        in_child(open_again, &options);
    }
    return 0;
}
