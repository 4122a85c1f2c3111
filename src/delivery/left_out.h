// SPDX-License-Identifier: Apache-2.0
// Which events nobody gets, and which nobody is shown; inside of the delivery room.
#pragma once

#include "delivery/reader.h"

// An event of the current record is for nobody, by a rule of its workspace.
void reader_tell_left_out(struct reader *reader, const struct journal_event *row,
                          struct position position);

// Nobody is shown the record's events: by the setting of when it came, or by that of now.
// source: NULL if it is gone.
bool delivery_is_transient(const struct journal_record *record, const struct ws_source *source);

// Whether the record's event is of a user who is suppressed, by the snapshot that was got last:
// he may have been since it was stored. suppressed.c.
bool reader_is_suppressed(const struct reader *reader, const struct journal_record *record,
                          uint32_t index);
