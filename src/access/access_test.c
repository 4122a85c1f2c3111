// SPDX-License-Identifier: Apache-2.0
// Tests of the access decision and of token values.
#include "base/test.h"

#include "access/access.h"
#include "base/arena.h"
#include "base/map.h"
#include "base/rand.h"
#include "codec/base62.h"

// --- Decisions. The tables are written out by hand, so that they can disagree with the code.

struct expectation {
    const char *permission;
    enum effect effect;
    char outcome[5]; // session of member, of admin, read-only and read-write token of an admin:
                     // y allowed, n forbidden naming the permission, s forbidden as a matter of
                     // sessions
    char member_outcome[3]; // read-only, read-write token of a member
};

static const struct expectation expectations[] = {
    { "none", EFFECT_READ, "yyyy", "yy" },
    { "none", EFFECT_WRITE, "yyny", "ny" },
    { "workspace.read", EFFECT_READ, "yyyy", "yy" },
    { "workspace.edit", EFFECT_WRITE, "nyny", "nn" },
    { "sources.read", EFFECT_READ, "yyyy", "yy" },
    { "sources.read", EFFECT_WRITE, "yyny", "ny" },
    { "sources.edit", EFFECT_WRITE, "nyny", "nn" },
    { "sources.edit", EFFECT_READ, "nyny", "nn" },
    { "sources.createDelete", EFFECT_WRITE, "nyny", "nn" },
    { "destinations.read", EFFECT_READ, "yyyy", "yy" },
    { "destinations.edit", EFFECT_WRITE, "nyny", "nn" },
    { "destinations.createDelete", EFFECT_WRITE, "nyny", "nn" },
    { "connections.read", EFFECT_READ, "yyyy", "yy" },
    { "connections.connect", EFFECT_WRITE, "nyny", "nn" },
    { "pii.liveEvents", EFFECT_READ, "yyyy", "yy" },
    { "auditLogs.read", EFFECT_READ, "nyss", "ss" },
    { "ownTokens", EFFECT_READ, "yyss", "ss" },
    { "ownTokens", EFFECT_WRITE, "yyss", "ss" },
    { "organization", EFFECT_READ, "nyss", "ss" },
    { "organization", EFFECT_WRITE, "nyss", "ss" },
};

static struct principal session_of(enum member_role role)
{
    return (struct principal){
        .kind = PRINCIPAL_SESSION,
        .role = role,
        .owner_permissions = access_role_permissions(role),
    };
}

static struct principal token_of(enum member_role role, enum token_scope scope)
{
    struct principal principal = session_of(role);
    principal.kind = PRINCIPAL_PERSONAL_TOKEN;
    principal.scope = scope;
    return principal;
}

static void assert_outcome(const struct principal *principal, const struct expectation *row,
                           char outcome)
{
    enum permission permission;
    assert_true(permission_of(str_of(row->permission), &permission));
    struct decision decision = access_decide(principal, permission, row->effect);
    assert_non_null(decision.rule);
    assert_int_equal(decision.is_allowed, outcome == 'y');
    assert_int_equal(decision.err, outcome == 'y' ? OK : ERR_FORBIDDEN);
    if (outcome == 'n')
        assert_string_equal(decision.required, row->permission);
    else
        assert_null(decision.required);
}

static void the_decision_follows_the_table(void **state)
{
    (void)state;
    const struct principal principals[] = {
        session_of(ROLE_MEMBER),
        session_of(ROLE_ADMIN),
        token_of(ROLE_ADMIN, SCOPE_READ_ONLY),
        token_of(ROLE_ADMIN, SCOPE_READ_WRITE),
        token_of(ROLE_MEMBER, SCOPE_READ_ONLY),
        token_of(ROLE_MEMBER, SCOPE_READ_WRITE),
    };
    for (size_t i = 0; i < ARRAY_LEN(expectations); i++) {
        for (size_t p = 0; p < 4; p++)
            assert_outcome(&principals[p], &expectations[i], expectations[i].outcome[p]);
        for (size_t p = 0; p < 2; p++)
            assert_outcome(&principals[4 + p], &expectations[i],
                           expectations[i].member_outcome[p]);
    }
}

static void the_table_covers_every_permission(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PERMISSION_COUNT; i++) {
        bool is_covered = false;
        for (size_t row = 0; row < ARRAY_LEN(expectations); row++)
            is_covered |= str_eq(str_of(expectations[row].permission),
                                 str_of(permission_word((enum permission)i)));
        assert_true(is_covered);
    }
}

static void a_token_never_grants_more_than_its_owner_has(void **state)
{
    (void)state;
    struct rng_fake rng;
    rng_fake_init(&rng, 3);
    for (int round = 0; round < 100000; round++) {
        uint8_t bytes[8];
        rng_fill(&rng.rng, bytes, sizeof(bytes));
        struct principal token = token_of(ROLE_MEMBER, bytes[0] & 1);
        memcpy(&token.owner_permissions, bytes + 4, 4);
        enum permission permission = bytes[1] % PERMISSION_COUNT;
        enum effect effect = bytes[2] & 1;
        struct principal owner = token;
        owner.kind = PRINCIPAL_SESSION;
        if (access_decide(&token, permission, effect).is_allowed)
            assert_true(access_decide(&owner, permission, effect).is_allowed);
        if (token.scope == SCOPE_READ_ONLY && effect == EFFECT_WRITE)
            assert_false(access_decide(&token, permission, effect).is_allowed);
    }
}

static void words_and_values_match_both_ways(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PERMISSION_COUNT; i++) {
        enum permission permission;
        assert_true(permission_of(str_of(permission_word((enum permission)i)), &permission));
        assert_int_equal(permission, i);
    }
    enum permission permission;
    enum token_scope scope;
    enum member_role role;
    assert_false(permission_of(STR("sources"), &permission));
    assert_true(token_scope_of(STR("read-only"), &scope) && scope == SCOPE_READ_ONLY);
    assert_true(token_scope_of(STR("read-write"), &scope) && scope == SCOPE_READ_WRITE);
    assert_false(token_scope_of(STR("admin"), &scope));
    assert_false(token_scope_of(STR(""), &scope));
    assert_true(member_role_of(STR("admin"), &role) && role == ROLE_ADMIN);
    assert_string_equal(member_role_word(ROLE_MEMBER), "member");
    assert_false(member_role_of(STR("Admin"), &role));
}

// --- Token values

static void a_token_has_prefix_length_and_checksum(void **state)
{
    (void)state;
    char token[TOKEN_LEN + 1];
    token_generate(rng_system(), token);
    assert_int_equal(strlen(token), 57);
    assert_memory_equal(token, "ptl_pat_", 8);
    assert_true(token_is_well_formed(str_of(token)));
}

// Computed by another program: zlib's crc32 of the first 51 characters, in base62, to the left
// filled with 0.
static void a_token_made_elsewhere_is_well_formed(void **state)
{
    (void)state;
    assert_true(
        token_is_well_formed(STR("ptl_pat_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg0ksECG")));
}

static void every_single_changed_character_is_noticed(void **state)
{
    (void)state;
    char token[TOKEN_LEN + 1];
    token_generate(rng_system(), token);
    for (size_t i = 0; i < TOKEN_LEN; i++) {
        char kept = token[i];
        for (int c = 0; c < 256; c++) {
            token[i] = (char)c;
            assert_int_equal(token_is_well_formed(str_make(token, TOKEN_LEN)), (char)c == kept);
        }
        token[i] = kept;
    }
}

static void neighbours_that_are_swapped_are_noticed(void **state)
{
    (void)state;
    char token[TOKEN_LEN + 1];
    token_generate(rng_system(), token);
    for (size_t i = 0; i + 1 < TOKEN_LEN; i++) {
        char first = token[i];
        token[i] = token[i + 1];
        token[i + 1] = first;
        assert_int_equal(token_is_well_formed(str_of(token)), token[i] == token[i + 1]);
        token[i + 1] = token[i];
        token[i] = first;
    }
}

static void look_alikes_are_refused(void **state)
{
    (void)state;
    char token[TOKEN_LEN + 1];
    token_generate(rng_system(), token);
    assert_false(token_is_well_formed(STR_NONE));
    assert_false(token_is_well_formed(STR("")));
    assert_false(token_is_well_formed(STR("ptl_pat_")));
    assert_false(token_is_well_formed(STR("2QHVKQJeojt6Ae9e4iiOhycHrdG")));
    assert_false(token_is_well_formed(str_sub(str_of(token), 0, TOKEN_LEN - 1)));
    assert_false(token_is_well_formed(str_sub(str_of(token), 1, TOKEN_LEN)));
    assert_false(
        token_is_well_formed(STR("ptl_pat_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa000000")));
}

// Each character at each place as often as every other: chi-square with 61 degrees of freedom,
// 43 places, one in 10^6 (Bonferroni): the bound for p = 2.3e-8 is 140.
static void every_character_is_equally_likely_at_every_place(void **state)
{
    (void)state;
    enum { TOKENS = 100000 };
    static uint32_t counts[43][62];
    struct rng_fake rng;
    rng_fake_init(&rng, 20260102);
    for (int i = 0; i < TOKENS; i++) {
        char token[TOKEN_LEN + 1];
        token_generate(&rng.rng, token);
        for (size_t place = 0; place < 43; place++) {
            const char *at = strchr(base62_alphabet, token[8 + place]);
            assert_non_null(at);
            counts[place][at - base62_alphabet]++;
        }
    }
    double expected = (double)TOKENS / 62;
    for (size_t place = 0; place < 43; place++) {
        double chi_square = 0;
        for (size_t c = 0; c < 62; c++) {
            double difference = counts[place][c] - expected;
            chi_square += difference * difference / expected;
        }
        assert_true(chi_square < 140);
        assert_true(chi_square > 15); // more even than chance would be as suspicious
    }
}

static void a_hundred_thousand_tokens_have_no_duplicate(void **state)
{
    (void)state;
    enum { TOKENS = 100000 };
    struct arena *arena = arena_new(64 << 20);
    struct map *seen = map_new();
    for (int i = 0; i < TOKENS; i++) {
        char token[TOKEN_LEN + 1];
        token_generate(rng_system(), token);
        str kept = arena_dup(arena, str_of(token));
        assert_null(map_put(seen, kept, (void *)kept.data));
    }
    assert_int_equal(map_count(seen), TOKENS);
    map_free(seen);
    arena_free(arena);
}

static void the_digest_is_sha256_of_the_whole_value(void **state)
{
    (void)state;
    static const uint8_t abc[] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea };
    uint8_t digest[TOKEN_DIGEST_LEN];
    token_digest(STR("abc"), digest);
    assert_memory_equal(digest, abc, sizeof(abc));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_decision_follows_the_table),
        cmocka_unit_test(the_table_covers_every_permission),
        cmocka_unit_test(a_token_never_grants_more_than_its_owner_has),
        cmocka_unit_test(words_and_values_match_both_ways),
        cmocka_unit_test(a_token_has_prefix_length_and_checksum),
        cmocka_unit_test(a_token_made_elsewhere_is_well_formed),
        cmocka_unit_test(every_single_changed_character_is_noticed),
        cmocka_unit_test(neighbours_that_are_swapped_are_noticed),
        cmocka_unit_test(look_alikes_are_refused),
        cmocka_unit_test(every_character_is_equally_likely_at_every_place),
        cmocka_unit_test(a_hundred_thousand_tokens_have_no_duplicate),
        cmocka_unit_test(the_digest_is_sha256_of_the_whole_value),
    };
    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
