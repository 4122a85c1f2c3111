// SPDX-License-Identifier: Apache-2.0
// What `pintle journal` tells of the files: segments, and those of their messageIds.
#pragma once

#include "codec/json.h"
#include "journal/inspect.h"

// A segment as an object.
void journal_files_write(struct json *json, const struct inspect_segment *segment);

// Tells on stderr what is wrong with the head. False: something is.
bool journal_files_check_head(const struct inspect *inspect);

// Tells on stdout how many files of messageIds are whole, and on stderr what is wrong with
// others. now_s: of the wall clock. False: one of them keeps this version from opening the
// journal; nothing else about them does harm.
bool journal_files_check_ids(const struct inspect *inspect, int64_t now_s);

// A cursor as an object; end_record: the journal's.
void journal_files_write_reader(struct json *json, const struct cursor *cursor,
                                uint64_t end_record);

// Tells how many cursors there are, and what is wrong with their files. False: the journal's
// readers cannot be opened with them.
bool journal_files_check_cursors(struct inspect *inspect);
