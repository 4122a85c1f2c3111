// SPDX-License-Identifier: Apache-2.0
// Patience with a disk that refuses to read.
#include "journal/refused.h"

#include "base/mem.h"

// Whether the disk gives back anything. If it does not, it is away as a whole, which says
// nothing of what it holds. What the kernel has in memory would answer for it: so not that.
static bool is_disk_there(struct fs_file *head)
{
    struct head_wire wire;
    head->ops->forget(head, 0, PAGE_BYTES);
    return head->ops->pread(head, &wire, sizeof(wire), 0) == (ssize_t)sizeof(wire);
}

// --- Where nobody waits

struct tries {
    uint64_t page;
    int count;
};

// Whether to ask again for what was refused last, given up or not.
static bool ask_again(struct fs_file *head, struct tries *tries, struct pages *pages)
{
    tries->count = pages->asked == tries->page ? tries->count + 1 : 1;
    tries->page = pages->asked;
    if (tries->count < REFUSED_TRIES)
        return true;
    if (tries->page == PAGES_NONE || !is_disk_there(head))
        return false;
    pages_give_up(pages, tries->page);
    return true;
}

enum walk_result refused_walk_next(struct fs_file *head, struct walk *walk,
                                   struct walk_record *ret_record)
{
    struct tries tries = { .page = PAGES_NONE };
    enum walk_result result;
    do
        result = walk_next(walk, ret_record);
    while (result == WALK_FAILED && ask_again(head, &tries, &walk->pages));
    return result;
}

ssize_t refused_read(struct fs_file *head, struct pages *pages, struct fs_file *file,
                     const struct pages_read *read)
{
    struct tries tries = { .page = PAGES_NONE };
    ssize_t got;
    do
        got = pages_read(pages, file, read);
    while (got < 0 && ask_again(head, &tries, pages));
    return got;
}

ssize_t refused_pread(struct fs_file *file, void *dest, size_t len, uint64_t offset)
{
    int tries = REFUSED_TRIES;
    ssize_t got;
    do
        got = file->ops->pread(file, dest, len, offset);
    while (got < 0 && pages_is_refusal((int)got) && --tries > 0);
    return got;
}

// --- What is known of a segment

// Of a stretch of pages the first is told; records are told one by one.
static bool is_told(const struct segment *segment, uint64_t page)
{
    return page == 0 || !pages_is_given_up(&segment->refused, page - PAGE_BYTES);
}

static const char *what_of(const struct segment *segment, uint64_t page)
{
    if (page < GROUPS_OFFSET)
        return "the disk refuses to read the head of a journal segment: it is walked instead";
    return page < segment->end_offset
               ? "the disk refuses to read a page of a journal segment: its records count as "
                 "damaged"
               : "the disk refuses to read a page behind the end of a journal segment: what "
                 "stands there, if anything, is left out";
}

static void tell(const struct journal *journal, uint64_t sequence, const char *what,
                 uint64_t page)
{
    observe(journal->observer, LOG_ERROR, what, LOG_CSTR("dir", journal->dir),
            LOG_INT("segment", (int64_t)sequence), LOG_INT("offset", (int64_t)page));
}

void refused_keep(const struct journal *journal, struct segment *segment,
                  const struct pages *pages)
{
    for (uint64_t page = 0; page < pages->room * 8 * PAGE_BYTES; page += PAGE_BYTES) {
        if (!pages_is_given_up(pages, page) || pages_is_given_up(&segment->refused, page))
            continue;
        if (is_told(segment, page))
            tell(journal, segment->sequence, what_of(segment, page), page);
        pages_give_up(&segment->refused, page);
    }
}

// --- Readers

static struct waiting_page *find(const struct segment *segment, uint64_t page)
{
    for (size_t i = 0; i < segment->waiting_count; i++)
        if (segment->waiting[i].page == page)
            return &segment->waiting[i];
    return NULL;
}

static struct waiting_page *add(struct segment *segment, uint64_t page, int64_t now_ms)
{
    size_t bytes = (segment->waiting_count + 1) * sizeof(*segment->waiting);
    segment->waiting = mem_realloc(segment->waiting, bytes);
    struct waiting_page *added = &segment->waiting[segment->waiting_count++];
    *added = (struct waiting_page){ .page = page, .since_mono_ms = now_ms };
    return added;
}

// With the lock: whether it was asked for often and long enough. A page behind one that was
// given up is part of the same trouble, and not waited for again.
static bool is_waited_for(const struct journal *journal, struct segment *segment, uint64_t page)
{
    int64_t now_ms = clock_mono_ms(journal->clock);
    struct waiting_page *found = find(segment, page);
    if (!found)
        found = add(segment, page, now_ms);
    else if (now_ms - found->last_mono_ms > REFUSED_PAUSE_MS)
        *found = (struct waiting_page){ .page = page, .since_mono_ms = now_ms };
    found->last_mono_ms = now_ms;
    found->tries++;
    return (page > 0 && pages_is_given_up(&segment->refused, page - PAGE_BYTES)) ||
           (found->tries >= REFUSED_TRIES &&
            now_ms - found->since_mono_ms >= REFUSED_PATIENCE_MS);
}

static void forgive(struct segment *segment, uint64_t page)
{
    struct waiting_page *found = find(segment, page);
    if (found)
        *found = segment->waiting[--segment->waiting_count];
}

enum verdict { ASK_AGAIN, KNOWN, FINAL };

static enum verdict judge(struct journal *journal, const struct walk *walk)
{
    enum verdict verdict = ASK_AGAIN; // also of a segment that has been retired
    pthread_mutex_lock(&journal->lock);
    struct segment *segment = segments_get(journal, walk->segment);
    if (segment && pages_is_given_up(&segment->refused, walk->pages.asked))
        verdict = KNOWN;
    else if (segment && is_waited_for(journal, segment, walk->pages.asked))
        verdict = FINAL;
    pthread_mutex_unlock(&journal->lock);
    return verdict;
}

static void give_up(struct journal *journal, uint64_t sequence, uint64_t page)
{
    const char *what = NULL;
    pthread_mutex_lock(&journal->lock);
    struct segment *segment = segments_get(journal, sequence);
    // Another reader may have come first.
    if (segment && !pages_is_given_up(&segment->refused, page)) {
        what = is_told(segment, page) ? what_of(segment, page) : NULL;
        pages_give_up(&segment->refused, page);
        forgive(segment, page);
    }
    pthread_mutex_unlock(&journal->lock);
    if (what)
        tell(journal, sequence, what, page);
}

bool refused_go_on(struct journal *journal, struct walk *walk)
{
    uint64_t page = walk->pages.asked;
    if (page == PAGES_NONE)
        return false;
    enum verdict verdict = judge(journal, walk);
    if (verdict == ASK_AGAIN || (verdict == FINAL && !is_disk_there(journal->head)))
        return false;
    if (verdict == FINAL)
        give_up(journal, walk->segment, page);
    pages_give_up(&walk->pages, page);
    return true;
}

static void forgive_read(struct segment *segment, const struct pages *pages)
{
    for (size_t i = segment->waiting_count; i-- > 0;) {
        struct waiting_page *waiting = &segment->waiting[i];
        if (waiting->page + PAGE_BYTES > pages->read_from && waiting->page < pages->read_end)
            *waiting = segment->waiting[--segment->waiting_count];
    }
}

void refused_forgive(struct journal *journal, struct walk *walk)
{
    if (walk->pages.read_end == 0)
        return;
    pthread_mutex_lock(&journal->lock);
    struct segment *segment = segments_get(journal, walk->segment);
    if (segment)
        forgive_read(segment, &walk->pages);
    pthread_mutex_unlock(&journal->lock);
    walk->pages.read_from = walk->pages.read_end = 0;
}

void refused_share(struct journal *journal, struct walk *walk)
{
    pthread_mutex_lock(&journal->lock);
    const struct segment *segment = segments_get(journal, walk->segment);
    if (segment)
        pages_give_up_all(&walk->pages, &segment->refused);
    pthread_mutex_unlock(&journal->lock);
}
