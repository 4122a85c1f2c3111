// SPDX-License-Identifier: Apache-2.0
// Copies of the audit log: how far each has come, and the one kind that is a file. A copy is
// known by its name; the store keeps only the name's digest.
#pragma once

#include "store/store.h"

// The seq of the last entry that is in the copy for certain; 0: none.
enum err store_audit_sink_position(struct store_tx *tx, str name, int64_t *ret_seq,
                                   struct problem *ret_problem);
enum err store_audit_sink_reached(struct store *store, str name, int64_t seq,
                                  struct problem *ret_problem);

// Appends the lines, each with its line break, to the file and syncs it. What a crash has torn
// at the file's end is ended by a line break first. The file is opened for each call, so it may
// be moved away; it is made (0600) when absent. One call at a time. ERR_NOT_FOUND: no such
// directory; ERR_FORBIDDEN, ERR_DISK_FULL, ERR_IO.
enum err store_audit_sink_append(struct store *store, str path, str lines,
                                 struct problem *ret_problem);
