// SPDX-License-Identifier: Apache-2.0
// messageIds of records, on the log thread and when the journal is opened. Inside of the
// journal room.
#pragma once

#include "journal/inner.h"

// Marks the events of an encoded record that came before and remembers the others. Returns how
// many came before. *known_until_s is raised to the last second in which one of them counts.
uint32_t remember_record(struct journal *journal, char *bytes, uint32_t *known_until_s);
// The records of what is remembered so far are durable: it is kept and counted. With the lock,
// or while no thread runs.
void remember_durably(struct journal *journal);
// Remembers what durable records say, for open.
enum err remember_all(struct journal *journal, struct problem *ret_problem);
// The last second in which a messageId of a whole record counts; 0: none does.
uint32_t remembered_until_s(const char *bytes);

// From when on ids count, for what is done when the journal is opened.
uint32_t remembered_from_s(const struct journal *journal);
