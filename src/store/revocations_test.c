// SPDX-License-Identifier: Apache-2.0
// Tests of the log of revocations on a simulated disk: every call fails once, every call is the
// one in which the power goes.
#include "base/test.h"

#include <errno.h>

#include "os/fault.h"
#include "store/revocations.h"

enum { ADDS = 20, CALLS_MAX = 400, CAPACITY_BYTES = 1 << 20 };

#define PATH "/data/revocations"

static const uint8_t id[16] = { 1, 2, 3 };

static void ignore(struct observer *observer, enum log_level level, const char *what,
                   const struct log_pair *pairs)
{
    (void)observer;
    (void)level;
    (void)what;
    (void)pairs;
}
static struct observer silent = { .notice = ignore };

struct run {
    struct fault *fault;
    bool is_acknowledged[ADDS];
    bool was_tried[ADDS];
};

static struct revocation entry_of(int number)
{
    struct revocation entry = { .revoked_ms = 1000 + number };
    memset(entry.digest, number + 1, sizeof(entry.digest));
    return entry;
}

static enum err open_log(struct run *run, struct revocations **ret_log)
{
    struct problem problem;
    return revocations_open(fault_fs(run->fault), STR(PATH), id, &silent, ret_log, &problem);
}

// Adds entries in groups of 1, 2, 3 …; each group is answered as a whole.
static void add_all(struct run *run, struct revocations *log)
{
    int number = 0;
    for (int size = 1; number + size <= ADDS; size++) {
        struct revocation entries[ADDS];
        for (int i = 0; i < size; i++) {
            entries[i] = entry_of(number + i);
            run->was_tried[number + i] = true;
        }
        enum err err = revocations_add(log, entries, (size_t)size, NULL);
        for (int i = 0; i < size; i++)
            run->is_acknowledged[number + i] = err == OK;
        number += size;
    }
}

static void work(struct run *run)
{
    struct revocations *log = NULL;
    if (open_log(run, &log) == OK)
        add_all(run, log);
    revocations_close(log);
}

// What was answered is there, nothing is there that was never asked for.
static void check(struct run *run)
{
    struct revocations *log = NULL;
    size_t count;
    bool is_there[ADDS] = { false };
    assert_int_equal(open_log(run, &log), OK);
    const struct revocation *entries = revocations_all(log, &count);
    for (size_t i = 0; i < count; i++) {
        int number = entries[i].digest[0] - 1;
        assert_in_range(number, 0, ADDS - 1);
        assert_true(run->was_tried[number]);
        assert_int_equal(entries[i].revoked_ms, 1000 + number);
        is_there[number] = true;
    }
    for (int i = 0; i < ADDS; i++)
        assert_true(is_there[i] || !run->is_acknowledged[i]);
    revocations_close(log);
}

static bool run_once(uint64_t nth, enum fault_action action, enum fault_kept kept)
{
    struct run run = { .fault = fault_new(nth, CAPACITY_BYTES) };
    struct fs *fs = fault_fs(run.fault);
    assert_int_equal(fs->ops->make_dir(fs, "/data"), 0);
    assert_int_equal(fs->ops->sync_dir(fs, "/"), 0);
    fault_set(run.fault,
              (struct fault_plan){ .calls = FAULT_ANY, .nth = nth, .action = action });
    work(&run);
    bool has_struck = fault_has_struck(run.fault);
    fault_restart(run.fault, kept);
    check(&run);
    fault_free(run.fault);
    return has_struck;
}

static void no_acknowledged_revocation_is_lost(void **state)
{
    (void)state;
    for (int action = FAULT_FAIL; action <= FAULT_CRASH; action++) {
        for (int kept = FAULT_KEEP_SYNCED; kept <= FAULT_KEEP_ALL; kept++) {
            uint64_t nth = 1;
            while (run_once(nth, (enum fault_action)action, (enum fault_kept)kept))
                assert_true(++nth < CALLS_MAX);
            assert_true(nth > 10); // the loop has gone through something
        }
    }
}

static void a_full_disk_is_said_and_ends_when_there_is_room(void **state)
{
    (void)state;
    struct run run = { .fault = fault_new(1, CAPACITY_BYTES) };
    struct fs *fs = fault_fs(run.fault);
    struct revocations *log = NULL;
    struct problem problem = { 0 };
    struct revocation entries[ADDS];
    for (int i = 0; i < ADDS; i++)
        entries[i] = entry_of(i);
    assert_int_equal(fs->ops->make_dir(fs, "/data"), 0);
    assert_int_equal(fs->ops->sync_dir(fs, "/"), 0);
    assert_int_equal(open_log(&run, &log), OK);
    fault_set_capacity(run.fault, 600);
    assert_int_equal(revocations_add(log, entries, ADDS, &problem), ERR_DISK_FULL);
    assert_string_equal(problem.field, PATH);
    fault_set_capacity(run.fault, CAPACITY_BYTES);
    assert_int_equal(revocations_add(log, entries, ADDS, &problem), OK);
    revocations_close(log);
    for (int i = 0; i < ADDS; i++)
        run.was_tried[i] = run.is_acknowledged[i] = true;
    fault_restart(run.fault, FAULT_KEEP_SYNCED);
    check(&run);
    fault_free(run.fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_acknowledged_revocation_is_lost),
        cmocka_unit_test(a_full_disk_is_said_and_ends_when_there_is_room),
    };
    return cmocka_run_group_tests_name("store revocations", tests, NULL, NULL);
}
