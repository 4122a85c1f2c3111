// SPDX-License-Identifier: Apache-2.0
// Decisions over random sets of policies against a slow evaluator that is written from the
// rules: what any policy of the owner gives, cut by the token's own policy and its scope.
#include "access/testing.h"

#include "access/access.h"

enum { SOURCES_MAX = 3 };

// What the caller is and has, once as the code takes it and once plainly.
struct subject {
    struct principal principal;
    struct policy_source sources[SOURCES_MAX];
    struct plain plain[SOURCES_MAX];
    struct plain narrowing;
};

// A permission, and the rights that it stands for: up to two resources with one or two actions.
struct question {
    enum permission permission;
    bool is_connect;
    enum action action; // of rights; of connecting: Edit and Connect on both
    enum resource resource;
    enum resource other;
};

static const struct question questions[] = {
    { PERMISSION_SOURCES_EDIT, false, ACTION_EDIT, RESOURCE_SOURCES, 0 },
    { PERMISSION_SOURCES_CREATE, false, ACTION_CREATE_DELETE, RESOURCE_SOURCES, 0 },
    { PERMISSION_DESTINATIONS_EDIT, false, ACTION_EDIT, RESOURCE_DESTINATIONS, 0 },
    { PERMISSION_TRACKING_PLANS_EDIT, false, ACTION_EDIT, RESOURCE_TRACKING_PLANS, 0 },
    { PERMISSION_DATA_CATALOG_EDIT, false, ACTION_EDIT, RESOURCE_DATA_CATALOG, 0 },
    { PERMISSION_CREDENTIALS_EDIT, false, ACTION_EDIT, RESOURCE_CREDENTIALS, 0 },
    { PERMISSION_CONNECTIONS_EDIT, true, 0, RESOURCE_SOURCES, RESOURCE_DESTINATIONS },
    { PERMISSION_SQL_MODELS_CONNECT, true, 0, RESOURCE_SQL_MODELS, RESOURCE_DESTINATIONS },
    { PERMISSION_TRACKING_PLANS_CONNECT, true, 0, RESOURCE_TRACKING_PLANS, RESOURCE_SOURCES },
};

static struct arena *arena;

static void make_subject(struct rng *rng, struct subject *subject)
{
    static const enum principal_kind kinds[] = { PRINCIPAL_SESSION, PRINCIPAL_PERSONAL_TOKEN,
                                                 PRINCIPAL_LEGACY_ADMIN_TOKEN,
                                                 PRINCIPAL_WORKSPACE_SERVICE };
    struct principal *principal = &subject->principal;
    *principal = (struct principal){
        .kind = kinds[plain_byte(rng) % ARRAY_LEN(kinds)],
        .scope = plain_byte(rng) & 1 ? SCOPE_READ_WRITE : SCOPE_READ_ONLY,
        .role = plain_byte(rng) % 8 == 0 ? ROLE_ADMIN : ROLE_MEMBER,
        .workspace_id = STR("w"),
        .sources = subject->sources,
        .source_count = 1 + plain_byte(rng) % SOURCES_MAX,
    };
    for (size_t i = 0; i < principal->source_count; i++) {
        subject->plain[i] = plain_random(rng);
        subject->sources[i] = (struct policy_source){
            .origin = (enum origin)i,
            .policy = plain_policy(&subject->plain[i], arena),
        };
    }
    principal->has_narrowing =
        principal->kind == PRINCIPAL_PERSONAL_TOKEN && plain_byte(rng) & 1;
    subject->narrowing = plain_random(rng);
    principal->narrowing = plain_policy(&subject->narrowing, arena);
}

static bool plainly_has(const struct subject *subject, enum resource resource,
                        enum action action, int id)
{
    const struct principal *principal = &subject->principal;
    bool is_service = principal->kind == PRINCIPAL_WORKSPACE_SERVICE;
    bool has = !is_service && principal->role == ROLE_ADMIN;
    for (size_t i = 0; i < principal->source_count; i++)
        has = has || plain_allows(&subject->plain[i], resource, action, id);
    if (principal->has_narrowing && !plain_allows(&subject->narrowing, resource, action, id))
        return false;
    return has;
}

static bool plainly_may(const struct subject *subject, const struct question *question,
                        const int ids[2])
{
    const struct principal *principal = &subject->principal;
    if (principal->kind == PRINCIPAL_PERSONAL_TOKEN && principal->scope == SCOPE_READ_ONLY)
        return false;
    if (!question->is_connect)
        return plainly_has(subject, question->resource, question->action, ids[0]);
    return plainly_has(subject, question->resource, ACTION_EDIT, ids[0]) &&
           plainly_has(subject, question->resource, ACTION_CONNECT, ids[0]) &&
           plainly_has(subject, question->other, ACTION_EDIT, ids[1]) &&
           plainly_has(subject, question->other, ACTION_CONNECT, ids[1]);
}

static bool may(const struct subject *subject, const struct question *question,
                const int ids[2])
{
    const struct access_request request = {
        .permission = question->permission,
        .effect = EFFECT_WRITE,
        .ids = { ids[0] < 0 ? STR_NONE : str_of(plain_ids[ids[0]]),
                 ids[1] < 0 ? STR_NONE : str_of(plain_ids[ids[1]]) },
    };
    return access_decide(&subject->principal, &request).is_allowed;
}

static void random_sets_of_policies_decide_as_the_slow_evaluator(void **state)
{
    (void)state;
    struct rng_fake rng;
    size_t allowed = 0, refused = 0;
    rng_fake_init(&rng, 7);
    arena = arena_new(64 << 20);
    for (long round = random_rounds(50000); round > 0; round--) {
        struct subject subject;
        make_subject(&rng.rng, &subject);
        for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
            int ids[] = { plain_byte(&rng.rng) % (PLAIN_IDS + 1) - 1,
                          plain_byte(&rng.rng) % (PLAIN_IDS + 1) - 1 };
            bool expected = plainly_may(&subject, &questions[i], ids);
            assert_int_equal(may(&subject, &questions[i], ids), expected);
            allowed += expected;
            refused += !expected;
        }
        arena_reset(arena);
    }
    arena_free(TAKE(arena));
    assert_true(allowed > refused / 100 && refused > allowed / 100);
}

static void assert_not_more(const struct policy *narrow, const struct policy *wide)
{
    for (unsigned slot = 0; slot < RESOURCE_COUNT * ACTION_COUNT; slot++) {
        enum resource resource = slot / ACTION_COUNT;
        enum action action = slot % ACTION_COUNT;
        if (!resource_has_action(resource, action))
            continue;
        for (int id = -1; id < PLAIN_IDS; id++) {
            str named = id < 0 ? STR_NONE : str_of(plain_ids[id]);
            assert_true(!policy_covers(narrow, resource, action, named) ||
                        policy_covers(wide, resource, action, named));
        }
    }
}

// A token's policy may be replaced by one that policy_is_within lets pass, and by no other.
static void narrowing_never_gains_a_right(void **state)
{
    (void)state;
    struct rng_fake rng;
    size_t taken = 0;
    rng_fake_init(&rng, 8);
    arena = arena_new(64 << 20);
    for (long round = random_rounds(50000); round > 0; round--) {
        struct plain before = plain_random(&rng.rng), wish = before;
        if (round % 4 == 0)
            wish = plain_random(&rng.rng);
        else
            wish.whole[plain_byte(&rng.rng) % RESOURCE_COUNT][ACTION_EDIT] = round & 1;
        struct policy wide = plain_policy(&before, arena), narrow = plain_policy(&wish, arena);
        bool is_taken = policy_is_within(&narrow, &wide);
        assert_int_equal(is_taken, plain_is_within(&wish, &before));
        if (is_taken)
            assert_not_more(&narrow, &wide);
        taken += is_taken;
        arena_reset(arena);
    }
    arena_free(TAKE(arena));
    assert_true(taken > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_sets_of_policies_decide_as_the_slow_evaluator),
        cmocka_unit_test(narrowing_never_gains_a_right),
    };
    return cmocka_run_group_tests_name("access decision", tests, NULL, NULL);
}
