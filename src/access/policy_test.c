// SPDX-License-Identifier: Apache-2.0
// Tests of policies: the JSON form, and sets of rights against a slow second evaluator.
#include "base/test.h"

#include "access/testing.h"
#include "base/buf.h"
#include "base/rand.h"

static struct arena *arena;

static int start(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    arena_free(TAKE(arena));
    return 0;
}

static struct policy read_good(const char *text)
{
    struct policy policy;
    struct problem problem;
    enum err err = policy_read(str_of(text), NULL, arena, &policy, &problem);
    if (err)
        fail_msg("%s: %s: %s", text, problem.field, problem.text);
    return policy;
}

// --- JSON

static void what_is_absent_is_not_granted(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}",
        "{\"resources\":{}}",
        "{\"pii\":{}}",
        "{\"resources\":{\"sources\":{}},\"pii\":{\"sourceLiveEvents\":false}}",
        "{\"resources\":{\"sources\":{\"edit\":{}}}}",
        "{\"resources\":{\"sources\":{\"edit\":{\"ids\":[]}}}}",
        "{\"resources\":{\"sources\":{\"edit\":{\"all\":false}}}}",
        "{\"resources\":{\"sources\":{\"edit\":{\"all\":false,\"includeFuture\":false}}}}",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct policy policy = read_good(texts[i]);
        assert_true(policy_equals(&policy, &policy_none));
        assert_false(policy_changes_anything(&policy));
        assert_text(policy_text(&policy, arena), "{\"resources\":{},\"pii\":{}}");
    }
}

static void a_policy_is_written_in_one_form(void **state)
{
    (void)state;
    struct policy policy = read_good(
        "{ \"pii\": {\"trackingPlanViolations\": true, \"sourceLiveEvents\": true},"
        "  \"resources\": {\"destinations\": {\"connect\": {\"ids\": [\"d2\", \"d1\", \"d2\"]},"
        "    \"edit\": {\"includeFuture\": true, \"all\": true}},"
        "   \"sources\": {\"createDelete\": {\"ids\": [\"s\"]}},"
        "   \"dataCatalog\": {\"edit\": {\"all\": true}}}}");
    assert_text(policy_text(&policy, arena),
                "{\"resources\":{"
                "\"sources\":{\"createDelete\":{\"ids\":[\"s\"]}},"
                "\"destinations\":{\"edit\":{\"all\":true,\"includeFuture\":true},"
                "\"connect\":{\"ids\":[\"d1\",\"d2\"]}},"
                "\"dataCatalog\":{\"edit\":{\"all\":true,\"includeFuture\":true}}},"
                "\"pii\":{\"sourceLiveEvents\":true,\"trackingPlanViolations\":true}}");
    assert_true(policy_covers(&policy, RESOURCE_DESTINATIONS, ACTION_CONNECT, STR("d1")));
    assert_false(policy_covers(&policy, RESOURCE_DESTINATIONS, ACTION_CONNECT, STR("d")));
    assert_false(policy_covers(&policy, RESOURCE_DESTINATIONS, ACTION_CONNECT, STR_NONE));
    assert_true(policy_covers(&policy, RESOURCE_DESTINATIONS, ACTION_EDIT, STR_NONE));
    assert_true(policy_covers(&policy, RESOURCE_DESTINATIONS, ACTION_EDIT, STR("d")));
    assert_true(policy_shows(&policy, PII_TRACKING_PLAN_VIOLATIONS));
    assert_false(policy_shows(&policy, PII_TABLE_LIVE_EVENTS));
}

struct refusal {
    const char *text;
    const char *field;
    const char *says;
};

static void each_error_names_its_place(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        { "[]", "", "must be an object" },
        { "null", "", "must be an object" },
        { "{\"resource\":{}}", "resource", "is not known" },
        { "{\"resources\":[]}", "resources", "must be an object" },
        { "{\"resources\":{\"source\":{}}}", "resources.source", "is not known" },
        { "{\"resources\":{\"sources\":1}}", "resources.sources", "must be an object" },
        { "{\"resources\":{\"sources\":{\"delete\":{}}}}", "resources.sources.delete",
          "is not known" },
        { "{\"resources\":{\"dataCatalog\":{\"connect\":{}}}}", "resources.dataCatalog.connect",
          "is not known" },
        { "{\"resources\":{\"sources\":{\"edit\":true}}}", "resources.sources.edit",
          "must be an object with" },
        { "{\"resources\":{\"sources\":{\"edit\":{\"some\":1}}}}",
          "resources.sources.edit.some", "is not known" },
        { "{\"resources\":{\"sources\":{\"edit\":{\"all\":1}}}}", "resources.sources.edit.all",
          "must be true or false" },
        { "{\"resources\":{\"sources\":{\"edit\":{\"all\":true,\"includeFuture\":null}}}}",
          "resources.sources.edit.includeFuture", "must be true or false" },
        { "{\"resources\":{\"sources\":{\"edit\":{\"includeFuture\":true}}}}",
          "resources.sources.edit.includeFuture", "needs \"all\"" },
        { "{\"resources\":{\"sources\":{\"edit\":{\"all\":true}}}}",
          "resources.sources.edit.includeFuture", "must be true with" },
        { "{\"resources\":{\"sources\":{\"edit\":{\"all\":true,\"ids\":[]}}}}",
          "resources.sources.edit", "either" },
        { "{\"resources\":{\"sources\":{\"edit\":{\"ids\":{}}}}}", "resources.sources.edit.ids",
          "list of at most 5000" },
        { "{\"resources\":{\"sources\":{\"edit\":{\"ids\":[\"a\",7]}}}}",
          "resources.sources.edit.ids[1]", "must be an id" },
        { "{\"resources\":{\"sources\":{\"edit\":{\"ids\":[\"\"]}}}}",
          "resources.sources.edit.ids[0]", "must be an id" },
        { "{\"resources\":{\"sources\":{\"edit\":{\"ids\":[\"a b\"]}}}}",
          "resources.sources.edit.ids[0]", "must be an id" },
        { "{\"resources\":{\"sources\":{\"edit\":{\"ids\":[\"\\u00e9\"]}}}}",
          "resources.sources.edit.ids[0]", "must be an id" },
        { "{\"resources\":{\"credentials\":{\"edit\":{\"ids\":[\"a\"]}}}}",
          "resources.credentials.edit.ids", "single ones cannot be named" },
        { "{\"pii\":true}", "pii", "must be an object" },
        { "{\"pii\":{\"liveEvents\":true}}", "pii.liveEvents", "is not known" },
        { "{\"pii\":{\"sourceLiveEvents\":1}}", "pii.sourceLiveEvents", "must be true" },
    };
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        const struct refusal *refusal = &refusals[i];
        struct policy policy = policy_everything;
        struct problem problem = { 0 };
        assert_int_equal(policy_read(str_of(refusal->text), NULL, arena, &policy, &problem),
                         ERR_INVALID);
        assert_string_equal(problem.field, refusal->field);
        assert_non_null(strstr(problem.text, refusal->says));
        assert_true(policy_equals(&policy, &policy_everything)); // untouched
    }
    assert_int_equal(policy_read(STR(""), NULL, arena, &(struct policy){ 0 }, NULL),
                     ERR_INVALID);
}

static void a_list_has_a_limit(void **state)
{
    (void)state;
    for (int extra = 0; extra < 2; extra++) {
        AUTO(buf_done) struct buf text = { 0 };
        struct policy policy;
        buf_add_str(&text, STR("{\"resources\":{\"sources\":{\"edit\":{\"ids\":["));
        for (int i = 0; i < POLICY_IDS_MAX + extra; i++)
            buf_addf(&text, "%s\"%05d\"", i > 0 ? "," : "", i);
        buf_add_str(&text, STR("]}}}}"));
        assert_int_equal(policy_read(buf_str(&text), NULL, arena, &policy, NULL),
                         extra ? ERR_INVALID : OK);
    }
}

static void all_without_the_future_is_what_there_is(void **state)
{
    (void)state;
    static const str sources[] = { STR("s2"), STR("s1") };
    const struct policy_existing existing = {
        .ids = { [RESOURCE_SOURCES] = sources },
        .counts = { [RESOURCE_SOURCES] = 2 },
    };
    struct policy policy;
    assert_int_equal(policy_read(STR("{\"resources\":{\"sources\":{\"edit\":{\"all\":true},"
                                     "\"connect\":{\"all\":true,\"includeFuture\":true}},"
                                     "\"destinations\":{\"edit\":{\"all\":true}}}}"),
                                 &existing, arena, &policy, NULL),
                     OK);
    assert_text(policy_text(&policy, arena),
                "{\"resources\":{\"sources\":{\"edit\":{\"ids\":[\"s1\",\"s2\"]},"
                "\"connect\":{\"all\":true,\"includeFuture\":true}}},\"pii\":{}}");
}

static void the_ready_made_policies_are_what_they_say(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PII_COUNT; i++) {
        assert_true(policy_shows(&policy_full_pii, (enum pii)i));
        assert_true(policy_shows(&policy_everything, (enum pii)i));
    }
    for (unsigned r = 0; r < RESOURCE_COUNT; r++) {
        for (unsigned a = 0; a < ACTION_COUNT; a++) {
            if (!resource_has_action((enum resource)r, (enum action)a))
                continue;
            assert_true(
                policy_covers(&policy_everything, (enum resource)r, (enum action)a, STR_NONE));
            assert_false(
                policy_covers(&policy_full_pii, (enum resource)r, (enum action)a, STR("x")));
        }
    }
    struct policy again = read_good(policy_text(&policy_everything, arena).data);
    assert_true(policy_equals(&again, &policy_everything));
}

// --- Against the slow second evaluator (testing.h)

enum operation { UNION, INTERSECTION };

// Holds the policy against what both plain ones say together, right by right.
static void assert_combined(const struct policy *policy, const struct plain *a,
                            const struct plain *b, enum operation operation)
{
    for (unsigned slot = 0; slot < RESOURCE_COUNT * ACTION_COUNT; slot++) {
        unsigned resource = slot / ACTION_COUNT, action = slot % ACTION_COUNT;
        if (!resource_has_action((enum resource)resource, (enum action)action))
            continue;
        for (int id = -1; id < PLAIN_IDS; id++) {
            bool of_a = plain_allows(a, resource, action, id);
            bool of_b = plain_allows(b, resource, action, id);
            bool expected = operation == UNION ? of_a || of_b : of_a && of_b;
            str named = id < 0 ? STR_NONE : str_of(plain_ids[id]);
            assert_int_equal(
                policy_covers(policy, (enum resource)resource, (enum action)action, named),
                expected);
        }
    }
    for (unsigned i = 0; i < PII_COUNT; i++)
        assert_int_equal(policy_shows(policy, (enum pii)i),
                         operation == UNION ? a->pii[i] || b->pii[i] : a->pii[i] && b->pii[i]);
}

static void assert_related(const struct plain *a, const struct plain *b)
{
    struct policy of_a = plain_policy(a, arena), of_b = plain_policy(b, arena);
    struct policy sum = policy_union(&of_a, &of_b, arena);
    struct policy part = policy_intersection(&of_a, &of_b, arena);
    assert_combined(&sum, a, b, UNION);
    assert_combined(&part, a, b, INTERSECTION);
    assert_int_equal(policy_is_within(&of_a, &of_b), plain_is_within(a, b));
    assert_int_equal(policy_equals(&of_a, &of_b),
                     plain_is_within(a, b) && plain_is_within(b, a));
    assert_true(policy_is_within(&of_a, &sum) && policy_is_within(&of_b, &sum));
    assert_true(policy_is_within(&part, &of_a) && policy_is_within(&part, &of_b));
    struct policy again = read_good(policy_text(&sum, arena).data);
    struct policy copy = policy_copy(&part, arena);
    assert_true(policy_equals(&again, &sum));
    assert_true(policy_equals(&copy, &part));
}

static void random_policies_agree_with_a_slow_evaluator(void **state)
{
    (void)state;
    struct rng_fake rng;
    long count = random_rounds(100000);
    rng_fake_init(&rng, 20);
    for (long round = 0; round < count; round++) {
        struct plain a = plain_random(&rng.rng), b = plain_random(&rng.rng);
        if (round % 3 == 0) { // one that is narrower by one right at most
            b = a;
            unsigned r = plain_byte(&rng.rng) % RESOURCE_COUNT;
            b.whole[r][ACTION_EDIT] = plain_byte(&rng.rng) & 1;
        }
        assert_related(&a, &b);
        arena_reset(arena);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(what_is_absent_is_not_granted),
        TEST(a_policy_is_written_in_one_form),
        TEST(each_error_names_its_place),
        TEST(a_list_has_a_limit),
        TEST(all_without_the_future_is_what_there_is),
        TEST(the_ready_made_policies_are_what_they_say),
        TEST(random_policies_agree_with_a_slow_evaluator),
    };
    return cmocka_run_group_tests_name("access policy", tests, NULL, NULL);
}
