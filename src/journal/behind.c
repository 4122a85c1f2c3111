// SPDX-License-Identifier: Apache-2.0
// Finding the next record behind damage. What looks like one may be part of an event, or stand
// there since another life of the file: it counts when it is of this segment, has a number that
// is due, and is chained to something that nobody outside can know. Events may hold many
// headers, so not every place that claims to be one is tried.
#include "journal/behind.h"

#include "codec/hash.h"
#include "journal/format.h"
#include "journal/record.h"

enum { CLAIMS_MAX = 64 };

// Whether there is room for the record whose header begins at `at`.
static bool has_room(const struct behind *behind, size_t at)
{
    size_t length = record_length(behind->bytes + at);
    return length >= sizeof(struct record_wire) && length <= behind->len - at;
}

static bool spend(struct behind *behind, uint64_t bytes)
{
    bool is_enough = bytes <= behind->work;
    behind->work -= is_enough ? bytes : behind->work;
    return is_enough;
}

static bool is_whole(struct behind *behind, size_t at, uint64_t number, uint32_t seed)
{
    const char *bytes = behind->bytes + at;
    return has_room(behind, at) && spend(behind, record_length(bytes)) &&
           record_is_whole(bytes, record_length(bytes), behind->segment, number, seed);
}

static bool take_directly(struct behind *behind, size_t at, uint32_t own_crc)
{
    uint64_t number = behind->number + 1;
    uint32_t crcs[] = { record_stored_crc(behind->bytes), own_crc };
    for (size_t i = 0; i < ARRAY_LEN(crcs); i++) {
        if (!is_whole(behind, at, number, crcs[i]))
            continue;
        behind->skip = at;
        behind->next = number;
        behind->crc = crcs[i];
        return true;
    }
    return false;
}

bool behind_directly(struct behind *behind)
{
    size_t claims = 0, hashed = sizeof(struct record_wire);
    uint32_t crc = record_crc(behind->bytes, hashed, behind->seed);
    for (size_t at = hashed; at + sizeof(struct record_wire) <= behind->len; at++) {
        if (!spend(behind, 1) || claims == CLAIMS_MAX)
            return false;
        if (!record_claims(behind->bytes + at, behind->segment, behind->number + 1))
            continue;
        crc = hash_crc32c(crc, behind->bytes + hashed, at - hashed);
        hashed = at;
        if (take_directly(behind, at, crc))
            return true;
        claims++;
    }
    return false;
}

// Whether the records behind the one at `at` follow one another to the end of the group.
static bool is_chained(struct behind *behind, size_t at, uint64_t number, uint32_t last)
{
    uint32_t crc = record_stored_crc(behind->bytes + at);
    for (at += record_length(behind->bytes + at); ++number < behind->end;) {
        if (behind->len - at < sizeof(struct record_wire) || !is_whole(behind, at, number, crc))
            return false;
        crc = record_stored_crc(behind->bytes + at);
        at += record_length(behind->bytes + at);
    }
    return at == behind->len && crc == last;
}

// Whether a header at `at` claims to be of a later record of the group.
static bool is_later(const struct behind *behind, size_t at)
{
    uint64_t number = record_number(behind->bytes + at);
    return number > behind->number && number < behind->end &&
           record_claims(behind->bytes + at, behind->segment, number) && has_room(behind, at);
}

bool behind_by_chain(struct behind *behind, uint32_t last)
{
    size_t claims = 0, at = sizeof(struct record_wire);
    for (; at + sizeof(struct record_wire) <= behind->len; at++) {
        if (!spend(behind, 1) || claims == CLAIMS_MAX)
            return false;
        if (!is_later(behind, at))
            continue;
        const char *bytes = behind->bytes + at;
        uint64_t number = record_number(bytes);
        if (is_chained(behind, at, number, last)) {
            behind->skip = at + record_length(bytes);
            behind->next = number + 1;
            behind->crc = record_stored_crc(bytes);
            return true;
        }
        claims++;
    }
    return false;
}
