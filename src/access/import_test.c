// SPDX-License-Identifier: Apache-2.0
// Tests of what legacy roles become, and of reading the document of an import.
#include "base/test.h"

#include "access/import.h"
#include "base/buf.h"
#include "codec/json.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(8 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

// --- Roles. The rows are written out by hand: for every right whether the role has it.

static bool gives(struct legacy_rights rights, const char *resource, const char *action)
{
    struct policy policy = legacy_policy(rights);
    for (unsigned r = 0; r < RESOURCE_COUNT; r++)
        for (unsigned a = 0; a < ACTION_COUNT; a++)
            if (strcmp(resource_key((enum resource)r), resource) == 0 &&
                strcmp(action_key((enum action)a), action) == 0)
                return policy_covers(&policy, (enum resource)r, (enum action)a, STR_NONE);
    fail_msg("no right %s.%s", resource, action);
    return false;
}

static const char *const with_all_actions[] = {
    "sources",   "destinations",    "retlTables",    "sqlModels",
    "audiences", "transformations", "trackingPlans", "profiles",
};

static void expect_actions(struct legacy_rights rights, const char *resource, const char *want)
{
    assert_int_equal(gives(rights, resource, "edit"), want[0] == 'e');
    assert_int_equal(gives(rights, resource, "connect"), want[1] == 'c');
    assert_int_equal(gives(rights, resource, "createDelete"), want[2] == 'd');
}

static void expect_all_but_transformations(struct legacy_rights rights, const char *want)
{
    for (size_t i = 0; i < ARRAY_LEN(with_all_actions); i++)
        if (strcmp(with_all_actions[i], "transformations") != 0)
            expect_actions(rights, with_all_actions[i], want);
}

static void read_write_and_connections_admin_get_every_right(void **state)
{
    (void)state;
    struct legacy_rights read_write = { LEGACY_READ_WRITE, false };
    struct legacy_rights admin = { LEGACY_CONNECTIONS_ADMIN, true };
    struct policy first = legacy_policy(read_write), second = legacy_policy(admin);
    assert_true(policy_equals(&first, &policy_everything));
    assert_true(policy_equals(&second, &policy_everything));
}

static void a_connections_admin_without_transformations_does_not_edit_them(void **state)
{
    (void)state;
    struct legacy_rights rights = { LEGACY_CONNECTIONS_ADMIN, false };
    expect_all_but_transformations(rights, "ecd");
    expect_actions(rights, "transformations", "-c-");
    assert_false(gives(rights, "transformationLibraries", "edit"));
}

static void an_editor_edits_and_connects_but_neither_makes_nor_deletes(void **state)
{
    (void)state;
    struct legacy_rights rights = { LEGACY_CONNECTIONS_EDITOR, false };
    struct policy policy = legacy_policy(rights);
    expect_all_but_transformations(rights, "ec-");
    expect_actions(rights, "transformations", "-c-");
    assert_false(gives(rights, "transformationLibraries", "edit"));
    assert_false(gives(rights, "dataCatalog", "edit"));
    assert_true(gives(rights, "warehouseSyncs", "edit"));
    assert_int_equal(policy.pii, policy_full_pii.pii);
}

static void an_editor_with_transformations_makes_and_deletes_those_alone(void **state)
{
    (void)state;
    struct legacy_rights rights = { LEGACY_CONNECTIONS_EDITOR, true };
    expect_all_but_transformations(rights, "ec-");
    expect_actions(rights, "transformations", "ecd");
    assert_true(gives(rights, "transformationLibraries", "edit"));
}

static void viewers_get_nothing_beyond_the_baseline(void **state)
{
    (void)state;
    static const enum legacy_role roles[] = { LEGACY_READ_ONLY, LEGACY_CONNECTIONS_VIEWER };
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        struct policy policy = legacy_policy((struct legacy_rights){ roles[i], false });
        assert_true(policy_equals(&policy, &policy_none));
    }
}

static void admins_of_both_generations_are_admins(void **state)
{
    (void)state;
    assert_true(legacy_is_admin(LEGACY_ORG_ADMIN) && legacy_is_admin(LEGACY_ADMIN));
    assert_false(legacy_is_admin(LEGACY_CONNECTIONS_ADMIN));
}

static void a_restriction_leaves_all_except_what_is_named(void **state)
{
    (void)state;
    static const str existing[] = { { "a", 1 }, { "b", 1 }, { "c", 1 } };
    static const str excluded[] = { { "b", 1 } };
    struct legacy_ids all = { existing, 3 }, some = { excluded, 1 };
    struct policy policy =
        legacy_restrict(&policy_everything, RESOURCE_SOURCES, &all, &some, arena);
    for (unsigned a = 0; a < ACTION_COUNT; a++) {
        assert_true(policy_covers(&policy, RESOURCE_SOURCES, (enum action)a, STR("a")));
        assert_true(policy_covers(&policy, RESOURCE_SOURCES, (enum action)a, STR("c")));
        assert_false(policy_covers(&policy, RESOURCE_SOURCES, (enum action)a, STR("b")));
        assert_false(policy_covers(&policy, RESOURCE_SOURCES, (enum action)a, STR_NONE));
    }
    assert_true(policy_covers(&policy, RESOURCE_DESTINATIONS, ACTION_EDIT, STR_NONE));
}

static void connecting_what_cannot_be_edited_is_lost(void **state)
{
    (void)state;
    struct legacy_rights rights = { LEGACY_CONNECTIONS_EDITOR, false };
    struct policy before = legacy_before(rights), after = legacy_policy(rights);
    struct legacy_change changes[LEGACY_CHANGES_MAX];
    struct legacy_side then = { &before, true }, now = { &after, false };
    assert_int_equal(legacy_compare(then, now, changes), 1);
    assert_string_equal(changes[0].resource, "transformations");
    assert_string_equal(changes[0].action, "connect");
    assert_int_equal(legacy_compare(now, then, changes), 0);
}

static void a_right_that_is_left_for_some_is_told_as_partial(void **state)
{
    (void)state;
    static const str ids[] = { { "a", 1 }, { "b", 1 } };
    struct legacy_ids all = { ids, 2 }, some = { ids, 1 };
    struct policy less =
        legacy_restrict(&policy_everything, RESOURCE_SOURCES, &all, &some, arena);
    struct legacy_change changes[LEGACY_CHANGES_MAX];
    struct legacy_side then = { &policy_everything, true }, now = { &less, false };
    assert_int_equal(legacy_compare(then, now, changes), 3);
    assert_true(changes[0].is_partial && changes[1].is_partial && changes[2].is_partial);
}

// --- The document

static yyjson_val *parse(const char *text)
{
    yyjson_doc *doc;
    struct problem problem;
    assert_int_equal(json_read(str_of(text), 64, arena, &doc, &problem), OK);
    return yyjson_doc_get_root(doc);
}

#define VALUE  "2ABCdefGHIjklMNOpqrSTUvwxYZ"
#define DIGEST "0000000000000000000000000000000000000000000000000000000000000000"

struct bad_document {
    const char *text;
    const char *field;
};

static const struct bad_document bad_documents[] = {
    { "[]", "document" },
    { "{}", "members" },
    { "{\"people\": []}", "people" },
    { "{\"members\": {}}", "members" },
    { "{\"members\": [1]}", "members[0]" },
    { "{\"members\": [{}]}", "members[0].email" },
    { "{\"members\": [{\"email\": 1}]}", "members[0].email" },
    { "{\"members\": [{\"email\": \"a@b.c\"}]}", "members[0].role" },
    { "{\"members\": [{\"email\": \"a@b.c\", \"role\": \"king\"}]}", "members[0].role" },
    { "{\"members\": [{\"email\": \"a@b.c\", \"role\": \"admin\", \"crown\": 1}]}",
      "members[0].crown" },
    { "{\"members\": [{\"email\": \"a@b.c\", \"role\": \"admin\", \"workspaces\": []}]}",
      "members[0].workspaces" },
    { "{\"members\": [{\"email\": \"a@b.c\", \"workspaces\": [{\"workspaceId\": \"w\"}]}]}",
      "members[0].workspaces[0].role" },
    { "{\"members\": [{\"email\": \"a@b.c\", \"role\": \"read-only\", \"workspaces\": ["
      "{\"workspaceId\": \"w\", \"transformationEdit\": true}]}]}",
      "members[0].workspaces[0].role" },
    { "{\"members\": [{\"email\": \"a@b.c\", \"workspaces\": [{\"workspaceId\": \"w\", "
      "\"role\": \"org-admin\"}]}]}",
      "members[0].workspaces[0].role" },
    { "{\"members\": [{\"email\": \"a@b.c\", \"role\": \"admin\"}, {\"email\": \"A@B.C\", "
      "\"role\": \"admin\"}]}",
      "members[1].email" },
    { "{\"members\": [{\"email\": \"a@b.c\", \"role\": \"admin\", \"name\": \"a\\u001b[2J\"}]}",
      "members[0].name" },
    { "{\"members\": [{\"email\": \"a\\n@b.c\", \"role\": \"admin\"}]}", "members[0].email" },
    { "{\"tokens\": [{\"name\": \"a\\tb\", \"level\": \"organization\", \"valueSha256\": "
      "\"" DIGEST "\"}]}",
      "tokens[0].name" },
    { "{\"tokens\": [{\"name\": \" \", \"level\": \"organization\", \"valueSha256\": \"" DIGEST
      "\"}]}",
      "tokens[0].name" },
    { "{\"workspaces\": [{\"id\": \"x\"}]}", "workspaces[0].name" },
    { "{\"restrictions\": [{\"workspaceId\": \"w\", \"resource\": \"source\", \"id\": \"s\"}]}",
      "restrictions[0].allowed" },
    { "{\"restrictions\": [{\"workspaceId\": \"w\", \"resource\": \"source\", "
      "\"allowed\": []}]}",
      "restrictions[0].id" },
    { "{\"restrictions\": [{\"workspaceId\": \"w\", \"resource\": \"restrictedData\", "
      "\"id\": \"x\", \"allowed\": []}]}",
      "restrictions[0].id" },
    { "{\"restrictions\": [{\"workspaceId\": \"w\", \"resource\": \"source\", \"id\": \"s\", "
      "\"allowed\": [\"\"]}]}",
      "restrictions[0].allowed[0]" },
    { "{\"tokens\": [{\"name\": \"t\"}]}", "tokens[0].owner" },
    { "{\"tokens\": [{\"name\": \"t\", \"owner\": \"a@b.c\"}]}", "tokens[0].scope" },
    { "{\"tokens\": [{\"name\": \"t\", \"owner\": \"a@b.c\", \"level\": \"workspace\"}]}",
      "tokens[0].level" },
    { "{\"tokens\": [{\"name\": \"t\", \"owner\": \"a@b.c\", \"scope\": \"read-only\"}]}",
      "tokens[0].workspaceId" },
    { "{\"tokens\": [{\"name\": \"t\", \"level\": \"organization\", \"workspaceId\": \"w\"}]}",
      "tokens[0].workspaceId" },
    { "{\"tokens\": [{\"name\": \"t\", \"level\": \"workspace\", \"workspaceId\": \"w\"}]}",
      "tokens[0].role" },
    { "{\"tokens\": [{\"name\": \"t\", \"level\": \"workspace\", \"workspaceId\": \"w\", "
      "\"role\": \"editor\"}]}",
      "tokens[0].transformationEdit" },
    { "{\"tokens\": [{\"name\": \"t\", \"level\": \"organization\"}]}", "tokens[0].value" },
    { "{\"tokens\": [{\"name\": \"t\", \"level\": \"organization\", \"value\": \"short\"}]}",
      "tokens[0].value" },
    { "{\"tokens\": [{\"name\": \"t\", \"level\": \"organization\", \"value\": "
      "\"ptl_pat_0123456789012345678\"}]}",
      "tokens[0].value" },
    { "{\"tokens\": [{\"name\": \"t\", \"level\": \"organization\", \"valueSha256\": \"ab\"}]}",
      "tokens[0].valueSha256" },
    { "{\"tokens\": [{\"name\": \"t\", \"level\": \"organization\", \"value\": \"" VALUE
      "\", \"valueSha256\": \"" DIGEST "\"}]}",
      "tokens[0].value" },
    { "{\"tokens\": [{\"name\": \"t\", \"level\": \"organization\", \"lastFour\": \"12345\", "
      "\"valueSha256\": \"" DIGEST "\"}]}",
      "tokens[0].lastFour" },
    { "{\"tokens\": [{\"name\": \"t\", \"level\": \"organization\", \"value\": \"" VALUE
      "\"}, {\"name\": \"u\", \"level\": \"organization\", \"value\": \"" VALUE "\"}]}",
      "tokens[1].value" },
};

static void every_mistake_is_told_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad_documents); i++) {
        struct import import;
        struct problem problem = { .field = "" };
        enum err err = import_read(parse(bad_documents[i].text), arena, &import, &problem);
        print_message("# %s\n", bad_documents[i].text);
        assert_int_equal(err, ERR_INVALID);
        assert_string_equal(problem.field, bad_documents[i].field);
        assert_true(problem.text[0] != '\0');
        assert_null(strstr(problem.text, VALUE));
    }
}

static void lists_have_limits(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf text = { 0 };
    struct import import;
    struct problem problem;
    buf_addf(&text, "{\"members\": [");
    for (int i = 0; i <= IMPORT_MEMBERS_MAX; i++)
        buf_addf(&text, "%s1", i ? "," : "");
    buf_addf(&text, "]}");
    assert_int_equal(
        import_read(parse(arena_cstr(arena, buf_str(&text))), arena, &import, &problem),
        ERR_INVALID);
    assert_string_equal(problem.field, "members");
    assert_string_equal(problem.text, "must have at most 5000 entries");
}

static void what_is_not_said_of_transformations_holds_as_the_role_has_it(void **state)
{
    (void)state;
    struct import import;
    struct problem problem;
    const char *text = "{\"members\": [{\"email\": \"a@b.c\", \"role\": \"connections-admin\"},"
                       " {\"email\": \"d@b.c\", \"role\": \"connections-admin\", "
                       "\"transformationEdit\": false},"
                       " {\"email\": \"e@b.c\", \"role\": \"connections-editor\"}]}";
    assert_int_equal(import_read(parse(text), arena, &import, &problem), OK);
    assert_int_equal(import.member_count, 3);
    assert_true(import.members[0].rights.edits_transformations);
    assert_false(import.members[1].rights.edits_transformations);
    assert_false(import.members[2].rights.edits_transformations);
    assert_true(import.members[0].is_everywhere);
}

static void what_is_stored_has_digests_and_no_values(void **state)
{
    (void)state;
    struct import import, again;
    struct problem problem;
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    yyjson_val *document =
        parse("{\"tokens\": [{\"name\": \"t\", \"owner\": \"a@b.c\", \"workspaceId\": \"w\","
              " \"scope\": \"admin\", \"value\": \"" VALUE "\"}]}");
    assert_int_equal(import_read(document, arena, &import, &problem), OK);
    json_init(&json, &out);
    import_write_safe(document, &import, &json);
    char *text = arena_cstr(arena, buf_str(&out));
    assert_null(strstr(text, VALUE));
    assert_int_equal(import_read(parse(text), arena, &again, &problem), OK);
    assert_memory_equal(again.tokens[0].digest, import.tokens[0].digest, TOKEN_DIGEST_LEN);
    assert_int_equal(again.tokens[0].kind, PRINCIPAL_LEGACY_ADMIN_TOKEN);
    assert_true(str_eq(again.tokens[0].last4, STR("wxYZ")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_write_and_connections_admin_get_every_right),
        cmocka_unit_test(a_connections_admin_without_transformations_does_not_edit_them),
        cmocka_unit_test(an_editor_edits_and_connects_but_neither_makes_nor_deletes),
        cmocka_unit_test(an_editor_with_transformations_makes_and_deletes_those_alone),
        cmocka_unit_test(viewers_get_nothing_beyond_the_baseline),
        cmocka_unit_test(admins_of_both_generations_are_admins),
        cmocka_unit_test(a_restriction_leaves_all_except_what_is_named),
        cmocka_unit_test(connecting_what_cannot_be_edited_is_lost),
        cmocka_unit_test(a_right_that_is_left_for_some_is_told_as_partial),
        cmocka_unit_test(every_mistake_is_told_with_its_place),
        cmocka_unit_test(lists_have_limits),
        cmocka_unit_test(what_is_not_said_of_transformations_holds_as_the_role_has_it),
        cmocka_unit_test(what_is_stored_has_digests_and_no_values),
    };
    return cmocka_run_group_tests_name("access import", tests, set_up, tear_down);
}
