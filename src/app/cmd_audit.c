// SPDX-License-Identifier: Apache-2.0
// `pintle audit verify`: whether the audit log is what was written. It reads the database file,
// or a copy of the log, itself, so that it needs no server, works beside one, and does not have
// to believe it.
#include "app/command.h"
#include "app/datadir.h"
#include "codec/hex.h"
#include "codec/timestamp.h"
#include "os/fs.h"
#include "store/audit_copy.h"

static const struct command_option options[] = {
    { "head", "SEQ:HASH[:KEY:SIGNATURE]",
      "A head from the server's log: the log must hold it unaltered", false },
    { "key", "KEY", "The public key in the server's heads: no other signature counts", false },
    { "copy", "FILE", "Check this file of a file: sink, not the data directory's log", false },
    { 0 },
};

static void tell_stub(const struct audit_stub *stub)
{
    char time[TIMESTAMP_LEN + 1];
    if (stub->last.head.seq == 0)
        return;
    timestamp_format(stub->removed_ms, time);
    (void)printf("Entries up to %lld were removed when their time was over, the last at %s; a"
                 " signed stub stands for them.\n",
                 (long long)stub->last.head.seq, time);
}

static void tell_intact(const struct audit_report *report, const struct audit_known *known)
{
    char hash[2 * AUDIT_HASH_LEN + 1];
    long long seq = report->head.seq, count = seq - report->stub.last.head.seq;
    hex_encode(report->head.hash, AUDIT_HASH_LEN, hash);
    if (seq == 0)
        (void)printf("The audit log is empty.\n");
    else
        (void)printf("The audit log is intact: %lld %s, head %lld:%s\n", count,
                     count == 1 ? "entry" : "entries", seq, hash);
    tell_stub(&report->stub);
    if (known)
        (void)printf("It holds the known head, %lld%s.\n", (long long)known->head.seq,
                     known->is_signed ? ", whose signature is right" : "");
    else
        (void)printf("Whether its end was cut off is told by --head, with a head from the"
                     " server's log.\n");
}

static void tell_damage(const struct audit_report *report, const struct audit_known *known)
{
    long long seq = report->seq;
    if (report->finding != AUDIT_OUTLIVED && report->finding != AUDIT_HEAD_FORGED)
        (void)printf("The audit log was tampered with or damaged.\n");
    switch (report->finding) {
    case AUDIT_INTACT:
        break;
    case AUDIT_ALTERED:
        (void)printf("Entry %lld (%s) is the first that is not as it was written.\n", seq,
                     report->id);
        break;
    case AUDIT_REMOVED:
        (void)printf("Entry %lld is missing; later ones are there.\n", seq);
        break;
    case AUDIT_INSERTED:
        (void)printf("Entry %s stands outside of the chain, at %lld: it was inserted.\n",
                     report->id, seq);
        break;
    case AUDIT_TAIL_CUT:
        (void)printf("The end was cut off: entries %lld to %lld are missing.\n", seq,
                     (long long)known->head.seq);
        break;
    case AUDIT_REWRITTEN:
        (void)printf(
            "Entry %lld (%s) does not have the hash of the known head: it or an earlier"
            " one was altered and the chain computed anew.\n",
            seq, report->id);
        break;
    case AUDIT_STUB_FORGED:
        (void)printf("The stub for the entries up to %lld is not signed by this server.\n",
                     seq);
        break;
    case AUDIT_HEAD_FORGED:
        (void)printf("The known head, %lld, is not one of this server: its signature does not"
                     " fit.\n",
                     seq);
        break;
    case AUDIT_OUTLIVED:
        (void)printf("It cannot be told: entries up to %lld were removed when their time was"
                     " over, and the known head, %lld, is of one of them. Give a later one.\n",
                     seq, (long long)known->head.seq);
        break;
    }
}

// --- Copies

static void tell_signed(const struct audit_copy_report *report, const uint8_t *trusted_key)
{
    char key[2 * AUDIT_KEY_LEN + 1];
    hex_encode(report->key, AUDIT_KEY_LEN, key);
    (void)printf("Heads signed by %s vouch for everything up to entry %lld%s.\n",
                 trusted_key ? "this key" : key, (long long)report->signed_seq,
                 trusted_key ? "" : "; compare the key with the server's");
    if (report->signed_seq < report->report.head.seq)
        (void)printf("What comes behind it is not vouched for yet.\n");
}

static void tell_copy(const struct audit_copy_report *report, const uint8_t *trusted_key)
{
    char hash[2 * AUDIT_HASH_LEN + 1];
    long long first = report->first_seq, last = report->report.head.seq;
    hex_encode(report->report.head.hash, AUDIT_HASH_LEN, hash);
    if (last == 0)
        (void)printf("The copy holds no entries.\n");
    else
        (void)printf("The copy is intact: entries %lld to %lld, head %lld:%s\n", first, last,
                     last, hash);
    if (first > 1)
        (void)printf("The text of entry %lld itself is not checked: the one before it is not"
                     " here.\n",
                     first);
    if (report->torn_lines > 0)
        (void)printf("Lines that are no entries, as crashes tear them: %lld\n",
                     (long long)report->torn_lines);
    if (report->signed_seq > 0)
        tell_signed(report, trusted_key);
    else
        (void)printf("No signed head in it vouches for any entry.\n");
}

// With a key, only what it vouches for is well.
static enum exit_code verify_copy(const char *path, const struct audit_evidence *evidence)
{
    struct problem problem;
    struct audit_copy_report report;
    if (audit_verify_copy(fs_real(), path, evidence, &report, &problem) != OK)
        return command_fail(&problem);
    if (report.report.finding != AUDIT_INTACT) {
        tell_damage(&report.report, evidence->head);
        return EXIT_FAILED;
    }
    tell_copy(&report, evidence->key);
    return evidence->key && report.signed_seq == 0 ? EXIT_FAILED : EXIT_DONE;
}

static enum exit_code verify_store(str data, const struct audit_evidence *evidence,
                                   struct arena *arena)
{
    struct problem problem;
    struct audit_report report;
    if (datadir_expect(data, "pintle.db", &problem) != OK ||
        audit_verify(arena_printf(arena, "%" PRIstr "/pintle.db", STR_ARG(data)), evidence,
                     &report, &problem) != OK)
        return command_fail(&problem);
    if (report.finding == AUDIT_INTACT) {
        tell_intact(&report, evidence->head);
        return EXIT_DONE;
    }
    tell_damage(&report, evidence->head);
    return EXIT_FAILED;
}

static enum exit_code run(const struct invocation *invocation)
{
    AUTO(arena_free) struct arena *arena = arena_new(64 * 1024);
    struct audit_known head;
    uint8_t key[AUDIT_KEY_LEN];
    struct audit_evidence evidence = { 0 };
    str head_text = invocation_option(invocation, "head");
    str key_text = invocation_option(invocation, "key");
    str copy = invocation_option(invocation, "copy");
    if (head_text.data && !audit_known_parse(head_text, &head))
        return command_misuse(
            invocation, "head",
            "must be a number and 64 hexadecimal digits, or these with the key"
            " and the signature, with colons between");
    if (key_text.data && !hex_decode(key_text, key, sizeof(key)))
        return command_misuse(invocation, "key", "must be 64 hexadecimal digits");
    if (head_text.data)
        evidence.head = &head;
    if (key_text.data)
        evidence.key = key;
    if (copy.data)
        return verify_copy(arena_cstr(arena, copy), &evidence);
    return verify_store(invocation->settings->data, &evidence, arena);
}

const struct command command_audit_verify = {
    .name = "audit verify",
    .summary = "Check that nobody has altered the audit log",
    .prose =
        "Exit code 0: every entry is as it was written; 1: not so, or it cannot be told.\n"
        "Works while the server runs and without it, also on a copy of the data directory.\n"
        "The server logs a signed head (\"audit head\" with seq and hash) every minute while\n"
        "entries arrive; keep its log elsewhere and give a head as --head SEQ:HASH, or with\n"
        "key and signature behind it, which are checked too.\n"
        "With --copy it checks a file that audit_sink made and needs no data directory; with\n"
        "--key as well it succeeds only if heads signed by that key are in the file.",
    .options = options,
    .run = run,
};
