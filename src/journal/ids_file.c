// SPDX-License-Identifier: Apache-2.0
// Checking and reading the bytes of ids-<sequence>.
#include "journal/ids_file.h"

#include "base/mem.h"
#include "codec/hash.h"
#include "journal/bytes.h"

enum { IDS_VERSION = 1, CHUNK_IDS = 4096 };

static const char magic[] = "PINTLEID";

uint64_t ids_file_bytes(uint64_t count)
{
    return sizeof(struct ids_wire) + count * sizeof(struct ids_entry_wire);
}

void ids_file_put_header(const struct ids_owner *owner, uint64_t count,
                         struct ids_wire *ret_wire)
{
    *ret_wire = (struct ids_wire){ 0 };
    memcpy(ret_wire->magic, magic, sizeof(ret_wire->magic));
    LE_PUT(ret_wire->version, IDS_VERSION);
    LE_PUT(ret_wire->count, count);
    memcpy(ret_wire->id, owner->id, sizeof(ret_wire->id));
    LE_PUT(ret_wire->segment, owner->segment);
    LE_PUT(ret_wire->first_record, owner->first_record);
    LE_PUT(ret_wire->end_record, owner->end_record);
}

uint32_t ids_file_entries_seed(const struct ids_wire *wire)
{
    return hash_crc32c(0, wire, offsetof(struct ids_wire, entries_crc));
}

static uint32_t header_crc(const struct ids_wire *wire)
{
    return hash_crc32c(0, wire, offsetof(struct ids_wire, crc));
}

void ids_file_finish_header(struct ids_wire *wire, uint32_t entries_crc)
{
    LE_PUT(wire->entries_crc, entries_crc);
    LE_PUT(wire->crc, header_crc(wire));
}

enum ids_state ids_file_header(struct fs_file *file, uint64_t size,
                               const struct ids_owner *owner, struct ids_wire *ret_wire)
{
    struct ids_wire wire, wanted;
    if (file->ops->pread(file, &wire, sizeof(wire), 0) != sizeof(wire) ||
        memcmp(wire.magic, magic, sizeof(wire.magic)) != 0 ||
        LE_GET(wire.crc) != header_crc(&wire))
        return IDS_DAMAGED;
    if (LE_GET(wire.version) > IDS_VERSION)
        return IDS_NEWER;
    ids_file_put_header(owner, LE_GET(wire.count), &wanted);
    if (memcmp(&wanted, &wire, offsetof(struct ids_wire, entries_crc)) != 0)
        return IDS_FOREIGN;
    if (size != ids_file_bytes(LE_GET(wire.count)))
        return IDS_DAMAGED;
    *ret_wire = wire;
    return IDS_WHOLE;
}

// Those of a chunk that still count.
static size_t unpack(const struct ids_entry_wire *chunk, size_t count, uint32_t now_s,
                     struct dedup_id *ret_ids)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        ret_ids[kept] = (struct dedup_id){
            .check = LE_GET(chunk[i].check),
            .hash = (uint32_t)LE_GET(chunk[i].hash),
            .expires_s = (uint32_t)LE_GET(chunk[i].expires_s),
        };
        kept += ret_ids[kept].expires_s >= now_s;
    }
    return kept;
}

bool ids_file_entries(struct fs_file *file, const struct ids_wire *wire, struct dedup *dedup,
                      uint32_t now_s)
{
    uint32_t crc = ids_file_entries_seed(wire);
    struct ids_entry_wire *chunk = mem_alloc(CHUNK_IDS * sizeof(*chunk));
    struct dedup_id *added = mem_alloc(CHUNK_IDS * sizeof(*added));
    uint64_t done = 0, all = LE_GET(wire->count);
    while (done < all) {
        size_t count = (size_t)MIN(all - done, (uint64_t)CHUNK_IDS);
        size_t len = count * sizeof(*chunk);
        if (file->ops->pread(file, chunk, len, ids_file_bytes(done)) != (ssize_t)len)
            break;
        crc = hash_crc32c(crc, chunk, len);
        if (dedup)
            dedup_add(dedup, added, unpack(chunk, count, now_s, added));
        done += count;
    }
    mem_free(added);
    mem_free(chunk);
    return done == all && crc == LE_GET(wire->entries_crc);
}
