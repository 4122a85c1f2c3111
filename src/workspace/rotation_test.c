// SPDX-License-Identifier: Apache-2.0
// Random chains of rotations and narrowings: whoever takes a token's place may exactly what the
// token might, and ends when it would have; a narrowed one may nothing that it might not
// before.
// Chains go in herds: each step is one transaction for all of them, so that a million take
// minutes and not the days that a million waits for the disk would.
#include "access/testing.h"

#include "store/personal_tokens.h"
#include "store/policies.h"
#include "store/service_tokens.h"
#include "workspace/testing.h"

enum { HERD = 256, STEPS_MAX = 4, ARENA_BYTES = 64 << 20, ROUNDS = 2000 };

static struct rng_fake fake;
static struct arena *arena; // of a herd
static struct arena *asked; // of one token's rights
static struct arena *kept;  // for the fixture's ids: its own arena is emptied after each herd

static int start(void **state)
{
    (void)state;
    store_fixture_start(&fixture);
    kept = arena_new(4096);
    fixture.organization_id = arena_dup(kept, fixture.organization_id);
    fixture.workspace_id = arena_dup(kept, fixture.workspace_id);
    fixture.user_id = arena_dup(kept, fixture.user_id);
    arena = arena_new(ARENA_BYTES);
    asked = arena_new(ARENA_BYTES);
    rng_fake_init(&fake, 5);
    workspace_fixture_open();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    workspace_close(TAKE(workspace));
    store_fixture_stop(&fixture);
    arena_free(asked);
    arena_free(arena);
    arena_free(kept);
    return 0;
}

static bool coin(void)
{
    return plain_byte(&fake.rng) & 1;
}

// Every question there is to ask of a token: one bit each.
struct rights {
    bool may[PERMISSION_COUNT][2][PLAIN_IDS + 1];
};

static struct rights rights_of(const uint8_t digest[TOKEN_DIGEST_LEN])
{
    struct principal principal;
    struct rights rights = { 0 };
    arena_reset(asked);
    assert_int_equal(
        workspace_token_principal(workspace, digest, STR(""), asked, &principal, NULL), OK);
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

static bool is_dead(const uint8_t digest[TOKEN_DIGEST_LEN])
{
    struct principal principal;
    arena_reset(asked);
    return workspace_token_principal(workspace, digest, STR(""), asked, &principal, NULL) ==
           ERR_UNAUTHORIZED;
}

static bool is_same(const struct rights *a, const struct rights *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
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

static struct store_tx *begin(void)
{
    return store_fixture_begin(&fixture, STORE_WRITE);
}

static void commit(struct store_tx *tx)
{
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
}

// What everybody has in the workspace, and what the owner of personal tokens has: anew for each
// herd.
static void change_owner(void)
{
    bool is_admin = coin();
    str kinds[] = { POLICY_BASELINE, POLICY_MEMBER };
    struct store_tx *tx = begin();
    assert_int_equal(store_member_set_role(tx, fixture.organization_id, fixture.user_id,
                                           is_admin ? STR("admin") : STR("member"), NULL),
                     OK);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct plain plain = plain_random(&fake.rng);
        struct policy policy = plain_policy(&plain, arena);
        struct policy_row row = {
            .workspace_id = fixture.workspace_id,
            .kind = kinds[i],
            .subject_id = i == 0 ? STR("") : fixture.user_id,
            .policy = policy_text(&policy, arena),
        };
        assert_int_equal(store_policy_put(tx, &row, &fixture.problem), OK);
    }
    commit(tx);
}

// Ends a herd.
static void forget(void)
{
    arena_reset(arena);
    arena_reset(fixture.arena);
}

// --- Chains

struct personal_chain {
    struct personal_token_row row, old;
    struct rights rights;
    bool overlaps;
};

struct service_chain {
    struct service_token_row row, old;
    struct plain plain;
    struct policy policy;
    struct rights rights;
    bool is_narrowed;
};

union chain {
    struct personal_chain personal;
    struct service_chain service;
};

// Of all service tokens.
static long narrowed, lost;

// --- Personal tokens

static void create_personal(struct store_tx *tx, union chain *any)
{
    struct personal_chain *chain = &any->personal;
    struct plain plain = plain_random(&fake.rng);
    struct policy policy = plain_policy(&plain, arena);
    chain->row = (struct personal_token_row){
        .user_id = fixture.user_id,
        .workspace_id = fixture.workspace_id,
        .name = STR("t"),
        .scope = coin() ? STR("read-write") : STR("read-only"),
        .prefix = STR("ptl_pat_"),
        .last4 = STR("last"),
        .life = { .expires_ms = INT64_MAX - plain_byte(&fake.rng) },
    };
    if (coin())
        chain->row.life.policy = policy_text(&policy, arena);
    rng_fill(&fake.rng, chain->row.digest, sizeof(chain->row.digest));
    assert_int_equal(store_personal_token_create(tx, &chain->row, &fixture.problem), OK);
}

static void rotate_personal(struct store_tx *tx, union chain *any)
{
    struct personal_chain *chain = &any->personal;
    struct personal_token_row next = { .prefix = STR("ptl_pat_"), .last4 = STR("last") };
    chain->overlaps = coin();
    rng_fill(&fake.rng, next.digest, sizeof(next.digest));
    assert_int_equal(
        store_personal_token_get(tx, fixture.user_id, chain->row.id, &chain->old, NULL), OK);
    assert_int_equal(store_personal_token_replace(tx, &chain->old, &next,
                                                  chain->overlaps ? INT64_MAX / 2 : 0,
                                                  &fixture.problem),
                     OK);
    assert_int_equal(next.life.expires_ms, chain->row.life.expires_ms);
    chain->row = next;
}

static void see_personal(union chain *any)
{
    any->personal.rights = rights_of(any->personal.row.digest);
}

static void check_personal(union chain *any)
{
    const struct personal_chain *chain = &any->personal;
    struct rights now = rights_of(chain->row.digest);
    assert_true(is_same(&now, &chain->rights));
    if (!chain->overlaps) {
        assert_true(is_dead(chain->old.digest));
        return;
    }
    now = rights_of(chain->old.digest);
    assert_true(is_same(&now, &chain->rights));
}

// --- Service tokens

static void create_service(struct store_tx *tx, union chain *any)
{
    struct service_chain *chain = &any->service;
    chain->plain = plain_random(&fake.rng);
    chain->policy = plain_policy(&chain->plain, arena);
    chain->row = (struct service_token_row){
        .organization_id = fixture.organization_id,
        .level = STR("workspace"),
        .workspace_id = fixture.workspace_id,
        .name = STR("t"),
        .grants = STR(""),
        .prefix = STR("ptl_sat_"),
        .last4 = STR("last"),
        .created_by = fixture.user_id,
        .life = { .policy = policy_text(&chain->policy, arena) },
    };
    rng_fill(&fake.rng, chain->row.digest, sizeof(chain->row.digest));
    assert_int_equal(store_service_token_create(tx, &chain->row, &fixture.problem), OK);
}

// Another value in the token's place, with a policy that is wished for where the api would take
// it.
static void change_service(struct store_tx *tx, union chain *any)
{
    struct service_chain *chain = &any->service;
    struct service_token_row next = { .prefix = STR("ptl_sat_"), .last4 = STR("last") };
    struct plain plain = random_wish(&chain->plain);
    struct policy wish = plain_policy(&plain, arena);
    chain->old = chain->row;
    chain->is_narrowed = policy_is_within(&wish, &chain->policy);
    rng_fill(&fake.rng, next.digest, sizeof(next.digest));
    assert_int_equal(store_service_token_replace(tx, &chain->old, &next, 0, &fixture.problem),
                     OK);
    if (chain->is_narrowed) {
        next.life.policy = policy_text(&wish, arena);
        assert_int_equal(store_service_token_update(tx, &next, &fixture.problem), OK);
        chain->plain = plain;
        chain->policy = wish;
    }
    chain->row = next;
}

static void see_service(union chain *any)
{
    any->service.rights = rights_of(any->service.row.digest);
}

static void check_service(union chain *any)
{
    struct service_chain *chain = &any->service;
    struct rights before = chain->rights;
    chain->rights = rights_of(chain->row.digest);
    assert_within(&chain->rights, &before);
    assert_true(chain->is_narrowed || is_same(&chain->rights, &before));
    assert_true(is_dead(chain->old.digest));
    lost += !is_same(&chain->rights, &before);
    narrowed += chain->is_narrowed;
}

// --- Herds

// What a herd is told and counted by.
struct kind {
    void (*create)(struct store_tx *tx, union chain *chain);
    void (*see)(union chain *chain); // the rights that it begins with
    void (*change)(struct store_tx *tx, union chain *chain);
    void (*check)(union chain *chain);
};

static void for_all(union chain *herd, void (*what)(union chain *chain))
{
    for (size_t i = 0; i < HERD; i++)
        what(&herd[i]);
}

static void write_all(union chain *herd, void (*what)(struct store_tx *, union chain *))
{
    struct store_tx *tx = begin();
    for (size_t i = 0; i < HERD; i++)
        what(tx, &herd[i]);
    commit(tx);
}

// A herd from its first values to its last.
static void run_herd(const struct kind *kind)
{
    static union chain herd[HERD];
    change_owner();
    write_all(herd, kind->create);
    for_all(herd, kind->see);
    for (int step = 0; step < STEPS_MAX; step++) {
        write_all(herd, kind->change);
        for_all(herd, kind->check);
    }
    forget();
}

static const struct kind personal_kind = { create_personal, see_personal, rotate_personal,
                                           check_personal };
static const struct kind service_kind = { create_service, see_service, change_service,
                                          check_service };

static void personal_tokens_keep_what_they_may(void **state)
{
    (void)state;
    long wanted = random_rounds(ROUNDS), rotated = 0;
    for (; rotated < wanted; rotated += HERD * STEPS_MAX)
        run_herd(&personal_kind);
    print_message("# %ld rotations of personal tokens: none gained or lost a right\n", rotated);
}

static void service_tokens_keep_or_lose_what_they_may(void **state)
{
    (void)state;
    long wanted = random_rounds(ROUNDS), rotated = 0;
    for (narrowed = lost = 0; narrowed < wanted; rotated += HERD * STEPS_MAX)
        run_herd(&service_kind);
    assert_true(lost > 0 && narrowed < rotated);
    print_message(
        "# %ld rotations of service tokens, %ld with a narrowing: none gained a right,"
        " %ld lost some\n",
        rotated, narrowed, lost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(personal_tokens_keep_what_they_may, start, stop),
        cmocka_unit_test_setup_teardown(service_tokens_keep_or_lose_what_they_may, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
