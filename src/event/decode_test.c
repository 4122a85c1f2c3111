// SPDX-License-Identifier: Apache-2.0
// Unit tests of decode.c: the checks in their order, and that every row is the event it says.
#include "base/test.h"

#include "base/rand.h"
#include "codec/hash.h"
#include "codec/json.h"
#include "event/event.h"

static const struct event_hash_key hash_key = { .bytes = { 1, 2, 3 } };

static int setup(void **state)
{
    *state = arena_new(64 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static enum err decode(struct arena *arena, const char *path, str body,
                       struct event_batch *ret_batch, struct problem *ret_problem)
{
    enum event_type type = event_type_of(str_of(path));
    enum event_shape shape = strcmp(path, "import") == 0  ? EVENT_SHAPE_IMPORT
                             : type == EVENT_TYPE_UNKNOWN ? EVENT_SHAPE_BATCH
                                                          : EVENT_SHAPE_SINGLE;
    return event_decode(body, shape, type, &hash_key, arena, ret_batch, ret_problem);
}

// Each row cut out is an object of its own, and nothing but it.
static void assert_rows_parse(struct arena *arena, const struct event_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        str slice = str_sub(batch->body, batch->rows[i].offset, batch->rows[i].length);
        assert_int_equal(slice.len, batch->rows[i].length);
        assert_int_equal(slice.data[0], '{');
        assert_int_equal(slice.data[slice.len - 1], '}');
        yyjson_doc *doc = NULL;
        assert_int_equal(json_read(slice, 0, arena, &doc, NULL), OK);
    }
}

static void bad_bodies_get_the_text_of_the_first_check(void **state)
{
    static const char invalid[] = "invalid json", empty[] = "empty batch payload",
                      no_event[] = "event is not a valid rudder event",
                      no_id[] = "request neither has anonymousId nor userId";
    static const char *const rows[][3] = {
        { "track", "", invalid },
        { "batch", "", invalid },
        { "track", "{", invalid },
        { "track", "{\"userId\":\"u\"} x", invalid },
        { "track", "{\"userId\":\"u\",}", invalid },
        { "track", "{'userId':'u'}", invalid },
        { "track", "[]", no_event },
        { "track", "null", no_event },
        { "track", "1", no_event },
        { "track", "\"userId\"", no_event },
        { "track", "{}", no_id },
        { "track", "{\"userId\":\"\"}", no_id },
        { "track", "{\"userId\":null,\"anonymousId\":\"  \"}", no_id },
        { "track", "{\"userId\":\"\xe2\x80\x8b\",\"anonymousId\":\"\\u0000\\t\"}", no_id },
        { "track", "{\"userId\":\"u\",\"userId\":\"\"}", no_id },
        { "track", "{\"type\":\"record\"}", no_id }, // the endpoint's name counts
        { "track", "{\"context\":{\"userId\":\"u\"}}", no_id },
        { "batch", "[]", empty },
        { "batch", "1", empty },
        { "batch", "{}", empty },
        { "batch", "{\"batch\":null}", empty },
        { "batch", "{\"batch\":[]}", empty },
        { "batch", "{\"batch\":[{\"userId\":\"u\"}],\"batch\":[]}", empty },
        { "batch", "{\"batch\":\"x\"}", no_event },
        { "batch", "{\"batch\":false}", no_event },
        { "batch", "{\"batch\":[1]}", no_event },
        { "batch", "{\"batch\":[null]}", no_event },
        { "batch", "{\"batch\":[[]]}", no_event },
        { "batch", "{\"batch\":[{\"userId\":\"u\"},7]}", no_event },
        { "batch", "{\"batch\":{}}", no_id },
        { "batch", "{\"batch\":[{}]}", no_id },
        { "batch", "{\"batch\":[{},7]}", no_id }, // elements are judged in order
        { "batch", "{\"batch\":[7,{}]}", no_event },
        { "batch", "{\"batch\":[{\"userId\":\"u\"},{\"type\":\"track\"}]}", no_id },
        { "batch", "{\"batch\":[{\"type\":\"Record\"}]}", no_id },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct event_batch batch;
        struct problem problem;
        assert_int_equal(decode(*state, rows[i][0], str_of(rows[i][1]), &batch, &problem),
                         ERR_INVALID);
        assert_string_equal(problem.text, rows[i][2]);
    }
}

static void good_bodies_are_taken(void **state)
{
    static const struct {
        const char *path, *body;
        size_t count;
        enum event_type first_type;
    } rows[] = {
        { "track", "{\"userId\":\"u\"}", 1, EVENT_TRACK },
        { "identify", " \n{\"anonymousId\":\"a\",\"type\":\"page\"}\t", 1, EVENT_IDENTIFY },
        { "page", "{\"userId\":123}", 1, EVENT_PAGE },
        { "screen", "{\"userId\":false}", 1, EVENT_SCREEN },
        { "group", "{\"userId\":{}}", 1, EVENT_GROUP },
        { "alias", "{\"userId\":\"\",\"userId\":\"u\"}", 1, EVENT_ALIAS },
        { "extract", "{}", 1, EVENT_EXTRACT },
        { "track", "{\"userId\":\"\\ud83d\"}", 1, EVENT_TRACK },
        { "track", "{\"userId\":\"u\\u0041\",\"\\u0074ype\":1}", 1, EVENT_TRACK },
        { "batch", "{\"batch\":{\"userId\":\"u\",\"type\":\"page\"}}", 1, EVENT_PAGE },
        { "batch", "{\"batch\":[{\"userId\":\"u\"}]}", 1, EVENT_TYPE_UNKNOWN },
        { "batch", "{\"batch\":[{\"userId\":\"u\",\"type\":7}]}", 1, EVENT_TYPE_UNKNOWN },
        { "batch", "{\"batch\":[{\"type\":\"record\"}]}", 1, EVENT_RECORD },
        { "batch", "{\"batch\":[{\"type\":\"extract\"}]}", 1, EVENT_EXTRACT },
        { "batch", "{\"batch\":[{\"type\":\"Track\",\"userId\":\"u\"}]}", 1, EVENT_TRACK },
        { "batch", "{\"batch\":[],\"batch\":[{\"userId\":\"u\"}, {\"userId\":\"v\"}]}", 2,
          EVENT_TYPE_UNKNOWN },
        { "batch",
          "{ \"sentAt\":\"x\", \"batch\" : [ {\"userId\":\"u,}]\"} ,\n { \"anonymousId\" : 1 } "
          "] , \"after\" : [{}] }",
          2, EVENT_TYPE_UNKNOWN },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct event_batch batch;
        assert_int_equal(decode(*state, rows[i].path, str_of(rows[i].body), &batch, NULL), OK);
        assert_int_equal(batch.count, rows[i].count);
        assert_int_equal(batch.rows[0].type, rows[i].first_type);
        assert_null(batch.write_key.data);
        assert_rows_parse(*state, &batch);
    }
}

static void a_body_without_faults_is_not_copied(void **state)
{
    str body = STR("{\"batch\":[{\"userId\":\"u\"}]}");
    struct event_batch batch;
    assert_int_equal(decode(*state, "batch", body, &batch, NULL), OK);
    assert_ptr_equal(batch.body.data, body.data);
    assert_int_equal(batch.body.len, body.len);
}

static uint64_t hash(const char *text)
{
    return hash_siphash(hash_key.bytes, text, strlen(text));
}

static void hashes_are_those_of_normalised_ids(void **state)
{
    struct event_batch batch;
    str body = STR("{\"batch\":[{\"userId\":\" u \",\"anonymousId\":5,\"messageId\":\"m\\t\"},"
                   "{\"userId\":3.0,\"messageId\":7},"
                   "{\"anonymousId\":\"\\u200bu\",\"messageId\":\" \"}]}");
    assert_int_equal(decode(*state, "batch", body, &batch, NULL), OK);
    const struct event_row *rows = batch.rows;
    assert_true(rows[0].user_hash == hash("u") && rows[0].anon_hash == hash("5"));
    assert_true(rows[0].message_hash == hash("m"));
    assert_true(rows[1].user_hash == hash("3") && rows[1].anon_hash == 0);
    assert_true(rows[1].message_hash == 0);
    assert_true(rows[2].user_hash == 0 && rows[2].anon_hash == hash("u"));
    assert_true(rows[2].message_hash == 0);
}

static void a_write_key_is_cut_out(void **state)
{
    static const char *const rows[][3] = {
        { "{\"writeKey\":\"K1\",\"userId\":\"u\"}", "{                \"userId\":\"u\"}",
          "K1" },
        { "{\"userId\":\"u\",\"writeKey\":\"K1\"}", "{\"userId\":\"u\"                }",
          "K1" },
        { "{\"userId\":\"u\" , \"writeKey\" : \"K\" , \"a\":1}",
          "{\"userId\":\"u\" ,                    \"a\":1}", "K" },
        { "{\"writeKey\":\"A\",\"userId\":\"u\",\"writeKey\":\"B\"}",
          "{               \"userId\":\"u\"               }", "B" },
        { "{\"userId\":\"u\",\"writeKey\":\"A\",\"writeKey\":\"B\"}",
          "{\"userId\":\"u\"                              }", "B" },
        { "{\"userId\":\"u\",\"w\\u0072iteKey\":\"a\\\"\\\\\"}",
          "{\"userId\":\"u\"                        }", "a\"\\" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct event_batch batch;
        str body = str_of(rows[i][0]);
        assert_int_equal(decode(*state, "track", body, &batch, NULL), OK);
        assert_true(str_eq(batch.body, str_of(rows[i][1])));
        assert_true(str_eq(batch.write_key, str_of(rows[i][2])));
        assert_rows_parse(*state, &batch);
    }
}

// A test that ends at all: if each key cost a look at those before it, this would take minutes.
static void a_body_of_nothing_but_write_keys_costs_what_others_do(void **state)
{
    enum { KEYS = 250000 };
    AUTO(buf_done) struct buf body = { 0 };
    buf_add_char(&body, '{');
    for (size_t i = 0; i < KEYS; i++)
        buf_add_str(&body, STR("\"writeKey\":\"A\","));
    buf_add_str(&body, STR("\"userId\":\"u\",\"writeKey\":\"B\"}"));
    struct event_batch batch;
    assert_int_equal(decode(*state, "track", buf_str(&body), &batch, NULL), OK);
    assert_true(str_eq(batch.write_key, STR("B")));
    assert_true(str_find_str(batch.body, STR("writeKey")) == batch.body.len);
    assert_rows_parse(*state, &batch);
}

static void a_write_key_beside_the_batch_moves_no_event(void **state)
{
    struct event_batch batch;
    str body =
        STR("{\"writeKey\":\"SECRET\",\"batch\":[{\"userId\":\"u\",\"writeKey\":\"mine\"}],"
            "\"writeKey\":\"SECRET2\"}");
    assert_int_equal(decode(*state, "batch", body, &batch, NULL), OK);
    assert_int_equal(batch.body.len, body.len);
    assert_true(str_find_str(batch.body, STR("SECRET")) == body.len);
    assert_true(str_eq(str_sub(batch.body, batch.rows[0].offset, batch.rows[0].length),
                       STR("{\"userId\":\"u\",\"writeKey\":\"mine\"}")));
    assert_rows_parse(*state, &batch);
    assert_int_equal(
        decode(*state, "track", STR("{\"userId\":1,\"writeKey\":7}"), &batch, NULL), OK);
    assert_null(batch.write_key.data); // no text, no key
}

static void the_size_is_that_of_the_wrapped_form(void **state)
{
    static const char *const rows[][3] = {
        { "track", "{\"userId\":\"u\"}",
          "{\"batch\":[{\"userId\":\"u\",\"type\":\"track\"}]}" },
        { "identify", "{\"type\":\"x\",\"userId\":\"u\"}",
          "{\"batch\":[{\"type\":\"identify\",\"userId\":\"u\"}]}" },
        { "page", "{\"type\":\"audiencelist\",\"userId\":\"u\"}",
          "{\"batch\":[{\"type\":\"page\",\"userId\":\"u\"}]}" },
        { "batch", "{\"batch\":[{\"userId\":\"u\"}]}", "{\"batch\":[{\"userId\":\"u\"}]}" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct event_batch batch;
        assert_int_equal(decode(*state, rows[i][0], str_of(rows[i][1]), &batch, NULL), OK);
        assert_int_equal(batch.wrapped_bytes, strlen(rows[i][2]));
        assert_false(batch.is_size_exempt);
    }
    struct event_batch batch;
    str exempt = STR("{\"batch\":[{\"userId\":1},{\"type\":\"audiencelist\",\"userId\":1}]}");
    assert_int_equal(decode(*state, "batch", exempt, &batch, NULL), OK);
    assert_true(batch.is_size_exempt);
}

static void an_import_leaves_out_events_without_ids(void **state)
{
    struct event_batch batch;
    str body = STR("{\"batch\":[{\"event\":\"none\"},{\"userId\":\"a\"}, {\"x\":1},"
                   "{\"anonymousId\":\"b\"}]}");
    assert_int_equal(decode(*state, "import", body, &batch, NULL), OK);
    assert_int_equal(batch.count, 2);
    assert_true(batch.is_partial);
    assert_rows_parse(*state, &batch);
    assert_true(str_eq(str_sub(batch.body, batch.rows[1].offset, batch.rows[1].length),
                       STR("{\"anonymousId\":\"b\"}")));
    assert_int_equal(
        decode(*state, "import", STR("{\"batch\":[{\"userId\":1}]}"), &batch, NULL), OK);
    assert_false(batch.is_partial);
    static const char *const bad[] = { "{\"batch\":[{\"a\":1},{\"b\":1}]}",
                                       "{\"batch\":[{}]}" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct problem problem;
        assert_int_equal(decode(*state, "import", str_of(bad[i]), &batch, &problem),
                         ERR_INVALID);
        assert_string_equal(problem.text, EVENT_NO_IDS);
    }
}

static void an_import_is_measured_by_its_longest_user(void **state)
{
    static const struct {
        const char *events;
        const char *longest; // as a batch of its own
    } rows[] = {
        { "{\"userId\":\"a\"}", "{\"batch\":[{\"userId\":\"a\"}]}" },
        { "{\"userId\":\"a\"} ,  {\"userId\":\"b\",\"n\":1}",
          "{\"batch\":[{\"userId\":\"b\",\"n\":1}]}" },
        { "{\"userId\":\"a\",\"n\":1},{\"userId\":\"b\",\"n\":1},{\"userId\":\" a\"}",
          "{\"batch\":[{\"userId\":\"a\",\"n\":1},{\"userId\":\" a\"}]}" },
        { "{\"userId\":\"a\"},{\"userId\":\"a\",\"anonymousId\":1}",
          "{\"batch\":[{\"userId\":\"a\",\"anonymousId\":1}]}" },
        { "{\"nobody\":\"is left out\"},{\"userId\":\"a\"}",
          "{\"batch\":[{\"userId\":\"a\"}]}" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct event_batch batch;
        str body = arena_printf(*state, "{\"batch\":[%s]}", rows[i].events);
        assert_int_equal(decode(*state, "import", body, &batch, NULL), OK);
        assert_int_equal(batch.wrapped_bytes, strlen(rows[i].longest));
    }
}

static void run_ids_come_from_the_first_element(void **state)
{
    struct event_batch batch;
    str body = STR("{\"batch\":[{\"userId\":1,\"context\":{\"sources\":{\"job_run_id\":\"j\","
                   "\"task_run_id\":\"t\"}}},{\"userId\":1,\"context\":{\"sources\":"
                   "{\"job_run_id\":\"other\"}}}]}");
    assert_int_equal(decode(*state, "batch", body, &batch, NULL), OK);
    assert_true(str_eq(batch.job_run_id, STR("j")) && str_eq(batch.task_run_id, STR("t")));
    assert_int_equal(decode(*state, "batch",
                            STR("{\"batch\":[{\"userId\":1},{\"userId\":1,"
                                "\"context\":{\"sources\":{\"job_run_id\":"
                                "\"j\"}}}]}"),
                            &batch, NULL),
                     OK);
    assert_null(batch.job_run_id.data);
}

static void nesting_beyond_the_limit_is_invalid(void **state)
{
    for (size_t depth = 510; depth <= 512; depth++) {
        AUTO(buf_done) struct buf body = { 0 };
        buf_add_str(&body, STR("{\"userId\":1,\"p\":"));
        for (size_t i = 0; i < depth; i++)
            buf_add_char(&body, '[');
        for (size_t i = 0; i < depth; i++)
            buf_add_char(&body, ']');
        buf_add_char(&body, '}');
        struct event_batch batch;
        assert_int_equal(decode(*state, "track", buf_str(&body), &batch, NULL),
                         depth <= 511 ? OK : ERR_INVALID);
    }
}

static void values_beyond_the_ceiling_are_too_big(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *small = arena_new(64 << 10);
    AUTO(buf_done) struct buf body = { 0 };
    buf_add_str(&body, STR("{\"userId\":[0"));
    for (size_t i = 0; i < 10000; i++)
        buf_add_str(&body, STR(",1"));
    buf_add_str(&body, STR("]}"));
    struct event_batch batch;
    struct problem problem;
    assert_int_equal(decode(small, "track", buf_str(&body), &batch, &problem), ERR_TOO_BIG);
    assert_string_equal(problem.text, "request size exceeds max limit");
}

static void ids_that_would_take_more_than_the_ceiling_are_too_big(void **state)
{
    AUTO(buf_done) struct buf body = { 0 };
    buf_add_str(&body, STR("{\"userId\":[1e999"));
    for (size_t i = 0; i < 10000; i++)
        buf_add_str(&body, STR(",1"));
    buf_add_str(&body, STR("]}"));
    struct event_batch batch;
    struct problem problem;
    AUTO(arena_free) struct arena *arena = arena_new(512 << 10);
    assert_int_equal(decode(arena, "track", buf_str(&body), &batch, &problem), ERR_TOO_BIG);
    assert_string_equal(problem.text, "request size exceeds max limit");
    assert_false(arena_is_over(arena));
    assert_int_equal(decode(*state, "track", buf_str(&body), &batch, NULL), OK);
    // Of an import it is not left out as if it had been read.
    body.len--;
    buf_add_str(&body, STR(",\"type\":\"track\"}]}"));
    AUTO(buf_done) struct buf import = { 0 };
    buf_add_str(&import, STR("{\"batch\":[{\"userId\":\"u\",\"type\":\"track\"},"));
    buf_add_str(&import, buf_str(&body));
    arena_reset(arena);
    assert_int_equal(decode(arena, "import", buf_str(&import), &batch, NULL), ERR_TOO_BIG);
    assert_false(arena_is_over(arena));
    assert_int_equal(decode(*state, "import", buf_str(&import), &batch, NULL), OK);
    assert_int_equal(batch.count, 2);
}

static void events_beyond_the_ceiling_are_too_big(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf body = { 0 };
    buf_add_str(&body, STR("{\"batch\":["));
    for (size_t i = 0; i < 1000; i++)
        buf_add_str(&body, i > 0 ? STR(",{\"userId\":\"u\"}") : STR("{\"userId\":\"u\"}"));
    buf_add_str(&body, STR("]}"));
    struct event_batch batch;
    struct problem problem;
    AUTO(arena_free) struct arena *enough = arena_new(8 << 20);
    assert_int_equal(decode(enough, "batch", buf_str(&body), &batch, NULL), OK);
    size_t rows_bytes = batch.count * sizeof(*batch.rows);
    // Room for the values, but not for the table as well.
    AUTO(arena_free)
    struct arena *small = arena_new(arena_used_bytes(enough) - rows_bytes + rows_bytes / 2);
    assert_int_equal(decode(small, "batch", buf_str(&body), &batch, &problem), ERR_TOO_BIG);
    assert_string_equal(problem.text, "request size exceeds max limit");
}

// --- Random bodies

static bool one_in(struct rng *rng, uint64_t n)
{
    return rng_below(rng, n) == 0;
}

static void add_space(struct rng *rng, struct buf *out)
{
    while (one_in(rng, 3))
        buf_add_char(out, " \t\n\r"[rng_below(rng, 4)]);
}

static void add_string(struct rng *rng, struct buf *out)
{
    static const char *const parts[] = {
        "a", "\\\"",    "\\\\",           "{",       "}", "[", "]", ",", ":", "\\n",
        " ", "\\u0041", "\\ud83d\\ude00", "\xc3\xa4"
    };
    buf_add_char(out, '"');
    while (!one_in(rng, 4))
        buf_add_str(out, str_of(parts[rng_below(rng, ARRAY_LEN(parts))]));
    buf_add_char(out, '"');
}

static void add_value(struct rng *rng, struct buf *out, unsigned depth);

static void add_members(struct rng *rng, struct buf *out, unsigned depth, bool is_object)
{
    for (size_t i = 0; !one_in(rng, 3); i++) {
        if (i > 0)
            buf_add_char(out, ',');
        add_space(rng, out);
        if (is_object) {
            add_string(rng, out);
            add_space(rng, out);
            buf_add_char(out, ':');
        }
        add_value(rng, out, depth + 1);
    }
    add_space(rng, out);
}

static void add_value(struct rng *rng, struct buf *out, unsigned depth)
{
    static const char *const scalars[] = { "1", "-0.5e3", "true", "null", "{}", "[]" };
    add_space(rng, out);
    uint64_t kind = rng_below(rng, depth > 4 ? 2 : 4);
    if (kind == 0)
        add_string(rng, out);
    else if (kind == 1)
        buf_add_str(out, str_of(scalars[rng_below(rng, ARRAY_LEN(scalars))]));
    else {
        buf_add_char(out, kind == 2 ? '{' : '[');
        add_members(rng, out, depth, kind == 2);
        buf_add_char(out, kind == 2 ? '}' : ']');
    }
    add_space(rng, out);
}

// An event whose number can be told from it.
static void add_event(struct rng *rng, struct buf *out, size_t number)
{
    buf_add_char(out, '{');
    add_space(rng, out);
    while (one_in(rng, 2)) {
        add_string(rng, out);
        buf_add_char(out, ':');
        add_value(rng, out, 1);
        buf_add_char(out, ',');
        add_space(rng, out);
    }
    buf_addf(out, "\"userId\":\"user-%zu\"", number);
    while (one_in(rng, 2)) {
        buf_add_char(out, ',');
        add_space(rng, out);
        add_string(rng, out);
        buf_add_char(out, ':');
        add_value(rng, out, 1);
    }
    add_space(rng, out);
    buf_add_char(out, '}');
}

static void add_beside(struct rng *rng, struct buf *out, bool is_before)
{
    while (one_in(rng, 2)) {
        buf_add_str(out, is_before ? STR("") : STR(","));
        add_space(rng, out);
        if (one_in(rng, 3)) {
            buf_add_str(out, STR("\"writeKey\":\"HIDDEN\""));
        } else {
            add_string(rng, out);
            buf_add_char(out, ':');
            add_value(rng, out, 1);
        }
        buf_add_str(out, is_before ? STR(",") : STR(""));
        add_space(rng, out);
    }
}

static size_t make_batch(struct rng *rng, struct buf *out)
{
    size_t count = 1 + rng_below(rng, 5);
    add_space(rng, out);
    buf_add_char(out, '{');
    add_beside(rng, out, true);
    buf_add_str(out, STR("\"batch\":"));
    add_space(rng, out);
    buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        add_space(rng, out);
        add_event(rng, out, i);
        add_space(rng, out);
    }
    buf_add_char(out, ']');
    add_space(rng, out);
    add_beside(rng, out, false);
    buf_add_char(out, '}');
    add_space(rng, out);
    return count;
}

static void random_batches_are_cut_at_the_right_places(void **state)
{
    struct rng_fake fake;
    rng_fake_init(&fake, 2026);
    AUTO(buf_done) struct buf body = { 0 };
    for (int round = 0; round < 3000; round++) {
        arena_reset(*state);
        buf_clear(&body);
        size_t count = make_batch(&fake.rng, &body);
        struct event_batch batch;
        assert_int_equal(decode(*state, "batch", buf_str(&body), &batch, NULL), OK);
        assert_int_equal(batch.count, count);
        assert_true(str_find_str(batch.body, STR("HIDDEN")) == batch.body.len);
        yyjson_doc *doc = NULL;
        assert_int_equal(json_read(batch.body, 0, *state, &doc, NULL), OK);
        for (size_t i = 0; i < count; i++) {
            str slice = str_sub(batch.body, batch.rows[i].offset, batch.rows[i].length);
            assert_int_equal(json_read(slice, 0, *state, &doc, NULL), OK);
            str expected = arena_printf(*state, "user-%zu", i);
            assert_true(str_eq(json_get_str(yyjson_doc_get_root(doc), "userId"), expected));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bad_bodies_get_the_text_of_the_first_check, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(good_bodies_are_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(a_body_without_faults_is_not_copied, setup, teardown),
        cmocka_unit_test_setup_teardown(hashes_are_those_of_normalised_ids, setup, teardown),
        cmocka_unit_test_setup_teardown(a_write_key_is_cut_out, setup, teardown),
        cmocka_unit_test_setup_teardown(a_body_of_nothing_but_write_keys_costs_what_others_do,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_write_key_beside_the_batch_moves_no_event, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_size_is_that_of_the_wrapped_form, setup, teardown),
        cmocka_unit_test_setup_teardown(an_import_leaves_out_events_without_ids, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_import_is_measured_by_its_longest_user, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(run_ids_come_from_the_first_element, setup, teardown),
        cmocka_unit_test_setup_teardown(nesting_beyond_the_limit_is_invalid, setup, teardown),
        cmocka_unit_test(values_beyond_the_ceiling_are_too_big),
        cmocka_unit_test_setup_teardown(ids_that_would_take_more_than_the_ceiling_are_too_big,
                                        setup, teardown),
        cmocka_unit_test(events_beyond_the_ceiling_are_too_big),
        cmocka_unit_test_setup_teardown(random_batches_are_cut_at_the_right_places, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
