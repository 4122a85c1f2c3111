// SPDX-License-Identifier: Apache-2.0
// Verifying a copy of the audit log, as a file sink has it: a line of JSON for each entry, and
// now and then one {"auditHead":"SEQ:HASH:KEY:SIGNATURE","directoryId":"…"} for a signed head.
// It needs no database, so that somebody outside who trusts one public key can do it.
//
// Entries may come twice (they are sent at least once) and lines may be torn; both are passed
// over. The copy may begin anywhere: of its first entry, unless it is number 1, only the hash
// is used, as the one before it is not there.
#pragma once

#include "os/fs.h"
#include "store/audit_chain.h"

struct audit_copy_report {
    struct audit_report report; // what is said of stubs does not apply
    int64_t first_seq;          // 0: there are no entries
    int64_t signed_seq;         // of the last head whose signature is right; 0: none is there
    uint8_t key[AUDIT_KEY_LEN]; // whose they are, if there is one
    int64_t torn_lines;
};

// evidence->key: the only key that heads may be of; NULL: of the first one's. evidence->head:
// an entry that must be there as it is. ERR_NOT_FOUND, ERR_FORBIDDEN, ERR_IO: the file;
// ERR_TOO_BIG: a line is too long.
enum err audit_verify_copy(struct fs *fs, const char *path,
                           const struct audit_evidence *evidence,
                           struct audit_copy_report *ret_report, struct problem *ret_problem);
