// SPDX-License-Identifier: Apache-2.0
// Writes that journal. The groups are always the same: what is appended from `done` waits until
// the log thread has gone through its batch, and is the next group.
#include "journal_written.h"

#include <pthread.h>

#include "base/buf.h"
#include "codec/hash.h"
#include "journal/bytes.h"
#include "check.h"

const uint8_t written_id[16] = { 1, 2, 3 };

static void quiet(struct observer *observer, enum log_level level, const char *what,
                  const struct log_pair *pairs)
{
    (void)observer, (void)level, (void)what, (void)pairs;
}

static struct observer observer = { .notice = quiet };

struct journal *written_open(struct fault *disk, struct clock_fake *clock, bool is_for_adding)
{
    struct journal_limits limits = journal_limits_default;
    struct journal *journal = NULL;
    struct problem problem;
    limits.segment_bytes = WRITTEN_SEGMENT_BYTES;
    limits.reserve_bytes = 0;
    limits.max_bytes = is_for_adding ? WRITTEN_CAPACITY_BYTES : 4 * WRITTEN_SEGMENT_BYTES;
    limits.spare_segments = 1;
    limits.dedup_bytes = 1 << 14;
    limits.retention_ms = INT64_MAX / 2;
    clock_fake_init(clock, 1700000000000);
    (void)journal_open(fault_fs(disk), STR("/j"), written_id, &limits, &clock->clock, &observer,
                       &journal, &problem);
    return journal;
}

// --- Appending

struct chain;
struct link {
    struct journal_append append;
    struct chain *chain;
};

// One group after the other.
struct chain {
    struct journal *journal;
    uint64_t next; // number
    size_t group;
    struct link links[16];
    size_t waiting; // of the group
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_over;
};

uint64_t written_message(uint64_t number)
{
    return number % 9 == 0 ? number - 4 : number;
}

// Each number comes with bytes that follow from it.
static void append_number(struct journal *journal, uint64_t number,
                          struct journal_append *append)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 14);
    AUTO(buf_done) struct buf body = { 0 };
    uint64_t check_of = 1000 + written_message(number);
    size_t bytes = 60 + number * number % 23 * 40;
    buf_addf(&body, "%020llu", (unsigned long long)number);
    while (body.len < bytes)
        buf_add_u8(&body, (uint8_t)(number * 31 + body.len * 7));
    struct journal_event event = {
        .length = (uint32_t)body.len,
        .message_hash = written_message(number),
        .user_hash = number * 77,
    };
    struct journal_record record = {
        .received_wall_ms = 1700000000000 + (int64_t)number,
        .fields = { { ENVELOPE_SOURCE_ID, STR("source") },
                    { ENVELOPE_DEDUP,
                      journal_dedup_field(WRITTEN_WINDOW_S, &check_of, 1, arena) } },
        .field_count = 2,
        .events = &event,
        .event_count = 1,
        .body = buf_str(&body),
    };
    append->is_deduplicated = true;
    check(journal_append(journal, &record, append) == OK);
}

static void link_done(struct journal_append *append, enum err err);

static void chain_go_on(struct chain *chain)
{
    static const size_t sizes[] = { 1, 6, 1, 3, 12, 2 };
    size_t count = sizes[chain->group++ % ARRAY_LEN(sizes)];
    count = MIN(count, WRITTEN_RECORDS + 1 - (size_t)chain->next);
    chain->waiting = count;
    for (size_t i = 0; i < count; i++) {
        chain->links[i] = (struct link){ .append.done = link_done, .chain = chain };
        append_number(chain->journal, chain->next++, &chain->links[i].append);
    }
}

static void link_done(struct journal_append *append, enum err err)
{
    struct chain *chain = CONTAINER_OF(append, struct link, append)->chain;
    check(err == OK);
    if (--chain->waiting > 0)
        return;
    if (chain->next <= WRITTEN_RECORDS) {
        chain_go_on(chain);
        return;
    }
    pthread_mutex_lock(&chain->lock);
    chain->is_over = true;
    pthread_cond_signal(&chain->changed);
    pthread_mutex_unlock(&chain->lock);
}

static void append_all(struct journal *journal)
{
    struct chain chain = { .journal = journal, .next = 1 };
    pthread_mutex_init(&chain.lock, NULL);
    pthread_cond_init(&chain.changed, NULL);
    chain_go_on(&chain);
    pthread_mutex_lock(&chain.lock);
    while (!chain.is_over)
        pthread_cond_wait(&chain.changed, &chain.lock);
    pthread_mutex_unlock(&chain.lock);
}

struct waited {
    struct journal_append append;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_over;
    enum err err;
};

static void waited_done(struct journal_append *append, enum err err)
{
    struct waited *waited = CONTAINER_OF(append, struct waited, append);
    pthread_mutex_lock(&waited->lock);
    waited->is_over = true;
    waited->err = err;
    pthread_cond_signal(&waited->changed);
    pthread_mutex_unlock(&waited->lock);
}

bool written_append_ids(struct journal *journal, const uint64_t *ids, size_t count,
                        struct journal_append *ret_append)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 16);
    struct journal_event *events = ARENA_ARRAY(arena, struct journal_event, count);
    uint64_t *checks = ARENA_ARRAY(arena, uint64_t, count);
    struct waited waited = { .append = { .done = waited_done, .is_deduplicated = true } };
    pthread_mutex_init(&waited.lock, NULL);
    pthread_cond_init(&waited.changed, NULL);
    for (size_t i = 0; i < count; i++) {
        events[i] = (struct journal_event){ .message_hash = ids[i] };
        checks[i] = 1000 + ids[i];
    }
    struct journal_record record = {
        .received_wall_ms = 1700000000000 + WRITTEN_RECORDS,
        .fields = { { ENVELOPE_DEDUP,
                      journal_dedup_field(WRITTEN_WINDOW_S, checks, count, arena) } },
        .field_count = 1,
        .events = events,
        .event_count = count,
    };
    if (journal_append(journal, &record, &waited.append) != OK)
        return false;
    pthread_mutex_lock(&waited.lock);
    while (!waited.is_over)
        pthread_cond_wait(&waited.changed, &waited.lock);
    pthread_mutex_unlock(&waited.lock);
    *ret_append = waited.append;
    return waited.err == OK;
}

// --- What was written

uint32_t written_digest(const struct journal_record *record)
{
    uint32_t crc = hash_crc32c(0, record->body.data, record->body.len);
    crc = hash_crc32c(crc, &record->received_wall_ms, sizeof(record->received_wall_ms));
    for (size_t i = 0; i < record->field_count; i++) {
        const struct envelope_field *field = &record->fields[i];
        crc = hash_crc32c(crc, &field->tag, sizeof(field->tag));
        crc = hash_crc32c(crc, field->value.data, field->value.len);
    }
    for (size_t i = 0; i < record->event_count; i++) {
        const struct journal_event *event = &record->events[i];
        uint64_t numbers[] = { event->offset,      event->length,    event->type,
                               event->flags,       event->user_hash, event->anon_hash,
                               event->message_hash };
        crc = hash_crc32c(crc, numbers, sizeof(numbers));
    }
    return crc;
}

static void take_digests(struct written *written, struct journal *journal)
{
    struct journal_reader *reader = journal_reader_open(journal, POSITION_START);
    struct journal_read read;
    written->begin = journal_begin(journal).record;
    written->end = journal_end(journal).record;
    check(written->begin > 1 && written->end == WRITTEN_RECORDS + 1);
    while (journal_read(reader, &read) == OK)
        written->digests[read.position.record] = written_digest(&read.record);
    check(journal_reader_position(reader).record == written->end);
    journal_reader_close(reader);
}

static void take_image(struct written *written, struct fault *disk, const char *kind,
                       uint64_t sequence)
{
    struct image *image = &written->images[written->image_count];
    (void)snprintf(image->path, sizeof(image->path), "/j/%s-%016llx", kind,
                   (unsigned long long)sequence);
    int64_t size = fault_size(disk, image->path);
    if (size < 0)
        return;
    check(size <= WRITTEN_SEGMENT_BYTES && ++written->image_count < WRITTEN_FILES_MAX);
    image->sequence = sequence;
    image->is_ids = kind[0] == 'i';
    image->is_there = true;
    image->size = (size_t)size;
    check(fault_peek(disk, image->path, 0, image->bytes, image->size));
}

static void place_groups(struct written *written, size_t at)
{
    const struct image *image = &written->images[at];
    uint64_t offset = GROUPS_OFFSET, marker = format_marker(written_id), number = 0;
    struct group group;
    while (
        offset + sizeof(struct group_wire) <= image->size &&
        format_get_group((const struct group_wire *)(image->bytes + offset), marker, &group) &&
        group.segment == image->sequence && group.number == number++) {
        uint64_t end = format_group_end(offset, group.payload_bytes);
        check(written->group_count < WRITTEN_GROUPS_MAX && end <= image->size);
        written->groups[written->group_count++] = (struct placed_group){
            .image = at,
            .offset = offset,
            .end = end,
            .first_record = group.first_record,
            .end_record = group.first_record + group.record_count,
        };
        offset = end;
    }
}

static void check_written(const struct written *written)
{
    uint64_t next = written->begin;
    for (size_t i = 0; i < written->group_count; i++) {
        check(written->groups[i].first_record == next);
        next = written->groups[i].end_record;
    }
    check(next == written->end);
}

void written_make(struct written *written, bool is_crashed)
{
    AUTO(fault_free) struct fault *disk = fault_new(1, WRITTEN_CAPACITY_BYTES);
    struct clock_fake clock;
    struct journal *journal = written_open(disk, &clock, false);
    check(journal != NULL);
    append_all(journal);
    take_digests(written, journal);
    if (is_crashed)
        fault_set(disk, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
    journal_close(journal);
    fault_restart(disk, FAULT_KEEP_ALL);
    check(fault_peek(disk, "/j/head", 0, written->head, sizeof(written->head)));
    for (uint64_t sequence = 1; sequence < WRITTEN_SEQUENCES_MAX; sequence++) {
        take_image(written, disk, "seg", sequence);
        take_image(written, disk, "ids", sequence);
    }
    for (size_t i = 0; i < written->image_count; i++)
        if (!written->images[i].is_ids)
            place_groups(written, i);
    check_written(written);
}
