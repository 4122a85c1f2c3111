// SPDX-License-Identifier: Apache-2.0
// A file that the audit log is copied to, in lines. The store keeps how far that went, for one
// file: another path begins with the first entry.
#pragma once

#include "store/store.h"

// The seq of the last entry that is in the file for certain; 0: none.
enum err store_audit_sink_position(struct store_tx *tx, str path, int64_t *ret_seq,
                                   struct problem *ret_problem);

// Appends the lines up to the entry `seq`, each with its line break; they count as copied once
// they are durable. What a crash has torn at the file's end is ended by a line break first. The
// file is opened for each call, so it may be moved away; it is made (0600) when absent. One
// call at a time. ERR_NOT_FOUND: no such directory; ERR_FORBIDDEN, ERR_DISK_FULL, ERR_IO.
enum err store_audit_sink_append(struct store *store, str path, str lines, int64_t seq,
                                 struct problem *ret_problem);
