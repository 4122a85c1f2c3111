// SPDX-License-Identifier: Apache-2.0
// Shared copies of records.
#include "delivery/block.h"

#include "base/mem.h"

static size_t texts_bytes(const struct journal_record *record)
{
    size_t size = record->body.len;
    for (size_t i = 0; i < record->field_count; i++)
        size += record->fields[i].value.len;
    return size;
}

static str put(char **at, str text)
{
    if (!text.data)
        return text;
    if (text.len)
        memcpy(*at, text.data, text.len);
    str copy = str_make(*at, text.len);
    *at += text.len;
    return copy;
}

struct block *block_new(const struct journal_record *record, struct position position,
                        size_t *used_bytes)
{
    size_t table_bytes = record->event_count * sizeof(struct journal_event);
    size_t size_bytes = sizeof(struct block) + table_bytes + texts_bytes(record);
    struct block *block = mem_alloc(size_bytes);
    *block = (struct block){
        .refs = 1,
        .size_bytes = size_bytes,
        .used_bytes = used_bytes,
        .position = position,
        .record = *record,
    };
    struct journal_event *events = (struct journal_event *)(block + 1);
    if (table_bytes)
        memcpy(events, record->events, table_bytes);
    block->record.events = events;
    char *at = (char *)(events + record->event_count);
    block->record.body = put(&at, record->body);
    for (size_t i = 0; i < record->field_count; i++)
        block->record.fields[i].value = put(&at, record->fields[i].value);
    *used_bytes += size_bytes;
    return block;
}

struct block *block_hold(struct block *block)
{
    block->refs++;
    return block;
}

void block_release(struct block *block)
{
    if (!block || --block->refs > 0)
        return;
    assert(*block->used_bytes >= block->size_bytes);
    *block->used_bytes -= block->size_bytes;
    mem_free(block);
}
