// SPDX-License-Identifier: Apache-2.0
// Dead letters: their bytes, storing them, reading them newest first.
#include "base/test.h"

#include <pthread.h>
#include <unistd.h>

#include "base/rand.h"
#include "os/fault.h"
#include "outcome/letters.h"
#include "outcome/outcome.h"

static const uint8_t id[16] = { 7 };

static struct dead_letter sample(void)
{
    return (struct dead_letter){
        .position = { .record = 4711, .event = 3 },
        .end = { .record = 4712, .event = 1 },
        .source_id = STR("source"),
        .destination_id = STR("destination"),
        .reason = REASON_REJECTED,
        .status = 422,
        .attempts = 2,
        .at_wall_ms = clock_wall_ms(clock_system()), // a letter from long ago would not be kept
        .detail = STR("answered with status 422"),
        .event = STR("{\"type\":\"track\"}"),
        .request = STR("POST https://x.test/\n\n{}"),
        .response = STR("no \xff\x00 thanks"),
    };
}

static void same(const struct dead_letter *a, const struct dead_letter *b)
{
    assert_int_equal(position_cmp(a->position, b->position), 0);
    assert_int_equal(position_cmp(a->end, b->end), 0);
    assert_int_equal(a->reason, b->reason);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->attempts, b->attempts);
    assert_int_equal(a->at_wall_ms, b->at_wall_ms);
    assert_true(str_eq(a->detail, b->detail));
    assert_true(str_eq(a->event, b->event));
    assert_true(str_eq(a->request, b->request));
    assert_true(str_eq(a->response, b->response));
}

static void a_letter_comes_back_as_it_was_written(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    AUTO(buf_done) struct buf bytes = { 0 };
    struct dead_letter letter = sample(), back;
    letter_encode(&letter, &bytes);
    assert_int_equal(letter_decode(buf_str(&bytes), arena, &back), OK);
    same(&letter, &back);
    // A field of a later version is skipped.
    buf_add_u8(&bytes, 200);
    buf_add_u32(&bytes, 3);
    buf_add_str(&bytes, STR("new"));
    assert_int_equal(letter_decode(buf_str(&bytes), arena, &back), OK);
    same(&letter, &back);
}

static void a_letter_cut_anywhere_is_refused_or_lacks_whole_fields(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 24);
    AUTO(buf_done) struct buf bytes = { 0 };
    struct dead_letter letter = sample(), back;
    letter_encode(&letter, &bytes);
    size_t refused = 0;
    for (size_t len = 0; len < bytes.len; len++)
        refused += letter_decode(str_make(bytes.data, len), arena, &back) != OK;
    assert_int_equal(refused,
                     bytes.len - 10); // cut between two fields
    bytes.data[0] = 2;
    assert_int_equal(letter_decode(buf_str(&bytes), arena, &back), ERR_CORRUPT);
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(4 << 20);
    AUTO(buf_done) struct buf bytes = { 0 };
    char *big = arena_alloc(arena, 1 << 18);
    memset(big, 'x', 1 << 18);
    struct dead_letter letter = sample(), back;
    letter.detail = letter.request = letter.response = letter.event = str_make(big, 1 << 18);
    letter_encode(&letter, &bytes);
    assert_int_equal(letter_decode(buf_str(&bytes), arena, &back), OK);
    assert_int_equal(back.detail.len, 1024);
    assert_int_equal(back.request.len, 64 << 10);
    assert_int_equal(back.response.len, 10 << 10);
    assert_int_equal(back.event.len, 1 << 18);
}

// --- With a journal

struct storing {
    struct outcome_store store;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_done;
    enum err err;
};

static void on_done(struct outcome_store *store, enum err err)
{
    struct storing *storing = CONTAINER_OF(store, struct storing, store);
    pthread_mutex_lock(&storing->lock);
    storing->is_done = true;
    storing->err = err;
    pthread_cond_signal(&storing->changed);
    pthread_mutex_unlock(&storing->lock);
}

static void store(struct outcome *outcome, const struct dead_letter *letter)
{
    struct storing storing = { .store.done = on_done };
    pthread_mutex_init(&storing.lock, NULL);
    pthread_cond_init(&storing.changed, NULL);
    assert_int_equal(outcome_dead_letter(outcome, letter, &storing.store), OK);
    pthread_mutex_lock(&storing.lock);
    while (!storing.is_done)
        pthread_cond_wait(&storing.changed, &storing.lock);
    pthread_mutex_unlock(&storing.lock);
    assert_int_equal(storing.err, OK);
    pthread_cond_destroy(&storing.changed);
    pthread_mutex_destroy(&storing.lock);
}

struct place {
    char dir[64];
};

static struct outcome *open_in(const struct place *place)
{
    struct outcome *outcome;
    struct problem problem;
    const struct outcome_parts parts = {
        fs_real(), str_of(place->dir), id, clock_system(), observer_log(), 0, 0,
    };
    enum err err = outcome_open(&parts, &outcome, &problem);
    if (err)
        print_message("# %s: %s\n", problem.field, problem.text);
    assert_int_equal(err, OK);
    return outcome;
}

static int make_place(void **state)
{
    static struct place place;
    (void)snprintf(place.dir, sizeof(place.dir), "/tmp/outcome-test-XXXXXX");
    *state = &place;
    return mkdtemp(place.dir) ? 0 : -1;
}

static void remove_file(void *ctx, const char *name)
{
    const struct place *place = ctx;
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/%s", place->dir, name);
    (void)unlink(path);
}

static int remove_place(void **state)
{
    struct place *place = *state;
    struct fs *fs = fs_real();
    (void)fs->ops->list(fs, place->dir, remove_file, place);
    return rmdir(place->dir);
}

static size_t page(struct outcome *outcome, const char *destination, struct position *before,
                   size_t max, struct arena *arena, struct dead_letter **ret_letters)
{
    struct position *cursors;
    size_t count;
    enum err err = outcome_dead_letters(outcome, str_of(destination), *before, max, arena,
                                        ret_letters, &cursors, &count);
    assert_int_equal(err, OK);
    if (count)
        *before = cursors[count - 1];
    return count;
}

static void an_empty_room_has_no_letters(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct outcome *outcome = open_in(*state);
    struct dead_letter *letters;
    struct position before = { 0 };
    assert_int_equal(page(outcome, "", &before, 10, arena, &letters), 0);
    outcome_close(outcome);
}

static void letters_go_on_where_the_reserve_has_stopped_the_events(void **state)
{
    static const uint64_t reserves[] = { 4 << 20, 8 << 20, 100 << 20, 1 << 30 };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(reserves); i++) {
        AUTO(fault_free) struct fault *disk = fault_new(1, reserves[i]);
        const struct outcome_parts parts = {
            fault_fs(disk), STR("/outcomes"), id, clock_system(),
            observer_log(), reserves[i],      0,
        };
        struct outcome *outcome;
        struct problem problem;
        struct dead_letter letter = sample();
        assert_int_equal(outcome_open(&parts, &outcome, &problem), OK);
        store(outcome, &letter);
        outcome_close(outcome);
    }
}

static void the_longest_event_stays_whole_whatever_the_reserve(void **state)
{
    enum { EVENT_BYTES = 4 * 4096000 };
    static const uint64_t reserves[] = { 0, 4 << 20, 1 << 30 };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(reserves); i++) {
        AUTO(fault_free) struct fault *disk = fault_new(1, UINT64_C(2) << 30);
        AUTO(arena_free) struct arena *arena = arena_new(64 << 20);
        const struct outcome_parts parts = {
            fault_fs(disk), STR("/outcomes"), id,          clock_system(),
            observer_log(), reserves[i],      EVENT_BYTES,
        };
        struct outcome *outcome;
        struct problem problem;
        struct dead_letter letter = sample(), *letters;
        struct position before = { 0 };
        size_t longest = EVENT_BYTES + OUTCOME_EVENT_GROWTH_BYTES;
        letter.event = str_make(memset(arena_alloc(arena, longest), 'e', longest), longest);
        letter.request = str_sub(letter.event, 0, 64 << 10);
        letter.response = str_sub(letter.event, 0, 10 << 10);
        assert_int_equal(outcome_open(&parts, &outcome, &problem), OK);
        store(outcome, &letter);
        assert_int_equal(page(outcome, "", &before, 10, arena, &letters), 1);
        same(letters, &letter);
        outcome_close(outcome);
    }
}

static void letters_survive_a_restart_and_are_read_newest_first(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct outcome *outcome = open_in(*state);
    struct dead_letter letter = sample(), *letters;
    store(outcome, &letter);
    letter.position.record = 4712;
    store(outcome, &letter);
    outcome_close(outcome);
    outcome = open_in(*state);
    struct position before = { 0 };
    assert_int_equal(page(outcome, "destination", &before, 10, arena, &letters), 2);
    same(&letters[0], &letter);
    assert_true(str_eq(letters[0].source_id, STR("source")));
    assert_true(str_eq(letters[0].destination_id, STR("destination")));
    assert_int_equal(letters[1].position.record, 4711);
    assert_int_equal(page(outcome, "destination", &before, 10, arena, &letters), 0);
    outcome_close(outcome);
}

static void pages_go_through_all_letters_of_one_destination_and_no_other(void **state)
{
    enum { LETTERS = 700 };
    AUTO(arena_free) struct arena *arena = arena_new(16 << 20);
    struct outcome *outcome = open_in(*state);
    struct dead_letter letter = sample(), *letters;
    for (uint32_t i = 0; i < LETTERS; i++) {
        letter.position.record = i + 1;
        letter.destination_id = i % 7 == 0 ? STR("rare") : STR("common");
        store(outcome, &letter);
    }
    struct position before = { 0 };
    uint64_t next = 694; // the newest of the rare ones: 7 · 99 + 1
    size_t count;
    while ((count = page(outcome, "rare", &before, 9, arena, &letters))) {
        for (size_t i = 0; i < count; i++, next -= 7)
            assert_int_equal(letters[i].position.record, next);
    }
    assert_int_equal((int64_t)next, 1 - 7);
    before = (struct position){ 0 };
    assert_int_equal(page(outcome, "", &before, LETTERS * 2, arena, &letters), LETTERS);
    outcome_close(outcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_comes_back_as_it_was_written),
        cmocka_unit_test(a_letter_cut_anywhere_is_refused_or_lacks_whole_fields),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test_setup_teardown(an_empty_room_has_no_letters, make_place, remove_place),
        cmocka_unit_test(letters_go_on_where_the_reserve_has_stopped_the_events),
        cmocka_unit_test(the_longest_event_stays_whole_whatever_the_reserve),
        cmocka_unit_test_setup_teardown(letters_survive_a_restart_and_are_read_newest_first,
                                        make_place, remove_place),
        cmocka_unit_test_setup_teardown(
            pages_go_through_all_letters_of_one_destination_and_no_other, make_place,
            remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
