// SPDX-License-Identifier: Apache-2.0
// Tests of callers: policies of baselines, groups and members; the life of tokens; service
// tokens.
#include "base/test.h"

#include "store/groups.h"
#include "store/organizations.h"
#include "store/personal_tokens.h"
#include "store/policies.h"
#include "store/service_tokens.h"
#include "store/users.h"
#include "store/workspaces.h"
#include "workspace/testing.h"

static str member_id; // of the organization, no Admin

static void add_user(void)
{
    struct user_row user = { .email = STR("bob@example.com"), .name = STR("Bob") };
    struct member_row member = { .role = STR("member") };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_user_create(tx, &user, NULL), OK);
    member.organization_id = fixture.organization_id;
    member.user_id = user.id;
    assert_int_equal(store_member_add(tx, &member, NULL), OK);
    store_fixture_commit(tx);
    member_id = user.id;
}

static int start(void **state)
{
    (void)state;
    store_fixture_start(&fixture);
    add_user();
    workspace_fixture_open();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    workspace_close(TAKE(workspace));
    store_fixture_stop(&fixture);
    return 0;
}

#define EDITS_SOURCES                                                                          \
    "{\"resources\":{\"sources\":{\"edit\":{\"all\":true,\"includeFuture\":true}}}}"
#define EDITS_ONE_SOURCE "{\"resources\":{\"sources\":{\"edit\":{\"ids\":[\"s\"]}}}}"
#define EDITS_DESTINATIONS                                                                     \
    "{\"resources\":{\"destinations\":{\"edit\":{\"all\":true,\"includeFuture\":true}}}}"

static void put_policy(str workspace_id, str kind, str subject_id, const char *text)
{
    struct policy_row row = { .workspace_id = workspace_id,
                              .kind = kind,
                              .subject_id = subject_id,
                              .policy = str_of(text) };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_policy_put(tx, &row, NULL), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
}

static void drop_policy(str workspace_id, str kind, str subject_id)
{
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_policy_delete(tx, workspace_id, kind, subject_id, NULL), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
}

static void change_settings(void (*change)(struct organization_settings *settings))
{
    struct organization_row row;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_organization_get(tx, fixture.organization_id, &row, NULL), OK);
    change(&row.settings);
    assert_int_equal(store_organization_set_settings(tx, &row, NULL), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
}

static struct principal member_session(void)
{
    struct principal principal;
    assert_int_equal(workspace_session_principal(workspace, member_id, fixture.workspace_id,
                                                 fixture.arena, &principal),
                     OK);
    return principal;
}

static struct decision decide(const struct principal *principal, enum permission permission,
                              const char *id)
{
    const struct access_request request = { .permission = permission,
                                            .effect = EFFECT_WRITE,
                                            .ids = { str_of(id) } };
    return access_decide(principal, &request);
}

static bool may(const struct principal *principal, enum permission permission, const char *id)
{
    return decide(principal, permission, id).is_allowed;
}

// --- Members

static void policies_of_baseline_groups_and_member_add_up(void **state)
{
    (void)state;
    struct group_row group = { .organization_id = fixture.organization_id,
                               .name = STR("Editors"),
                               .description = STR("") };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_group_create(tx, &group, NULL), OK);
    assert_int_equal(store_group_add_member(tx, group.id, member_id, NULL), OK);
    store_fixture_commit(tx);
    put_policy(fixture.workspace_id, POLICY_GROUP, group.id, EDITS_SOURCES);
    put_policy(fixture.workspace_id, POLICY_MEMBER, member_id, EDITS_DESTINATIONS);

    struct principal principal = member_session();
    struct decision decision = decide(&principal, PERMISSION_SOURCES_EDIT, "s");
    assert_true(decision.is_allowed);
    assert_int_equal(decision.source->origin, ORIGIN_GROUP);
    assert_true(str_eq(decision.source->id, group.id));
    assert_true(str_eq(decision.source->name, STR("Editors")));
    decision = decide(&principal, PERMISSION_DESTINATIONS_EDIT, "d");
    assert_int_equal(decision.source->origin, ORIGIN_MEMBER);
    decision = decide(&principal, PERMISSION_SOURCE_LIVE_EVENTS, "s");
    assert_int_equal(decision.source->origin, ORIGIN_BASELINE); // nobody has written it
    assert_false(may(&principal, PERMISSION_SOURCES_CREATE, NULL));

    put_policy(fixture.workspace_id, POLICY_BASELINE, STR(""), "{}");
    principal = member_session();
    assert_false(may(&principal, PERMISSION_SOURCE_LIVE_EVENTS, "s"));
    tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_group_remove_member(tx, group.id, member_id, NULL), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    principal = member_session();
    assert_false(may(&principal, PERMISSION_SOURCES_EDIT, "s"));
    assert_true(may(&principal, PERMISSION_DESTINATIONS_EDIT, "d"));
}

static void baseline_without_pii(struct organization_settings *settings)
{
    settings->baseline_pii = false;
}

static void a_baseline_nobody_wrote_follows_the_organizations_switch(void **state)
{
    (void)state;
    struct principal principal = member_session();
    assert_true(may(&principal, PERMISSION_SOURCE_LIVE_EVENTS, "s"));
    change_settings(baseline_without_pii);
    principal = member_session();
    assert_false(may(&principal, PERMISSION_SOURCE_LIVE_EVENTS, "s"));
    put_policy(fixture.workspace_id, POLICY_BASELINE, STR(""),
               "{\"pii\":{\"sourceLiveEvents\":true}}");
    principal = member_session();
    assert_true(may(&principal, PERMISSION_SOURCE_LIVE_EVENTS, "s"));
}

static void who_has_no_policy_in_a_workspace_does_not_see_it(void **state)
{
    (void)state;
    struct principal principal;
    assert_true(workspace_has_member(workspace, fixture.workspace_id, member_id));
    drop_policy(fixture.workspace_id, POLICY_MEMBER, member_id);
    put_policy(fixture.workspace_id, POLICY_BASELINE, STR(""), EDITS_SOURCES);
    assert_false(workspace_has_member(workspace, fixture.workspace_id, member_id));
    assert_true(workspace_has_member(workspace, fixture.workspace_id, fixture.user_id));
    assert_int_equal(workspace_session_principal(workspace, member_id, fixture.workspace_id,
                                                 fixture.arena, &principal),
                     ERR_NOT_FOUND); // as for one that does not exist
    assert_int_equal(
        workspace_session_principal(workspace, member_id, STR_NONE, fixture.arena, &principal),
        OK);
    assert_false(may(&principal, PERMISSION_SOURCES_READ, NULL));
    put_policy(fixture.workspace_id, POLICY_MEMBER, member_id, "{}");
    principal = member_session();
    assert_true(may(&principal, PERMISSION_SOURCES_EDIT, "s")); // by the baseline
}

static void a_policy_that_cannot_be_read_gives_nothing_and_is_told(void **state)
{
    (void)state;
    fixture.notices = 0;
    put_policy(fixture.workspace_id, POLICY_MEMBER, member_id, "{\"resources\":{\"moon\":{}}}");
    assert_int_equal(fixture.notices, 1);
    struct principal principal = member_session();
    assert_false(may(&principal, PERMISSION_SOURCES_EDIT, "s"));
}

static void what_exists_is_that_of_the_workspace(void **state)
{
    (void)state;
    struct source_row source = store_fixture_source(&fixture, "web");
    struct destination_row good = store_fixture_destination(&fixture, "good", "{}");
    struct policy_existing existing;
    assert_int_equal(workspace_publish(workspace), OK);
    workspace_existing(workspace, fixture.workspace_id, fixture.arena, &existing);
    assert_int_equal(existing.counts[RESOURCE_SOURCES], 1);
    assert_true(str_eq(existing.ids[RESOURCE_SOURCES][0], source.id));
    assert_int_equal(existing.counts[RESOURCE_DESTINATIONS], 1); // though it cannot run
    assert_true(str_eq(existing.ids[RESOURCE_DESTINATIONS][0], good.id));
    workspace_existing(workspace, STR("other"), fixture.arena, &existing);
    assert_int_equal(existing.counts[RESOURCE_SOURCES], 0);
}

// --- The life of tokens

static struct personal_token_row add_token(struct personal_token_row row, uint8_t number)
{
    row.user_id = row.user_id.len > 0 ? row.user_id : member_id;
    row.workspace_id = fixture.workspace_id;
    row.name = STR("ci");
    row.scope = STR("read-write");
    row.prefix = STR("ptl_pat_");
    row.last4 = STR("abcd");
    row.digest[0] = number;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_personal_token_create(tx, &row, NULL), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    return row;
}

static struct principal good(const uint8_t *digest)
{
    struct principal principal;
    assert_int_equal(workspace_token_principal(workspace, digest, STR("192.0.2.7"),
                                               fixture.arena, &principal, NULL),
                     OK);
    return principal;
}

static void assert_refused(const uint8_t *digest, const char *address,
                           enum token_refusal expected)
{
    struct principal principal;
    enum token_refusal refusal;
    assert_int_equal(workspace_token_principal(workspace, digest, str_of(address),
                                               fixture.arena, &principal, &refusal),
                     ERR_UNAUTHORIZED);
    assert_int_equal(refusal, expected);
}

static void a_token_works_from_its_beginning_to_its_end(void **state)
{
    (void)state;
    int64_t now_ms = clock_wall_ms(&fixture.clock.clock);
    struct personal_token_row row =
        add_token((struct personal_token_row){ .life = { .not_before_ms = now_ms + 1000,
                                                         .expires_ms = now_ms + 2000 } },
                  1);
    struct principal principal;
    assert_refused(row.digest, "192.0.2.7", TOKEN_NOT_YET);
    fixture.clock.wall_ms_now += 1000;
    (void)good(row.digest);
    fixture.clock.wall_ms_now += 999;
    (void)good(row.digest);
    fixture.clock.wall_ms_now += 1;
    assert_refused(row.digest, "192.0.2.7", TOKEN_EXPIRED);
    assert_int_equal(workspace_token_describe(workspace, row.digest, fixture.arena, &principal),
                     OK);
    row.digest[1] = 9;
    assert_refused(row.digest, "192.0.2.7", TOKEN_UNKNOWN);
}

static void a_token_works_from_its_addresses_only(void **state)
{
    (void)state;
    struct personal_token_row row = add_token(
        (struct personal_token_row){ .life.allowed_ips = STR("192.0.2.0/24,2001:db8::/32") },
        1);
    struct principal principal;
    (void)good(row.digest);
    assert_int_equal(workspace_token_principal(workspace, row.digest, STR("2001:db8::5"),
                                               fixture.arena, &principal, NULL),
                     OK);
    assert_int_equal(workspace_token_principal(workspace, row.digest, STR("::ffff:192.0.2.1"),
                                               fixture.arena, &principal, NULL),
                     OK);
    assert_refused(row.digest, "192.0.3.1", TOKEN_WRONG_ADDRESS);
    assert_refused(row.digest, "2001:db9::5", TOKEN_WRONG_ADDRESS);
    assert_refused(row.digest, "", TOKEN_WRONG_ADDRESS);
    assert_refused(row.digest, "nonsense", TOKEN_WRONG_ADDRESS);
}

static void a_token_has_what_its_policy_and_its_owner_both_give(void **state)
{
    (void)state;
    struct personal_token_row wide = add_token((struct personal_token_row){ 0 }, 1);
    struct personal_token_row narrow =
        add_token((struct personal_token_row){ .life.policy = STR(EDITS_ONE_SOURCE) }, 2);
    struct principal principal = good(narrow.digest);
    assert_false(may(&principal, PERMISSION_SOURCES_EDIT, "s"));
    put_policy(fixture.workspace_id, POLICY_MEMBER, member_id, EDITS_SOURCES);
    principal = good(narrow.digest);
    assert_true(may(&principal, PERMISSION_SOURCES_EDIT, "s"));
    assert_false(may(&principal, PERMISSION_SOURCES_EDIT, "t"));
    assert_false(may(&principal, PERMISSION_SOURCE_LIVE_EVENTS, "s"));
    principal = good(wide.digest);
    assert_true(may(&principal, PERMISSION_SOURCES_EDIT, "t"));
    drop_policy(fixture.workspace_id, POLICY_MEMBER, member_id);
    assert_refused(wide.digest, "192.0.2.7", TOKEN_OWNER_GONE);
}

static void a_rotated_value_works_until_the_overlap_ends(void **state)
{
    (void)state;
    int64_t now_ms = clock_wall_ms(&fixture.clock.clock);
    struct personal_token_row old =
        add_token((struct personal_token_row){ .life = { .policy = STR(EDITS_ONE_SOURCE),
                                                         .expires_ms = now_ms + 5000 } },
                  1);
    struct personal_token_row next = { .prefix = STR("ptl_pat_"),
                                       .last4 = STR("wxyz"),
                                       .digest = { 2 } };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_personal_token_replace(tx, &old, &next, now_ms + 1000, NULL), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    assert_true(str_eq(next.life.predecessor_id, old.id));
    assert_true(str_eq(next.life.policy, STR(EDITS_ONE_SOURCE)));
    assert_int_equal(next.life.expires_ms, now_ms + 5000);
    (void)good(old.digest);
    assert_true(good(next.digest).has_narrowing);
    fixture.clock.wall_ms_now += 1000;
    assert_refused(old.digest, "192.0.2.7", TOKEN_EXPIRED);
    (void)good(next.digest);

    struct personal_token_row last = { .prefix = STR("ptl_pat_"),
                                       .last4 = STR("1234"),
                                       .digest = { 3 } };
    tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_personal_token_replace(tx, &next, &last, 0, NULL), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    assert_refused(next.digest, "192.0.2.7", TOKEN_UNKNOWN); // without an overlap: revoked
    (void)good(last.digest);
}

static void forbid_kinds(struct organization_settings *settings)
{
    settings->allows_personal = settings->allows_service = false;
}

static void be_strict(struct organization_settings *settings)
{
    settings->strict_effects = true;
}

static void settings_of_the_organization_reach_its_tokens(void **state)
{
    (void)state;
    struct personal_token_row row = add_token((struct personal_token_row){ 0 }, 1);
    struct principal principal = good(row.digest);
    assert_true(may(&principal, PERMISSION_SOURCES_READ, "s"));
    change_settings(be_strict);
    principal = good(row.digest);
    assert_false(may(&principal, PERMISSION_SOURCES_READ, "s"));
    change_settings(forbid_kinds);
    assert_refused(row.digest, "192.0.2.7", TOKEN_KIND_OFF);
}

static void a_legacy_admin_token_is_known_as_one(void **state)
{
    (void)state;
    struct personal_token_row row = add_token(
        (struct personal_token_row){ .user_id = fixture.user_id, .kind = STR("legacy-admin") },
        1);
    struct principal principal = good(row.digest);
    assert_int_equal(principal.kind, PRINCIPAL_LEGACY_ADMIN_TOKEN);
    assert_true(may(&principal, PERMISSION_SCIM, NULL));
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_member_set_role(tx, fixture.organization_id, fixture.user_id,
                                           STR("member"), NULL),
                     OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    principal = good(row.digest); // he stays in his workspaces, without rights
    assert_int_equal(decide(&principal, PERMISSION_SCIM, NULL).err, ERR_UNAUTHORIZED);
    assert_int_equal(decide(&principal, PERMISSION_SOURCES_EDIT, "s").err, ERR_FORBIDDEN);
}

static void a_token_row_from_the_future_opens_nothing(void **state)
{
    (void)state;
    struct personal_token_row odd =
        add_token((struct personal_token_row){ .kind = STR("telepathic") }, 1);
    struct personal_token_row bad =
        add_token((struct personal_token_row){ .life.policy = STR("{\"moon\":{}}") }, 2);
    assert_refused(odd.digest, "192.0.2.7", TOKEN_UNKNOWN);
    assert_refused(bad.digest, "192.0.2.7", TOKEN_UNKNOWN);
}

// --- Service tokens

static struct service_token_row add_service_token(struct service_token_row row, uint8_t number)
{
    row.organization_id = fixture.organization_id;
    row.name = STR("airflow");
    row.prefix = STR("ptl_sat_");
    row.last4 = STR("abcd");
    row.created_by = fixture.user_id;
    row.digest[0] = number;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_service_token_create(tx, &row, NULL), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    return row;
}

static void a_workspace_token_has_read_baseline_and_its_own_policy(void **state)
{
    (void)state;
    struct service_token_row row =
        add_service_token((struct service_token_row){ .level = STR("workspace"),
                                                      .workspace_id = fixture.workspace_id,
                                                      .life.policy = STR(EDITS_ONE_SOURCE) },
                          1);
    struct principal principal = good(row.digest);
    assert_int_equal(principal.kind, PRINCIPAL_WORKSPACE_SERVICE);
    assert_true(str_eq(principal.workspace_id, fixture.workspace_id));
    assert_int_equal(principal.user_id.len, 0);
    assert_true(may(&principal, PERMISSION_SOURCES_READ, NULL));
    assert_true(may(&principal, PERMISSION_SOURCES_EDIT, "s"));
    assert_false(may(&principal, PERMISSION_SOURCES_EDIT, "t"));
    assert_false(may(&principal, PERMISSION_DESTINATIONS_EDIT, "d"));
    put_policy(fixture.workspace_id, POLICY_BASELINE, STR(""), EDITS_DESTINATIONS);
    principal = good(row.digest);
    assert_true(may(&principal, PERMISSION_DESTINATIONS_EDIT, "d"));

    row.life.policy = STR("{}");
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_service_token_update(tx, &row, NULL), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    principal = good(row.digest);
    assert_false(may(&principal, PERMISSION_SOURCES_EDIT, "s"));

    change_settings(forbid_kinds);
    assert_refused(row.digest, "192.0.2.7", TOKEN_KIND_OFF);
}

static void an_organization_token_has_its_grants(void **state)
{
    (void)state;
    struct service_token_row row =
        add_service_token((struct service_token_row){ .level = STR("organization"),
                                                      .grants = STR("manage_members") },
                          1);
    struct principal principal = good(row.digest);
    assert_int_equal(principal.kind, PRINCIPAL_ORGANIZATION_SERVICE);
    assert_int_equal(principal.grants, GRANT_MANAGE_MEMBERS);
    assert_true(may(&principal, PERMISSION_SCIM, NULL));
    assert_int_equal(decide(&principal, PERMISSION_SOURCES_READ, NULL).err, ERR_UNAUTHORIZED);
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(
        store_service_token_revoke(tx, fixture.organization_id, row.id, &fixture.problem), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    assert_refused(row.digest, "192.0.2.7", TOKEN_UNKNOWN);
}

static void uses_of_service_tokens_are_stored_too(void **state)
{
    (void)state;
    struct service_token_row row =
        add_service_token((struct service_token_row){ .level = STR("organization") }, 1);
    assert_true(workspace_token_used(workspace, row.digest, STR("192.0.2.7"), STR("curl")));
    assert_int_equal(workspace_flush_last_used(workspace, NULL), OK);
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_service_token_get(tx, fixture.organization_id, row.id, &row, NULL),
                     OK);
    store_end(tx);
    assert_true(str_eq(row.last_used_ip, STR("192.0.2.7")));
    assert_true(str_eq(row.last_used_agent, STR("curl")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(policies_of_baseline_groups_and_member_add_up),
        TEST(a_baseline_nobody_wrote_follows_the_organizations_switch),
        TEST(who_has_no_policy_in_a_workspace_does_not_see_it),
        TEST(a_policy_that_cannot_be_read_gives_nothing_and_is_told),
        TEST(what_exists_is_that_of_the_workspace),
        TEST(a_token_works_from_its_beginning_to_its_end),
        TEST(a_token_works_from_its_addresses_only),
        TEST(a_token_has_what_its_policy_and_its_owner_both_give),
        TEST(a_rotated_value_works_until_the_overlap_ends),
        TEST(settings_of_the_organization_reach_its_tokens),
        TEST(a_legacy_admin_token_is_known_as_one),
        TEST(a_token_row_from_the_future_opens_nothing),
        TEST(a_workspace_token_has_read_baseline_and_its_own_policy),
        TEST(an_organization_token_has_its_grants),
        TEST(uses_of_service_tokens_are_stored_too),
    };
    return cmocka_run_group_tests_name("workspace access", tests, NULL, NULL);
}
