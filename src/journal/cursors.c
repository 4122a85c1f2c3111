// SPDX-License-Identifier: Apache-2.0
// All cursors in memory, and the thread that writes them while they change.
#include "journal/cursors.h"

#include <limits.h>
#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "journal/snapshot.h"

// What has been finished since the last write is sent again after a crash, and a write holds up
// the events' own: so the next one comes after a pause of this many times what the last one
// took, within bounds. What fails, fails fast: so it is tried again after the longest one.
enum { PAUSE_FACTOR = 20, PAUSE_MIN_NS = 10000000, PAUSE_MAX_NS = 1000000000 };
enum { NAMES_BYTES = 32, NS_PER_MS = 1000000 };

struct cursors {
    char *dir;
    const struct clock *clock;
    struct observer *observer;
    struct snapshots snapshots; // the writer thread's
    pthread_t thread;

    pthread_mutex_t lock;
    pthread_cond_t wake;    // of the writer
    pthread_cond_t written; // an attempt has ended
    struct map *entries;
    uint64_t change;         // counts puts and removals
    uint64_t durable_change; // the last one that is on disk
    uint64_t failures;
    int64_t unwritten_ns; // the first change that is not on disk was made then, or later
    int64_t attempted_ns; // when the last attempt began
    int64_t pause_ns;     // from then to the next one
    bool is_sync_wanted;
    bool is_closing;

    bool is_failing; // the writer thread's: the last attempt failed, which has been told

    pthread_mutex_t watch_lock; // held while the watch is told
    struct cursors_watch *watch;
    struct position durable_low; // of the last snapshot on disk
    bool has_durable_low;
};

static void cursors_free(struct cursors *cursors)
{
    if (!cursors)
        return;
    struct cursor_entry *entry;
    size_t at = 0;
    while ((entry = map_each(cursors->entries, &at)))
        cursor_entry_free(entry);
    map_free(cursors->entries);
    snapshots_close(&cursors->snapshots);
    pthread_cond_destroy(&cursors->written);
    pthread_cond_destroy(&cursors->wake);
    pthread_mutex_destroy(&cursors->lock);
    pthread_mutex_destroy(&cursors->watch_lock);
    mem_free(cursors->dir);
    mem_free(cursors);
}
AUTO_DEFINE(struct cursors *, cursors_free)

// With the lock.
static const struct cursor_entry *find_lowest(const struct cursors *cursors)
{
    const struct cursor_entry *entry, *lowest = NULL;
    size_t at = 0;
    while ((entry = map_each(cursors->entries, &at))) {
        if (!lowest || position_cmp(entry->low, lowest->low) < 0)
            lowest = entry;
    }
    return lowest;
}

// What was written is on disk; `low` is its lowest, NULL: it held no cursor.
static void tell_durable(struct cursors *cursors, const struct position *low)
{
    pthread_mutex_lock(&cursors->watch_lock);
    cursors->has_durable_low = low != NULL;
    if (low)
        cursors->durable_low = *low;
    if (low && cursors->watch)
        cursors->watch->durable(cursors->watch, *low);
    pthread_mutex_unlock(&cursors->watch_lock);
}

void cursors_watch(struct cursors *cursors, struct cursors_watch *watch)
{
    pthread_mutex_lock(&cursors->watch_lock);
    assert(!cursors->watch);
    cursors->watch = watch;
    if (cursors->has_durable_low)
        watch->durable(watch, cursors->durable_low);
    pthread_mutex_unlock(&cursors->watch_lock);
}

void cursors_unwatch(struct cursors *cursors)
{
    pthread_mutex_lock(&cursors->watch_lock);
    cursors->watch = NULL;
    pthread_mutex_unlock(&cursors->watch_lock);
}

// Tells when failing begins and when it is over: a disk that refuses is asked every second.
static void tell_failing(struct cursors *cursors, int failed)
{
    bool is_news = cursors->is_failing != (failed != 0);
    cursors->is_failing = failed != 0;
    if (!is_news)
        return;
    struct problem problem;
    if (failed) {
        enum err err = fs_error(failed, cursors->dir, &problem);
        observe(cursors->observer, LOG_ERROR, "cursors cannot be written",
                LOG_CSTR("dir", cursors->dir), LOG_ERR(err), LOG_CSTR("reason", problem.text));
    } else {
        observe(cursors->observer, LOG_INFO, "cursors are written again",
                LOG_CSTR("dir", cursors->dir));
    }
}

// With the lock, which is given up while writing.
static void attempt(struct cursors *cursors, struct buf *payload)
{
    uint64_t change = cursors->change;
    size_t count = map_count(cursors->entries);
    const struct cursor_entry *lowest = find_lowest(cursors);
    struct position low = lowest ? lowest->low : POSITION_START;
    buf_clear(payload);
    snapshot_encode(cursors->entries, payload);
    cursors->is_sync_wanted = false;
    cursors->attempted_ns = clock_mono_ns(cursors->clock);
    pthread_mutex_unlock(&cursors->lock);
    int failed = snapshots_write(&cursors->snapshots, payload, count);
    tell_failing(cursors, failed);
    if (!failed)
        tell_durable(cursors, count ? &low : NULL);
    int64_t took_ns = clock_mono_ns(cursors->clock) - cursors->attempted_ns;
    pthread_mutex_lock(&cursors->lock);
    cursors->pause_ns =
        failed ? PAUSE_MAX_NS
               : MAX((int64_t)PAUSE_MIN_NS, MIN(took_ns * PAUSE_FACTOR, (int64_t)PAUSE_MAX_NS));
    if (failed) {
        cursors->failures++;
    } else {
        cursors->durable_change = change;
        cursors->unwritten_ns = cursors->attempted_ns; // of what has come since then
    }
    pthread_cond_broadcast(&cursors->written);
}

// With the lock: sleeps for so long, or until woken.
static void pause_writing(struct cursors *cursors, int64_t wait_ns)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t nanoseconds = until.tv_nsec + wait_ns;
    until.tv_sec += nanoseconds / 1000000000;
    until.tv_nsec = nanoseconds % 1000000000;
    (void)pthread_cond_timedwait(&cursors->wake, &cursors->lock, &until);
}

static void *run(void *arg)
{
    struct cursors *cursors = arg;
    AUTO(buf_done) struct buf payload = { 0 };
    bool is_over = false;
    pthread_mutex_lock(&cursors->lock);
    while (!is_over) {
        bool is_closing = cursors->is_closing;
        int64_t wait_ns =
            cursors->attempted_ns + cursors->pause_ns - clock_mono_ns(cursors->clock);
        if (cursors->change == cursors->durable_change) {
            is_over = is_closing;
            if (!is_over)
                pthread_cond_wait(&cursors->wake, &cursors->lock);
        } else if (wait_ns > 0 && !is_closing && !cursors->is_sync_wanted) {
            pause_writing(cursors, MIN(wait_ns, (int64_t)PAUSE_MAX_NS));
        } else {
            attempt(cursors, &payload);
            is_over = is_closing;
        }
    }
    pthread_mutex_unlock(&cursors->lock);
    return NULL;
}

static struct cursors *cursors_new(str dir, const uint8_t id[16])
{
    struct cursors *cursors = NEW(struct cursors);
    pthread_condattr_t monotonic;
    cursors->dir = mem_alloc(dir.len + 1);
    (void)str_copy(dir, cursors->dir, dir.len + 1);
    memcpy(cursors->snapshots.id, id, sizeof(cursors->snapshots.id));
    cursors->entries = map_new();
    pthread_mutex_init(&cursors->lock, NULL);
    pthread_mutex_init(&cursors->watch_lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&cursors->wake, &monotonic);
    pthread_cond_init(&cursors->written, NULL);
    pthread_condattr_destroy(&monotonic);
    return cursors;
}

enum err cursors_open(struct fs *fs, str dir, const uint8_t id[16], const struct clock *clock,
                      struct observer *observer, struct cursors **ret_cursors,
                      struct problem *ret_problem)
{
    if (dir.len == 0 || dir.len + NAMES_BYTES > PATH_MAX)
        return problem_set(ret_problem, ERR_INVALID, dir, "is too long or empty for a path");
    AUTO(cursors_free) struct cursors *cursors = cursors_new(dir, id);
    cursors->clock = clock;
    cursors->observer = observer;
    cursors->attempted_ns = clock_mono_ns(clock) - PAUSE_MIN_NS;
    cursors->pause_ns = PAUSE_MIN_NS;
    enum err err = fs_make_dir(fs, cursors->dir, ret_problem);
    if (err == OK)
        err = snapshots_open(&cursors->snapshots, fs, dir, observer, cursors->entries,
                             ret_problem);
    if (err != OK)
        return err;
    const struct cursor_entry *lowest = find_lowest(cursors);
    tell_durable(cursors, lowest ? &lowest->low : NULL);
    if (pthread_create(&cursors->thread, NULL, run, cursors) != 0)
        return problem_set(ret_problem, ERR_IO, dir, "the cursor thread cannot be started");
    *ret_cursors = TAKE(cursors);
    return OK;
}

int64_t cursors_unwritten_ms(struct cursors *cursors)
{
    pthread_mutex_lock(&cursors->lock);
    bool is_written = cursors->change == cursors->durable_change;
    int64_t since_ns = cursors->unwritten_ns;
    pthread_mutex_unlock(&cursors->lock);
    return is_written ? 0 : (clock_mono_ns(cursors->clock) - since_ns) / NS_PER_MS;
}

// The last attempt has failed, too: also where that was told long ago, it counts only now.
static void tell_unwritten(struct cursors *cursors)
{
    if (cursors->change == cursors->durable_change)
        return;
    observe(cursors->observer, LOG_ERROR,
            "cursors stay unwritten: what was delivered since may be sent again",
            LOG_CSTR("dir", cursors->dir),
            LOG_INT("unwritten_ms", cursors_unwritten_ms(cursors)));
}

void cursors_close(struct cursors *cursors)
{
    if (!cursors)
        return;
    pthread_mutex_lock(&cursors->lock);
    cursors->is_closing = true;
    pthread_cond_signal(&cursors->wake);
    pthread_mutex_unlock(&cursors->lock);
    pthread_join(cursors->thread, NULL);
    tell_unwritten(cursors);
    cursors_free(cursors);
}

static void *copy_of(const void *items, size_t bytes)
{
    void *copy = mem_alloc(bytes);
    if (bytes)
        memcpy(copy, items, bytes);
    return copy;
}

static struct cursor_entry *entry_of(const struct cursor *cursor)
{
    struct cursor_entry *entry = NEW(struct cursor_entry);
    bool fits = str_copy(cursor->reader, entry->reader, sizeof(entry->reader));
    assert(fits && cursor->reader.len > 0);
    (void)fits;
    entry->low = cursor->low;
    entry->finished =
        copy_of(cursor->finished, cursor->finished_count * sizeof(*cursor->finished));
    entry->finished_count = cursor->finished_count;
    entry->parked = copy_of(cursor->parked, cursor->parked_count * sizeof(*cursor->parked));
    entry->parked_count = cursor->parked_count;
    entry->routes = copy_of(cursor->routes, cursor->route_count * sizeof(*cursor->routes));
    entry->route_count = cursor->route_count;
    return entry;
}

static void note_change(struct cursors *cursors)
{
    bool was_idle = cursors->change == cursors->durable_change;
    cursors->change++;
    if (!was_idle)
        return;
    cursors->unwritten_ns = clock_mono_ns(cursors->clock);
    pthread_cond_signal(&cursors->wake);
}

void cursors_put(struct cursors *cursors, const struct cursor *cursor)
{
    struct cursor_entry *entry = entry_of(cursor);
    str key = str_of(entry->reader);
    pthread_mutex_lock(&cursors->lock);
    struct cursor_entry *old = map_remove(cursors->entries, key); // its key goes with it
    (void)map_put(cursors->entries, key, entry);
    note_change(cursors);
    pthread_mutex_unlock(&cursors->lock);
    cursor_entry_free(old);
}

void cursors_remove(struct cursors *cursors, str reader)
{
    pthread_mutex_lock(&cursors->lock);
    struct cursor_entry *old = map_remove(cursors->entries, reader);
    if (old)
        note_change(cursors);
    pthread_mutex_unlock(&cursors->lock);
    cursor_entry_free(old);
}

enum err cursors_get(struct cursors *cursors, str reader, struct arena *arena,
                     struct cursor *ret_cursor)
{
    pthread_mutex_lock(&cursors->lock);
    const struct cursor_entry *entry = map_get(cursors->entries, reader);
    if (entry)
        *ret_cursor = cursor_entry_copy(entry, arena);
    pthread_mutex_unlock(&cursors->lock);
    return entry ? OK : ERR_NOT_FOUND;
}

size_t cursors_readers(struct cursors *cursors, struct arena *arena, str **ret_readers)
{
    const struct cursor_entry *entry;
    size_t at = 0, count = 0;
    pthread_mutex_lock(&cursors->lock);
    str *readers = ARENA_ARRAY(arena, str, map_count(cursors->entries));
    while ((entry = map_each(cursors->entries, &at)))
        readers[count++] = arena_dup(arena, str_of(entry->reader));
    pthread_mutex_unlock(&cursors->lock);
    *ret_readers = readers;
    return count;
}

bool cursors_lowest(struct cursors *cursors, struct position *ret_low, char ret_reader[65])
{
    pthread_mutex_lock(&cursors->lock);
    const struct cursor_entry *lowest = find_lowest(cursors);
    if (lowest) {
        *ret_low = lowest->low;
        (void)str_copy(str_of(lowest->reader), ret_reader, CURSOR_READER_MAX + 1);
    }
    pthread_mutex_unlock(&cursors->lock);
    return lowest != NULL;
}

enum err cursors_sync(struct cursors *cursors)
{
    pthread_mutex_lock(&cursors->lock);
    uint64_t wanted = cursors->change;
    uint64_t failures = cursors->failures;
    while (cursors->durable_change < wanted && cursors->failures == failures) {
        cursors->is_sync_wanted = true;
        pthread_cond_signal(&cursors->wake);
        pthread_cond_wait(&cursors->written, &cursors->lock);
    }
    bool is_durable = cursors->durable_change >= wanted;
    pthread_mutex_unlock(&cursors->lock);
    return is_durable ? OK : ERR_IO;
}
