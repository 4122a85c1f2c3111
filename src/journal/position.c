// SPDX-License-Identifier: Apache-2.0
// Positions: order and text.
#include "journal/journal.h"

#include <inttypes.h>

int position_cmp(struct position a, struct position b)
{
    if (a.partition != b.partition)
        return a.partition < b.partition ? -1 : 1;
    if (a.record != b.record)
        return a.record < b.record ? -1 : 1;
    return a.event < b.event ? -1 : a.event > b.event;
}

void position_format(struct position position, char ret_text[48])
{
    (void)snprintf(ret_text, 48, "%" PRIu32 "-%" PRIu64 "-%" PRIu32, position.partition,
                   position.record, position.event);
}

bool position_parse(str text, struct position *ret_position)
{
    uint64_t numbers[3];
    str rest = text, part;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (!str_next(&rest, '-', &part) || !str_to_u64(part, &numbers[i]))
            return false;
    }
    if (rest.data || numbers[0] > UINT32_MAX || numbers[2] > UINT32_MAX)
        return false;
    *ret_position = (struct position){
        .partition = (uint32_t)numbers[0],
        .record = numbers[1],
        .event = (uint32_t)numbers[2],
    };
    return true;
}
