// SPDX-License-Identifier: Apache-2.0
// The ring and the table. A slot of the table holds the number of an entry in the ring, by
// linear probing; a removed slot is closed by moving up those behind it, so that there are no
// marks to sweep. Never grows: a log thread that moved millions of entries would hold up all
// who wait for the disk.
#include "journal/dedup.h"

#include "base/mem.h"

enum {
    IDS_LEAST = 64,
    BYTES_PER_ID = sizeof(struct dedup_id) + 2 * sizeof(uint32_t),
    AHEAD = 16, // so many ids before it is needed, a slot is fetched
};

struct dedup {
    struct dedup_id *ring; // entry n stands at n & ring_mask
    uint32_t *slots;       // place in the ring + 1; 0: free
    size_t ring_mask;
    size_t slot_mask;
    uint64_t first; // entries are numbered without end
    uint64_t end;
    uint64_t mark;
    uint64_t evicted;
};

struct dedup *dedup_new(size_t max_bytes)
{
    size_t count = IDS_LEAST;
    while (count * 2 <= max_bytes / BYTES_PER_ID && count < (size_t)1 << 31)
        count *= 2;
    struct dedup *dedup = NEW(struct dedup);
    dedup->ring = mem_zalloc(count, sizeof(*dedup->ring));
    dedup->slots = mem_zalloc(2 * count, sizeof(*dedup->slots));
    dedup->ring_mask = count - 1;
    dedup->slot_mask = 2 * count - 1;
    return dedup;
}

void dedup_free(struct dedup *dedup)
{
    if (!dedup)
        return;
    mem_free(dedup->ring);
    mem_free(dedup->slots);
    mem_free(dedup);
}

// --- The table

// The slot of the id, or the free one where it would stand.
static size_t slot_of(const struct dedup *dedup, const struct dedup_id *id)
{
    size_t slot = (size_t)id->check & dedup->slot_mask;
    for (; dedup->slots[slot]; slot = (slot + 1) & dedup->slot_mask) {
        const struct dedup_id *there = &dedup->ring[dedup->slots[slot] - 1];
        if (there->check == id->check && there->hash == id->hash)
            break;
    }
    return slot;
}

// Moves up what would not be found any more behind the free slot.
static void close_gap(struct dedup *dedup, size_t gap)
{
    size_t mask = dedup->slot_mask;
    for (size_t slot = (gap + 1) & mask; dedup->slots[slot]; slot = (slot + 1) & mask) {
        size_t home = (size_t)dedup->ring[dedup->slots[slot] - 1].check & mask;
        if (((slot - home) & mask) < ((slot - gap) & mask))
            continue; // its way does not lead over the gap
        dedup->slots[gap] = dedup->slots[slot];
        dedup->slots[slot] = 0;
        gap = slot;
    }
}

static void forget(struct dedup *dedup, uint64_t entry)
{
    size_t place = (size_t)entry & dedup->ring_mask;
    size_t slot = slot_of(dedup, &dedup->ring[place]);
    if (dedup->slots[slot] != place + 1)
        return; // the same id came again when this one had expired
    dedup->slots[slot] = 0;
    close_gap(dedup, slot);
}

// --- The ring

static void forget_first(struct dedup *dedup)
{
    forget(dedup, dedup->first++);
}

// Two for each that comes, so that a burst that expires is gone without a pause.
static void forget_expired(struct dedup *dedup, uint32_t now_s)
{
    for (int i = 0; i < 2 && dedup->first < dedup->end; i++) {
        if (dedup->ring[dedup->first & dedup->ring_mask].expires_s >= now_s)
            return;
        forget_first(dedup);
    }
}

static bool is_full(const struct dedup *dedup)
{
    return dedup->end - dedup->first > dedup->ring_mask;
}

static void put(struct dedup *dedup, const struct dedup_id *id, size_t slot)
{
    size_t place = (size_t)dedup->end++ & dedup->ring_mask;
    dedup->ring[place] = *id;
    dedup->slots[slot] = (uint32_t)place + 1;
}

bool dedup_see(struct dedup *dedup, const struct dedup_id *id, uint32_t now_s)
{
    forget_expired(dedup, now_s);
    size_t slot = slot_of(dedup, id);
    if (dedup->slots[slot] && dedup->ring[dedup->slots[slot] - 1].expires_s >= now_s)
        return true;
    if (is_full(dedup)) {
        dedup->evicted += dedup->ring[dedup->first & dedup->ring_mask].expires_s >= now_s;
        forget_first(dedup);
        slot = slot_of(dedup, id); // it may have been moved up
    }
    put(dedup, id, slot);
    return false;
}

void dedup_add(struct dedup *dedup, const struct dedup_id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(&dedup->slots[ids[i + AHEAD].check & dedup->slot_mask], 1);
        if (is_full(dedup))
            forget_first(dedup);
        put(dedup, &ids[i], slot_of(dedup, &ids[i]));
    }
}

uint64_t dedup_first(const struct dedup *dedup)
{
    return dedup ? dedup->first : 0;
}

uint64_t dedup_end(const struct dedup *dedup)
{
    return dedup ? dedup->end : 0;
}

const struct dedup_id *dedup_at(const struct dedup *dedup, uint64_t entry)
{
    assert(entry >= dedup->first && entry < dedup->end);
    return &dedup->ring[entry & dedup->ring_mask];
}

void dedup_mark(struct dedup *dedup)
{
    dedup->mark = dedup->end;
}

void dedup_undo(struct dedup *dedup)
{
    while (dedup->end > MAX(dedup->mark, dedup->first))
        forget(dedup, --dedup->end);
}

struct dedup_counts dedup_counts(const struct dedup *dedup)
{
    return (struct dedup_counts){
        .ids = dedup->end - dedup->first,
        .evicted = dedup->evicted,
        .ids_max = dedup->ring_mask + 1,
    };
}
