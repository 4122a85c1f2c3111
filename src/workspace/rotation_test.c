// SPDX-License-Identifier: Apache-2.0
// Random chains of rotations and narrowings: whoever takes a token's place may exactly what the
// token might, and ends when it would have; a narrowed one may nothing that it might not
// before.
#include "access/testing.h"

#include "store/personal_tokens.h"
#include "store/service_tokens.h"
#include "store/testing.h"
#include "workspace/workspace.h"

enum { STEPS_MAX = 4, ARENA_BYTES = 64 << 20, ROUNDS = 40 };

static struct store_fixture fixture;
static struct workspace *workspace;
static struct rng_fake fake;
static struct arena *arena; // of a round
static struct arena *kept;  // for the fixture's ids: its own arena is emptied after each round

static int start(void **state)
{
    (void)state;
    store_fixture_start(&fixture);
    kept = arena_new(4096);
    fixture.organization_id = arena_dup(kept, fixture.organization_id);
    fixture.workspace_id = arena_dup(kept, fixture.workspace_id);
    fixture.user_id = arena_dup(kept, fixture.user_id);
    rng_fake_init(&fake, 5);
    assert_int_equal(workspace_open(fixture.store, &fixture.clock.clock, &fixture.observer,
                                    &workspace, &fixture.problem),
                     OK);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    workspace_close(TAKE(workspace));
    store_fixture_stop(&fixture);
    arena_free(kept);
    return 0;
}

// Every question there is to ask of a token: one bit each.
struct rights {
    bool may[PERMISSION_COUNT][2][PLAIN_IDS + 1];
};

static struct rights rights_of(const uint8_t digest[TOKEN_DIGEST_LEN])
{
    struct principal principal;
    struct rights rights = { 0 };
    assert_int_equal(
        workspace_token_principal(workspace, digest, STR(""), arena, &principal, NULL), OK);
    for (unsigned permission = 0; permission < PERMISSION_COUNT; permission++)
        for (int id = 0; id <= PLAIN_IDS; id++)
            for (int writes = 0; writes < 2; writes++) {
                const struct access_request request = {
                    .permission = permission,
                    .effect = writes ? EFFECT_WRITE : EFFECT_READ,
                    .ids = { id < PLAIN_IDS ? str_of(plain_ids[id]) : STR_NONE },
                };
                rights.may[permission][writes][id] =
                    access_decide(&principal, &request).is_allowed;
            }
    return rights;
}

static void assert_within(const struct rights *narrow, const struct rights *wide)
{
    const bool *some = &narrow->may[0][0][0], *all = &wide->may[0][0][0];
    for (size_t i = 0; i < sizeof(struct rights) / sizeof(bool); i++)
        assert_true(!some[i] || all[i]);
}

// Mostly less than before, as random policies are seldom one within the other.
static struct plain random_wish(const struct plain *before)
{
    struct plain wish = plain_random(&fake.rng);
    if (plain_byte(&fake.rng) % 4 == 0)
        return wish;
    wish = *before;
    for (unsigned resource = 0; resource < RESOURCE_COUNT; resource++)
        for (unsigned action = 0; action < ACTION_COUNT; action++)
            for (int id = 0; id < PLAIN_IDS; id++) {
                wish.whole[resource][action] &= plain_byte(&fake.rng) % 4 > 0;
                wish.single[resource][action][id] &= plain_byte(&fake.rng) % 4 > 0;
            }
    return wish;
}

static void commit(struct store_tx *tx)
{
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
}

static void personal_tokens_keep_what_they_may(void **state)
{
    (void)state;
    for (long round = random_rounds(ROUNDS); round > 0; round--) {
        arena = arena_new(ARENA_BYTES);
        struct plain plain = plain_random(&fake.rng);
        struct policy policy = plain_policy(&plain, arena);
        struct personal_token_row row = {
            .user_id = fixture.user_id,
            .workspace_id = fixture.workspace_id,
            .name = STR("t"),
            .scope = plain_byte(&fake.rng) & 1 ? STR("read-write") : STR("read-only"),
            .prefix = STR("ptl_pat_"),
            .last4 = STR("last"),
            .life = { .expires_ms = INT64_MAX - plain_byte(&fake.rng) },
        };
        if (plain_byte(&fake.rng) & 1)
            row.life.policy = policy_text(&policy, arena);
        rng_fill(&fake.rng, row.digest, sizeof(row.digest));
        struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
        assert_int_equal(store_personal_token_create(tx, &row, &fixture.problem), OK);
        commit(tx);
        struct rights before = rights_of(row.digest);
        for (int step = plain_byte(&fake.rng) % STEPS_MAX; step >= 0; step--) {
            struct personal_token_row next = { .prefix = row.prefix, .last4 = row.last4 };
            int64_t until_ms = plain_byte(&fake.rng) & 1 ? INT64_MAX / 2 : 0;
            rng_fill(&fake.rng, next.digest, sizeof(next.digest));
            tx = store_fixture_begin(&fixture, STORE_WRITE);
            assert_int_equal(store_personal_token_get(tx, fixture.user_id, row.id, &row, NULL),
                             OK);
            assert_int_equal(
                store_personal_token_replace(tx, &row, &next, until_ms, &fixture.problem), OK);
            assert_int_equal(next.life.expires_ms, row.life.expires_ms);
            commit(tx);
            row = next;
            struct rights after = rights_of(row.digest);
            assert_memory_equal(&after, &before, sizeof(before));
        }
        arena_free(arena);
        arena_reset(fixture.arena);
    }
}

static struct service_token_row create_service_token(const struct policy *policy)
{
    struct service_token_row row = {
        .organization_id = fixture.organization_id,
        .level = STR("workspace"),
        .workspace_id = fixture.workspace_id,
        .name = STR("t"),
        .grants = STR(""),
        .prefix = STR("ptl_sat_"),
        .last4 = STR("last"),
        .created_by = fixture.user_id,
        .life = { .policy = policy_text(policy, arena) },
    };
    rng_fill(&fake.rng, row.digest, sizeof(row.digest));
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_service_token_create(tx, &row, &fixture.problem), OK);
    commit(tx);
    return row;
}

// Another value in the token's place, with the policy of the wish where the api would take it.
static bool replace_service_token(struct service_token_row *row, const struct policy *policy,
                                  const struct policy *wish)
{
    struct service_token_row next = { .prefix = row->prefix, .last4 = row->last4 };
    bool is_narrowed = policy_is_within(wish, policy);
    rng_fill(&fake.rng, next.digest, sizeof(next.digest));
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_service_token_replace(tx, row, &next, 0, &fixture.problem), OK);
    if (is_narrowed) {
        next.life.policy = policy_text(wish, arena);
        assert_int_equal(store_service_token_update(tx, &next, &fixture.problem), OK);
    }
    commit(tx);
    *row = next;
    return is_narrowed;
}

static void service_tokens_keep_or_lose_what_they_may(void **state)
{
    (void)state;
    long narrowed = 0;
    for (long round = random_rounds(ROUNDS); round > 0; round--) {
        arena = arena_new(ARENA_BYTES);
        struct plain plain = plain_random(&fake.rng);
        struct policy policy = plain_policy(&plain, arena);
        struct service_token_row row = create_service_token(&policy);
        struct rights before = rights_of(row.digest);
        for (int step = plain_byte(&fake.rng) % STEPS_MAX; step >= 0; step--) {
            struct plain plain_wish = random_wish(&plain);
            struct policy wish = plain_policy(&plain_wish, arena);
            bool is_narrowed = replace_service_token(&row, &policy, &wish);
            struct rights after = rights_of(row.digest);
            assert_within(&after, &before);
            if (!is_narrowed)
                assert_memory_equal(&after, &before, sizeof(before));
            plain = is_narrowed ? plain_wish : plain;
            policy = is_narrowed ? wish : policy;
            narrowed += is_narrowed;
            before = after;
        }
        arena_free(arena);
        arena_reset(fixture.arena);
    }
    assert_true(narrowed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(personal_tokens_keep_what_they_may, start, stop),
        cmocka_unit_test_setup_teardown(service_tokens_keep_or_lose_what_they_may, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
