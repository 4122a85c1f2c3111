// SPDX-License-Identifier: Apache-2.0
// The kinds of damage.
#include "journal_broken.h"

#include "codec/hash.h"
#include "journal/bytes.h"
#include "journal/record.h"

enum {
    BLOCK_BYTES = 4096,
    IDS_HEADER_BYTES = 64,
    IDS_CRC_OFFSET = 60,
    IDS_ENTRIES_CRC_OFFSET = 56,
};

enum what {
    STEP_BIT,
    STEP_BYTE,
    STEP_ZERO_SECTOR,
    STEP_NOISE_SECTOR,
    STEP_ZERO_BLOCK,
    STEP_NOISE_BLOCK,
    STEP_CUT,
    STEP_REMOVE,
    STEP_SECTOR_OF_ANOTHER, // a write that went to the wrong file
    STEP_ALL_OF_ANOTHER,
    STEP_FORGE, // some bytes, then the checksums over them
    STEP_KINDS,
};

static void overwrite(struct image *image, size_t offset, size_t len, unsigned noise)
{
    for (size_t i = offset; i < MIN(offset + len, image->size); i++) {
        image->bytes[i] = noise ? (uint8_t)(noise >> 16) : 0;
        noise = noise * 1103515245 + 12345 * (noise > 0);
    }
}

static void copy_sector(struct image *to, const struct image *from, size_t offset)
{
    if (offset >= to->size || offset >= from->size)
        return;
    size_t len = MIN(to->size, from->size) - offset;
    memcpy(to->bytes + offset, from->bytes + offset, MIN((size_t)SECTOR_BYTES, len));
}

static void copy_all(struct image *to, const struct image *from)
{
    to->size = from->size;
    to->is_there = from->is_there;
    memcpy(to->bytes, from->bytes, sizeof(to->bytes));
}

static void put_crc(struct image *image, size_t begin, size_t crc_at)
{
    if (crc_at + 4 <= image->size)
        bytes_put(image->bytes + crc_at, 4,
                  hash_crc32c(0, image->bytes + begin, crc_at - begin));
}

static void right_ids(struct image *image)
{
    if (image->size < IDS_HEADER_BYTES)
        return;
    uint32_t seed = hash_crc32c(0, image->bytes, IDS_ENTRIES_CRC_OFFSET);
    bytes_put(
        image->bytes + IDS_ENTRIES_CRC_OFFSET, 4,
        hash_crc32c(seed, image->bytes + IDS_HEADER_BYTES, image->size - IDS_HEADER_BYTES));
    put_crc(image, 0, IDS_CRC_OFFSET);
}

// The records from `at` on, chained anew.
static void right_records(struct image *image, size_t at, size_t end, uint32_t seed)
{
    while (at + sizeof(struct record_wire) <= end) {
        char *bytes = (char *)image->bytes + at;
        size_t length = record_length(bytes);
        if (length < sizeof(struct record_wire) || length > end - at)
            return;
        uint32_t crc = record_crc(bytes, length, seed);
        bytes_put((uint8_t *)bytes, 4, crc);
        seed = crc;
        at += length;
    }
}

static void right_group(struct image *image, const struct placed_group *group, size_t offset)
{
    struct group_wire *wire = (struct group_wire *)(image->bytes + group->offset);
    if (group->end > image->size)
        return;
    if (group->offset <= offset && offset < group->end)
        put_crc(image, group->offset, group->offset + offsetof(struct group_wire, crc));
    right_records(image, group->offset + sizeof(*wire), group->end,
                  (uint32_t)LE_GET(wire->crc));
}

static void right_segment(struct broken *broken, size_t index, size_t offset)
{
    struct image *image = &broken->images[index];
    const struct written *written = broken->written;
    if (offset < SEAL_OFFSET)
        put_crc(image, 0, SEAL_OFFSET - 4);
    else if (offset < GROUPS_OFFSET)
        put_crc(image, SEAL_OFFSET, GROUPS_OFFSET - 4);
    for (size_t i = 0; i < written->group_count && offset >= GROUPS_OFFSET; i++)
        if (written->groups[i].image == index)
            right_group(image, &written->groups[i], offset);
}

static void forge(struct broken *broken, size_t index, size_t offset, uint8_t arg)
{
    static const uint64_t values[] = { 0, 1, 2, 255, 4096, UINT32_MAX, UINT64_MAX, 1ULL << 63 };
    struct image *image = &broken->images[index];
    size_t bytes = 1U << arg % 4;
    if (offset + bytes > image->size)
        return;
    uint64_t value = values[arg / 4 % ARRAY_LEN(values)] + arg / 32;
    bytes_put(image->bytes + offset, bytes, value);
    if (image->is_ids)
        right_ids(image);
    else
        right_segment(broken, index, offset);
    broken->is_forged = true;
}

static void damage_some(struct image *image, const struct step *step, size_t offset)
{
    size_t sector = offset / SECTOR_BYTES * SECTOR_BYTES;
    size_t block = offset / BLOCK_BYTES * BLOCK_BYTES;
    switch ((enum what)(step->what % STEP_KINDS)) {
    case STEP_BIT:
        image->bytes[offset] ^= (uint8_t)(1U << step->arg % 8);
        break;
    case STEP_BYTE:
        image->bytes[offset] = step->arg;
        break;
    case STEP_ZERO_SECTOR:
        overwrite(image, sector, SECTOR_BYTES, 0);
        break;
    case STEP_NOISE_SECTOR:
        overwrite(image, sector, SECTOR_BYTES, step->arg + 1U);
        break;
    case STEP_ZERO_BLOCK:
        overwrite(image, block, BLOCK_BYTES, 0);
        break;
    case STEP_NOISE_BLOCK:
        overwrite(image, block, BLOCK_BYTES, step->arg + 1U);
        break;
    case STEP_CUT:
        image->size = offset;
        break;
    case STEP_REMOVE:
        image->is_there = false;
        break;
    case STEP_SECTOR_OF_ANOTHER:
    case STEP_ALL_OF_ANOTHER:
    case STEP_FORGE:
    case STEP_KINDS:
        break;
    }
}

void broken_by(struct broken *broken, const struct step *step)
{
    size_t count = broken->written->image_count, index = step->image % count;
    struct image *image = &broken->images[index];
    const struct image *other = &broken->written->images[step->arg % count];
    if (!image->is_there || image->size == 0)
        return;
    size_t offset = (size_t)LE_GET(step->offset) % image->size;
    enum what what = step->what % STEP_KINDS;
    if (what == STEP_SECTOR_OF_ANOTHER)
        copy_sector(image, other, offset / SECTOR_BYTES * SECTOR_BYTES);
    else if (what == STEP_ALL_OF_ANOTHER)
        copy_all(image, other);
    else if (what == STEP_FORGE)
        forge(broken, index, offset, step->arg);
    else
        damage_some(image, step, offset);
}
