// SPDX-License-Identifier: Apache-2.0
// What happens to the audit log behind the calls that write it: signed heads go into the
// server's log, entries are copied into a file.
//
// A head is logged at the start and then once a minute while entries arrive, as the event
// "audit head" with seq, hash, key and signature (store/audit_chain.h says of what). Kept
// elsewhere, it is what `pintle audit verify --head` asks for.
//
// The file gets a line of JSON for each entry, as GET /v2/audit-logs shows them, oldest first,
// and is synced before the entries count as copied. The store keeps how far that went, so that
// nothing is left out after a crash; the last lines may come twice then (`seq` tells), and a
// line that the crash has torn is ended by a line break and comes again whole. The file is
// opened for each copy, so it may be moved away at any time; another path starts with the first
// entry.
#pragma once

#include "api/pool.h"
#include "base/str.h"
#include "store/store.h"

struct trail;

struct trail_parts {
    struct store *store;
    struct pool *pool;
    str sink_file;    // empty: none; the text is borrowed
    bool signs_heads; // false: no heads are logged
};

// Does nothing by itself before trail_start.
struct trail *trail_new(const struct trail_parts *parts);
void trail_free(struct trail *trail); // after pool_free

// What happened while nobody watched.
void trail_start(struct trail *trail);
// Entries were written.
void trail_note(struct trail *trail);
