// SPDX-License-Identifier: Apache-2.0
// Tests of the access decision and of token values.
#include "base/test.h"

#include "access/access.h"
#include "access/testing.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/rand.h"
#include "codec/base62.h"

// --- Decisions. The table is written out by hand, so that it can disagree with the code.
//
// Callers, each with the baseline policy "all of PII" only: session of a member, of an Admin;
// read-only and read-write token of an Admin, then of a member; legacy Admin token of an Admin,
// of a member; workspace service token; organisation service token without and with grants.
// Outcomes: y allowed; n forbidden, naming what is missing; s forbidden as a matter of signing
// in; g forbidden, naming the
// grant; l unauthorized, as a matter of the token's level.

enum { CALLERS = 11 };

struct expectation {
    const char *permission;
    enum effect effect;
    char outcome[CALLERS + 1];
    const char *missing; // what is named, if it is not the permission itself
};

static const struct expectation expectations[] = {
    { "none", EFFECT_READ, "yyyyyyyyyyy" },
    { "none", EFFECT_WRITE, "yynynyyyyyy" },
    { "workspace.read", EFFECT_READ, "yyyyyyyyyll" },
    { "workspace.read", EFFECT_WRITE, "yynynyyyyll" },
    { "workspace.edit", EFFECT_WRITE, "nynynnynnll" },
    { "sources.read", EFFECT_READ, "yyyyyyyyyll" },
    { "sources.read", EFFECT_WRITE, "yynynyyyyll" },
    { "sources.edit", EFFECT_WRITE, "nynynnynnll" },
    { "sources.edit", EFFECT_READ, "nynynnynnll" },
    { "sources.createDelete", EFFECT_WRITE, "nynynnynnll" },
    { "destinations.read", EFFECT_READ, "yyyyyyyyyll" },
    { "destinations.edit", EFFECT_WRITE, "nynynnynnll" },
    { "destinations.createDelete", EFFECT_WRITE, "nynynnynnll" },
    { "connections.read", EFFECT_READ, "yyyyyyyyyll" },
    { "connections.connect", EFFECT_WRITE, "nynynnynnll", "sources.edit" },
    { "retlTables.edit", EFFECT_WRITE, "nynynnynnll" },
    { "retlTables.createDelete", EFFECT_WRITE, "nynynnynnll" },
    { "retlTables.connect", EFFECT_WRITE, "nynynnynnll", "retlTables.edit" },
    { "sqlModels.edit", EFFECT_WRITE, "nynynnynnll" },
    { "sqlModels.createDelete", EFFECT_WRITE, "nynynnynnll" },
    { "sqlModels.connect", EFFECT_WRITE, "nynynnynnll", "sqlModels.edit" },
    { "audiences.edit", EFFECT_WRITE, "nynynnynnll" },
    { "audiences.createDelete", EFFECT_WRITE, "nynynnynnll" },
    { "audiences.connect", EFFECT_WRITE, "nynynnynnll", "audiences.edit" },
    { "transformations.edit", EFFECT_WRITE, "nynynnynnll" },
    { "transformations.createDelete", EFFECT_WRITE, "nynynnynnll" },
    { "transformations.connect", EFFECT_WRITE, "nynynnynnll", "transformations.edit" },
    { "transformationLibraries.edit", EFFECT_WRITE, "nynynnynnll" },
    { "trackingPlans.edit", EFFECT_WRITE, "nynynnynnll" },
    { "trackingPlans.createDelete", EFFECT_WRITE, "nynynnynnll" },
    { "trackingPlans.connect", EFFECT_WRITE, "nynynnynnll", "trackingPlans.edit" },
    { "dataCatalog.edit", EFFECT_WRITE, "nynynnynnll" },
    { "profiles.edit", EFFECT_WRITE, "nynynnynnll" },
    { "profiles.createDelete", EFFECT_WRITE, "nynynnynnll" },
    { "profiles.connect", EFFECT_WRITE, "nynynnynnll", "profiles.edit" },
    { "alertOverrides.edit", EFFECT_WRITE, "nynynnynnll" },
    { "warehouseSyncs.edit", EFFECT_WRITE, "nynynnynnll" },
    { "botManagement.edit", EFFECT_WRITE, "nynynnynnll" },
    { "credentials.edit", EFFECT_WRITE, "nynynnynnll" },
    { "pii.sourceLiveEvents", EFFECT_READ, "yyyyyyyyyll" },
    { "pii.destinationLiveEvents", EFFECT_READ, "yyyyyyyyyll" },
    { "pii.destinationFailureSamples", EFFECT_READ, "yyyyyyyyyll" },
    { "pii.destinationDataAccess", EFFECT_READ, "yyyyyyyyyll" },
    { "pii.tableLiveEvents", EFFECT_READ, "yyyyyyyyyll" },
    { "pii.audienceLiveEvents", EFFECT_READ, "yyyyyyyyyll" },
    { "pii.sqlModelLiveEvents", EFFECT_READ, "yyyyyyyyyll" },
    { "pii.retlSyncFailureSamples", EFFECT_READ, "yyyyyyyyyll" },
    { "pii.transformationLiveEvents", EFFECT_READ, "yyyyyyyyyll" },
    { "pii.transformationFailureSamples", EFFECT_READ, "yyyyyyyyyll" },
    { "pii.trackingPlanViolations", EFFECT_READ, "yyyyyyyyyll" },
    { "ownTokens", EFFECT_READ, "yysssssssss" },
    { "ownTokens", EFFECT_WRITE, "yysssssssss" },
    { "organization", EFFECT_READ, "nysssssssss" },
    { "organization", EFFECT_WRITE, "nysssssssss" },
    { "manageMembers", EFFECT_WRITE, "nysssssssgy" },
    { "manageTokens", EFFECT_WRITE, "nysssssssgy" },
    { "scim", EFFECT_WRITE, "nyllllyllyy" },
    { "auditLogs.read", EFFECT_READ, "nyllllyllyy" },
    { "usage", EFFECT_READ, "nylllllllyy" },
};

static const struct policy_source baseline = {
    .policy = { .pii = (1u << PII_COUNT) - 1 },
};

static struct principal caller_of(enum principal_kind kind, enum member_role role)
{
    return (struct principal){
        .kind = kind,
        .role = role,
        .scope = SCOPE_READ_WRITE,
        .workspace_id = STR("w"),
        .sources = &baseline,
        .source_count = 1,
    };
}

static struct principal session_of(enum member_role role)
{
    return caller_of(PRINCIPAL_SESSION, role);
}

static struct principal token_of(enum member_role role, enum token_scope scope)
{
    struct principal principal = caller_of(PRINCIPAL_PERSONAL_TOKEN, role);
    principal.scope = scope;
    return principal;
}

static struct principal organization_token(unsigned grants)
{
    struct principal principal = caller_of(PRINCIPAL_ORGANIZATION_SERVICE, ROLE_MEMBER);
    principal.workspace_id = STR_NONE;
    principal.source_count = 0;
    principal.grants = grants;
    return principal;
}

static struct decision decide(const struct principal *principal, const char *word,
                              enum effect effect, const char *first, const char *second)
{
    struct access_request request = { .effect = effect,
                                      .ids = { str_of(first), str_of(second) } };
    assert_true(permission_of(str_of(word), &request.permission));
    struct decision decision = access_decide(principal, &request);
    assert_non_null(decision.rule);
    assert_true(decision.rule[0]);
    return decision;
}

static void assert_outcome(const struct principal *principal, const struct expectation *row,
                           char outcome)
{
    struct decision decision = decide(principal, row->permission, row->effect, NULL, NULL);
    assert_int_equal(decision.is_allowed, outcome == 'y');
    assert_int_equal(decision.err, outcome == 'y'   ? OK
                                   : outcome == 'l' ? ERR_UNAUTHORIZED
                                                    : ERR_FORBIDDEN);
    bool is_read_only =
        principal->kind == PRINCIPAL_PERSONAL_TOKEN && principal->scope == SCOPE_READ_ONLY;
    const char *word = row->missing && !is_read_only ? row->missing : row->permission;
    if (outcome == 'n')
        assert_string_equal(decision.required, word);
    else if (outcome == 'g')
        assert_true(str_starts(str_of(decision.required), STR("manage_")));
    else
        assert_null(decision.required);
}

static void the_decision_follows_the_table(void **state)
{
    (void)state;
    const struct principal callers[CALLERS] = {
        session_of(ROLE_MEMBER),
        session_of(ROLE_ADMIN),
        token_of(ROLE_ADMIN, SCOPE_READ_ONLY),
        token_of(ROLE_ADMIN, SCOPE_READ_WRITE),
        token_of(ROLE_MEMBER, SCOPE_READ_ONLY),
        token_of(ROLE_MEMBER, SCOPE_READ_WRITE),
        caller_of(PRINCIPAL_LEGACY_ADMIN_TOKEN, ROLE_ADMIN),
        caller_of(PRINCIPAL_LEGACY_ADMIN_TOKEN, ROLE_MEMBER),
        caller_of(PRINCIPAL_WORKSPACE_SERVICE, ROLE_MEMBER),
        organization_token(0),
        organization_token(GRANT_MANAGE_MEMBERS | GRANT_MANAGE_TOKENS),
    };
    for (size_t i = 0; i < ARRAY_LEN(expectations); i++) {
        for (size_t caller = 0; caller < CALLERS; caller++)
            assert_outcome(&callers[caller], &expectations[i], expectations[i].outcome[caller]);
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

static void an_organization_token_opens_with_a_grant_only_what_it_names(void **state)
{
    (void)state;
    struct principal members = organization_token(GRANT_MANAGE_MEMBERS);
    struct principal tokens = organization_token(GRANT_MANAGE_TOKENS);
    assert_true(decide(&members, "manageMembers", EFFECT_WRITE, NULL, NULL).is_allowed);
    assert_true(decide(&tokens, "manageTokens", EFFECT_WRITE, NULL, NULL).is_allowed);
    struct decision decision = decide(&members, "manageTokens", EFFECT_WRITE, NULL, NULL);
    assert_int_equal(decision.err, ERR_FORBIDDEN);
    assert_string_equal(decision.required, "manage_tokens");
    decision = decide(&tokens, "manageMembers", EFFECT_WRITE, NULL, NULL);
    assert_int_equal(decision.err, ERR_FORBIDDEN);
    assert_string_equal(decision.required, "manage_members");
}

// --- Policies

static struct policy policy_from(const char *text, struct arena *arena)
{
    struct policy policy;
    assert_int_equal(policy_read(str_of(text), NULL, arena, &policy, NULL), OK);
    return policy;
}

static void connecting_needs_edit_and_connect_on_both_ends(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 16);
    static const char *const words[] = { "sources.edit", "sources.connect", "destinations.edit",
                                         "destinations.connect" };
    for (unsigned missing = 0; missing <= ARRAY_LEN(words); missing++) {
        struct policy_source source = { .origin = ORIGIN_MEMBER };
        AUTO(buf_done) struct buf text = { 0 };
        buf_addf(&text,
                 "{\"resources\":{\"sources\":{\"edit\":{\"ids\":[\"%s\"]},"
                 "\"connect\":{\"ids\":[\"%s\"]}},\"destinations\":{\"edit\":{\"ids\":"
                 "[\"%s\"]},\"connect\":{\"ids\":[\"%s\"]}}}}%c",
                 missing == 0 ? "x" : "s", missing == 1 ? "x" : "s", missing == 2 ? "x" : "d",
                 missing == 3 ? "x" : "d", '\0');
        source.policy = policy_from(text.data, arena);
        struct principal principal = session_of(ROLE_MEMBER);
        principal.sources = &source;
        struct decision decision =
            decide(&principal, "connections.connect", EFFECT_WRITE, "s", "d");
        assert_int_equal(decision.is_allowed, missing == ARRAY_LEN(words));
        if (!decision.is_allowed)
            assert_string_equal(decision.required, words[missing]);
    }
}

static void rights_add_up_and_the_decision_names_their_origin(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 16);
    const struct policy_source sources[] = {
        { .origin = ORIGIN_BASELINE },
        { .origin = ORIGIN_GROUP,
          .id = STR("g"),
          .policy = policy_from("{\"resources\":{\"sources\":{\"edit\":"
                                "{\"ids\":[\"s\"]}}}}",
                                arena) },
        { .origin = ORIGIN_MEMBER,
          .policy = policy_from("{\"resources\":{\"destinations\":{\"edit\":"
                                "{\"all\":true,\"includeFuture\":true}}}}",
                                arena) },
    };
    struct principal principal = session_of(ROLE_MEMBER);
    principal.sources = sources;
    principal.source_count = 3;
    assert_ptr_equal(decide(&principal, "sources.edit", EFFECT_WRITE, "s", NULL).source,
                     &sources[1]);
    assert_ptr_equal(decide(&principal, "destinations.edit", EFFECT_WRITE, "d", NULL).source,
                     &sources[2]);
    assert_false(decide(&principal, "sources.edit", EFFECT_WRITE, "t", NULL).is_allowed);
    assert_false(decide(&principal, "sources.edit", EFFECT_WRITE, NULL, NULL).is_allowed);
    assert_false(decide(&principal, "pii.sourceLiveEvents", EFFECT_READ, "s", NULL).is_allowed);
    struct policy effective = access_effective(&principal, arena);
    assert_true(str_eq(policy_text(&effective, arena),
                       STR("{\"resources\":{\"sources\":{\"edit\":{\"ids\":[\"s\"]}},"
                           "\"destinations\":{\"edit\":{\"all\":true,"
                           "\"includeFuture\":true}}},\"pii\":{}}")));
    principal.source_count = 0; // belongs to no workspace
    assert_false(decide(&principal, "workspace.read", EFFECT_READ, NULL, NULL).is_allowed);
    assert_false(access_changes_anything(&principal));
}

static void a_tokens_own_policy_narrows_even_an_admins_rights(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 16);
    struct principal token = token_of(ROLE_ADMIN, SCOPE_READ_WRITE);
    token.has_narrowing = true;
    assert_true(decide(&token, "workspace.read", EFFECT_READ, NULL, NULL).is_allowed);
    assert_false(decide(&token, "sources.edit", EFFECT_WRITE, "s", NULL).is_allowed);
    assert_false(decide(&token, "workspace.edit", EFFECT_WRITE, NULL, NULL).is_allowed);
    assert_false(decide(&token, "pii.sourceLiveEvents", EFFECT_READ, "s", NULL).is_allowed);
    assert_false(access_changes_anything(&token));
    token.narrowing =
        policy_from("{\"resources\":{\"sources\":{\"edit\":{\"ids\":[\"s\"]}}}}", arena);
    assert_true(decide(&token, "sources.edit", EFFECT_WRITE, "s", NULL).is_allowed);
    assert_false(decide(&token, "sources.edit", EFFECT_WRITE, "t", NULL).is_allowed);
    assert_true(access_changes_anything(&token));
    token.scope = SCOPE_READ_ONLY;
    assert_false(access_changes_anything(&token));
}

static void strict_effects_ask_for_the_matching_edit_right(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 16);
    struct policy_source source = { .origin = ORIGIN_TOKEN };
    struct principal token = caller_of(PRINCIPAL_WORKSPACE_SERVICE, ROLE_MEMBER);
    token.sources = &source;
    assert_true(decide(&token, "sources.read", EFFECT_WRITE, "s", NULL).is_allowed);
    token.is_strict = true;
    assert_true(decide(&token, "sources.read", EFFECT_READ, "s", NULL).is_allowed);
    struct decision decision = decide(&token, "sources.read", EFFECT_WRITE, "s", NULL);
    assert_int_equal(decision.err, ERR_FORBIDDEN);
    assert_string_equal(decision.required, "sources.edit");
    source.policy =
        policy_from("{\"resources\":{\"sources\":{\"edit\":{\"ids\":[\"s\"]}}}}", arena);
    assert_true(decide(&token, "sources.read", EFFECT_WRITE, "s", NULL).is_allowed);
}

static void a_service_token_looks_like_one(void **state)
{
    (void)state;
    struct rng_fake rng;
    char token[TOKEN_LEN + 1];
    rng_fake_init(&rng, 5);
    token_generate_service(&rng.rng, token);
    assert_true(str_starts(str_of(token), STR("ptl_sat_")));
    assert_true(token_is_well_formed(str_of(token)));
    memcpy(token, "ptl_pat_", 8); // the checksum is over the prefix, too
    assert_false(token_is_well_formed(str_of(token)));
    assert_true(token_is_imported_form(STR("2QHVKQJeojt6Ae9e4iiOhycHrdG")));
    assert_false(token_is_imported_form(STR("2QHVKQJeojt6Ae9e4iiOhycHrd-")));
    assert_false(token_is_imported_form(STR("2QHVKQJeojt6Ae9e4iiOhycHrd")));
}

// --- Random policies

static const str some_ids[] = { STR_NONE, STR("a"), STR("b"), STR("c"), STR("d") };

// Few resources, so that they meet: sources and destinations; each right is given wholly, for
// some ids, or not.
static struct policy random_policy(struct rng *rng, struct arena *arena)
{
    uint8_t bytes[16];
    struct policy policy = { 0 };
    struct policy_list *lists = ARENA_ARRAY(arena, struct policy_list, 6);
    rng_fill(rng, bytes, sizeof(bytes));
    for (unsigned slot = 0; slot < 6; slot++) {
        if (bytes[slot] % 4 == 0)
            policy.all |= (uint64_t)1 << slot;
        if (bytes[slot] % 4 != 1)
            continue;
        str *ids = ARENA_ARRAY(arena, str, 4);
        size_t count = 0;
        for (unsigned i = 1; i < ARRAY_LEN(some_ids); i++)
            if (bytes[6 + slot] & 1 << i)
                ids[count++] = some_ids[i];
        if (count > 0)
            lists[policy.list_count++] = (struct policy_list){ slot, count, ids };
    }
    policy.pii = bytes[12] & 3;
    policy.lists = policy.list_count > 0 ? lists : NULL;
    return policy;
}

static struct access_request random_request(struct rng *rng)
{
    static const enum permission permissions[] = {
        PERMISSION_SOURCES_EDIT,        PERMISSION_SOURCES_CREATE,
        PERMISSION_DESTINATIONS_EDIT,   PERMISSION_DESTINATIONS_CREATE,
        PERMISSION_CONNECTIONS_EDIT,    PERMISSION_SOURCE_LIVE_EVENTS,
        PERMISSION_DESTINATIONS_READ,   PERMISSION_DESTINATION_LIVE_EVENTS,
        PERMISSION_WORKSPACE_EDIT,      PERMISSION_CONNECTIONS_READ,
        PERMISSION_TRACKING_PLANS_EDIT,
    };
    uint8_t bytes[4];
    rng_fill(rng, bytes, sizeof(bytes));
    return (struct access_request){
        .permission = permissions[bytes[0] % ARRAY_LEN(permissions)],
        .effect = bytes[1] & 1,
        .ids = { some_ids[bytes[2] % ARRAY_LEN(some_ids)],
                 some_ids[bytes[3] % ARRAY_LEN(some_ids)] },
    };
}

static void a_token_never_grants_more_than_its_owner_has(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct rng_fake rng;
    rng_fake_init(&rng, 3);
    size_t allowed = 0;
    long count = random_rounds(100000);
    for (long round = 0; round < count; round++) {
        struct policy_source sources[2] = { { .origin = ORIGIN_BASELINE },
                                            { .origin = ORIGIN_MEMBER } };
        uint8_t bytes[4];
        rng_fill(&rng.rng, bytes, sizeof(bytes));
        for (size_t i = 0; i < 2; i++)
            sources[i].policy = random_policy(&rng.rng, arena);
        struct principal token = token_of(bytes[0] % 4 == 0, bytes[1] & 1);
        token.sources = sources;
        token.source_count = bytes[2] % 3;
        token.is_strict = bytes[2] & 8;
        token.has_narrowing = bytes[3] & 1;
        token.narrowing = random_policy(&rng.rng, arena);
        struct principal owner = token, wider = token;
        owner.kind = PRINCIPAL_SESSION;
        owner.has_narrowing = false;
        wider.has_narrowing = false;
        struct access_request request = random_request(&rng.rng);
        if (access_decide(&token, &request).is_allowed) {
            allowed++;
            assert_true(access_decide(&owner, &request).is_allowed);
            assert_true(access_decide(&wider, &request).is_allowed);
            assert_false(token.scope == SCOPE_READ_ONLY && request.effect == EFFECT_WRITE);
        }
        arena_reset(arena);
    }
    assert_true(allowed > (size_t)count / 10);
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
    const long tokens = random_rounds(100000);
    static uint32_t counts[43][62];
    struct rng_fake rng;
    rng_fake_init(&rng, 20260102);
    for (long i = 0; i < tokens; i++) {
        char token[TOKEN_LEN + 1];
        token_generate(&rng.rng, token);
        for (size_t place = 0; place < 43; place++) {
            const char *at = strchr(base62_alphabet, token[8 + place]);
            assert_non_null(at);
            counts[place][at - base62_alphabet]++;
        }
    }
    double expected = (double)tokens / 62;
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

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

// By half of their digests: 160 MB for ten million, and a duplicate by chance once in 10^24.
static void no_token_is_made_twice(void **state)
{
    (void)state;
    const size_t count = (size_t)random_rounds(100000);
    uint8_t(*digests)[16] = mem_zalloc(count, sizeof(*digests));
    for (size_t i = 0; i < count; i++) {
        char token[TOKEN_LEN + 1];
        uint8_t digest[TOKEN_DIGEST_LEN];
        token_generate(rng_system(), token);
        token_digest(str_of(token), digest);
        memcpy(digests[i], digest, sizeof(digests[i]));
    }
    qsort(digests, count, sizeof(*digests), compare_digests);
    for (size_t i = 1; i < count; i++)
        assert_memory_not_equal(digests[i - 1], digests[i], sizeof(*digests));
    mem_free(digests);
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
        cmocka_unit_test(connecting_needs_edit_and_connect_on_both_ends),
        cmocka_unit_test(rights_add_up_and_the_decision_names_their_origin),
        cmocka_unit_test(a_tokens_own_policy_narrows_even_an_admins_rights),
        cmocka_unit_test(strict_effects_ask_for_the_matching_edit_right),
        cmocka_unit_test(a_service_token_looks_like_one),
        cmocka_unit_test(an_organization_token_opens_with_a_grant_only_what_it_names),
        cmocka_unit_test(a_token_never_grants_more_than_its_owner_has),
        cmocka_unit_test(words_and_values_match_both_ways),
        cmocka_unit_test(a_token_has_prefix_length_and_checksum),
        cmocka_unit_test(a_token_made_elsewhere_is_well_formed),
        cmocka_unit_test(every_single_changed_character_is_noticed),
        cmocka_unit_test(neighbours_that_are_swapped_are_noticed),
        cmocka_unit_test(look_alikes_are_refused),
        cmocka_unit_test(every_character_is_equally_likely_at_every_place),
        cmocka_unit_test(no_token_is_made_twice),
        cmocka_unit_test(the_digest_is_sha256_of_the_whole_value),
    };
    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
