// SPDX-License-Identifier: Apache-2.0
// Writing and checking the fixed parts of the journal's files. Magic, version and the CRC at
// the end of a block stand at the same place in every version.
#include "journal/format.h"

#include "base/str.h"
#include "codec/hash.h"
#include "journal/bytes.h"

static const char head_magic[] = "PINTLEJH";
static const char segment_magic[] = "PINTLESG";
static const char seal_magic[] = "PINTLESL";

static uint32_t crc_before(const void *wire, const uint8_t *crc)
{
    return hash_crc32c(0, wire, (size_t)(crc - (const uint8_t *)wire));
}

uint64_t format_marker(const uint8_t id[16])
{
    static const char purpose[] = "journal group";
    return hash_siphash(id, purpose, sizeof(purpose) - 1);
}

void format_put_head(struct head_wire *wire, const uint8_t id[16])
{
    *wire = (struct head_wire){ 0 };
    memcpy(wire->magic, head_magic, sizeof(wire->magic));
    LE_PUT(wire->version, FORMAT_VERSION);
    memcpy(wire->id, id, sizeof(wire->id));
    LE_PUT(wire->crc, crc_before(wire, wire->crc));
}

enum format_check format_check_head(const struct head_wire *wire)
{
    if (memcmp(wire->magic, head_magic, sizeof(wire->magic)) != 0 ||
        LE_GET(wire->crc) != crc_before(wire, wire->crc))
        return FORMAT_BAD;
    return LE_GET(wire->version) > FORMAT_VERSION ? FORMAT_NEWER : FORMAT_GOOD;
}

void format_put_segment(struct segment_wire *wire, const uint8_t id[16], uint64_t segment,
                        uint64_t first_record, int64_t created_wall_ms)
{
    *wire = (struct segment_wire){ 0 };
    memcpy(wire->magic, segment_magic, sizeof(wire->magic));
    LE_PUT(wire->version, FORMAT_VERSION);
    memcpy(wire->id, id, sizeof(wire->id));
    LE_PUT(wire->segment, segment);
    LE_PUT(wire->first_record, first_record);
    LE_PUT(wire->created_wall_ms, created_wall_ms);
    LE_PUT(wire->crc, crc_before(wire, wire->crc));
}

enum format_check format_check_segment(const struct segment_wire *wire)
{
    if (memcmp(wire->magic, segment_magic, sizeof(wire->magic)) != 0 ||
        LE_GET(wire->crc) != crc_before(wire, wire->crc))
        return FORMAT_BAD;
    return LE_GET(wire->version) > FORMAT_VERSION ? FORMAT_NEWER : FORMAT_GOOD;
}

void format_finish_seal(struct seal_wire *wire)
{
    memcpy(wire->magic, seal_magic, sizeof(wire->magic));
    LE_PUT(wire->version, FORMAT_VERSION);
    LE_PUT(wire->crc, crc_before(wire, wire->crc));
}

enum format_check format_check_seal(const struct seal_wire *wire)
{
    if (memcmp(wire->magic, seal_magic, sizeof(wire->magic)) != 0 ||
        LE_GET(wire->crc) != crc_before(wire, wire->crc))
        return FORMAT_BAD;
    if (LE_GET(wire->version) > FORMAT_VERSION)
        return FORMAT_NEWER;
    return LE_GET(wire->index_count) <= INDEX_ENTRIES_MAX ? FORMAT_GOOD : FORMAT_BAD;
}

static bool is_index_plausible(const struct seal_wire *wire)
{
    uint64_t record = LE_GET(wire->first_record), offset = GROUPS_OFFSET;
    uint64_t end_record = LE_GET(wire->end_record), end_offset = LE_GET(wire->end_offset);
    for (size_t i = 0; i < LE_GET(wire->index_count); i++) {
        uint64_t behind_record = record, behind_offset = offset;
        record = LE_GET(wire->index[i].record);
        offset = LE_GET(wire->index[i].offset);
        if (record < behind_record || record > end_record || offset < behind_offset ||
            offset >= end_offset || offset % SECTOR_BYTES != 0)
            return false;
    }
    return true;
}

bool format_is_seal_of(const struct seal_wire *wire, uint64_t segment, uint64_t file_bytes)
{
    uint64_t end_offset = LE_GET(wire->end_offset);
    return format_check_seal(wire) == FORMAT_GOOD && LE_GET(wire->segment) == segment &&
           LE_GET(wire->first_record) <= LE_GET(wire->end_record) &&
           end_offset >= GROUPS_OFFSET && end_offset <= format_sector_up(file_bytes) &&
           is_index_plausible(wire);
}

void format_put_group(struct group_wire *wire, uint64_t marker, struct group *group)
{
    LE_PUT(wire->marker, marker);
    LE_PUT(wire->version, FORMAT_VERSION);
    LE_PUT(wire->header_bytes, sizeof(*wire));
    LE_PUT(wire->record_count, group->record_count);
    LE_PUT(wire->segment, group->segment);
    LE_PUT(wire->number, group->number);
    LE_PUT(wire->first_record, group->first_record);
    LE_PUT(wire->payload_bytes, group->payload_bytes);
    LE_PUT(wire->chain, group->chain);
    LE_PUT(wire->last_wall_ms, group->last_wall_ms);
    LE_PUT(wire->event_count, group->event_count);
    group->crc = crc_before(wire, wire->crc);
    LE_PUT(wire->crc, group->crc);
}

bool format_get_group(const struct group_wire *wire, uint64_t marker, struct group *ret_group)
{
    if (LE_GET(wire->marker) != marker || LE_GET(wire->version) != FORMAT_VERSION ||
        LE_GET(wire->header_bytes) != sizeof(*wire) ||
        LE_GET(wire->crc) != crc_before(wire, wire->crc))
        return false;
    *ret_group = (struct group){
        .segment = LE_GET(wire->segment),
        .number = LE_GET(wire->number),
        .first_record = LE_GET(wire->first_record),
        .last_wall_ms = (int64_t)LE_GET(wire->last_wall_ms),
        .record_count = (uint32_t)LE_GET(wire->record_count),
        .payload_bytes = (uint32_t)LE_GET(wire->payload_bytes),
        .event_count = (uint32_t)LE_GET(wire->event_count),
        .chain = (uint32_t)LE_GET(wire->chain),
        .crc = (uint32_t)LE_GET(wire->crc),
    };
    return true;
}

bool format_is_near_group(const struct group_wire *wire, uint64_t marker)
{
    return __builtin_popcountll(LE_GET(wire->marker) ^ marker) <= 1;
}

bool format_mend_group(const struct group_wire *wire, uint64_t marker, struct group *ret_group)
{
    if (!format_is_near_group(wire, marker))
        return false;
    struct group_wire mended = *wire;
    uint8_t *bytes = (uint8_t *)&mended;
    for (size_t bit = 0; bit < 8 * sizeof(mended); bit++) {
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (format_get_group(&mended, marker, ret_group))
            return true;
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    return false;
}

uint64_t format_group_end(uint64_t offset, uint32_t payload_bytes)
{
    return format_sector_up(offset + sizeof(struct group_wire) + payload_bytes);
}

uint64_t format_sector_up(uint64_t offset)
{
    return (offset + SECTOR_BYTES - 1) & ~(uint64_t)(SECTOR_BYTES - 1);
}
