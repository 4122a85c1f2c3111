// SPDX-License-Identifier: Apache-2.0
// What `pintle import access` prints.
#include "app/import_review.h"

#include <stdio.h>

#include "codec/json.h"

const char import_example[] =
    "{\n"
    "  \"workspaces\": [\n"
    "    { \"id\": \"2AbcDefGhiJklMnoPqrStuVwxYz\", \"name\": \"Production\" }\n"
    "  ],\n"
    "  \"members\": [\n"
    "    { \"email\": \"ada@example.com\", \"name\": \"Ada\", \"role\": \"org-admin\" },\n"
    "    { \"email\": \"grace@example.com\", \"role\": \"connections-editor\",\n"
    "      \"transformationEdit\": true },\n"
    "    { \"email\": \"linus@example.com\",\n"
    "      \"workspaces\": [\n"
    "        { \"workspaceId\": \"2AbcDefGhiJklMnoPqrStuVwxYz\", \"role\": \"read-write\" }\n"
    "      ] },\n"
    "    { \"email\": \"mary@example.com\", \"role\": \"connections-viewer\" }\n"
    "  ],\n"
    "  \"restrictions\": [\n"
    "    { \"workspaceId\": \"Production\", \"resource\": \"restrictedData\",\n"
    "      \"allowed\": [\"grace@example.com\"], \"allowedTokens\": [\"airflow\"] }\n"
    "  ],\n"
    "  \"tokens\": [\n"
    "    { \"name\": \"notebook\", \"owner\": \"grace@example.com\",\n"
    "      \"workspaceId\": \"Production\", \"scope\": \"read-write\",\n"
    "      \"valueSha256\": "
    "\"b1b3d4fd8a59e2f1c0d9f6e7a8b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7\" },\n"
    "    { \"name\": \"airflow\", \"level\": \"workspace\", \"workspaceId\": \"Production\",\n"
    "      \"role\": \"editor\", \"transformationEdit\": false,\n"
    "      \"valueSha256\": "
    "\"c2c4e5fe9b6af302d1eaf7f8b9c6d5e4f3a2b1cad9e8f706b5c4d3e2f10ab9c8\" },\n"
    "    { \"name\": \"okta\", \"level\": \"organization\", \"lastFour\": \"x7Qz\",\n"
    "      \"valueSha256\": "
    "\"d3d5f6ffac7b0413e2fb08f9cad7e6f504b3c2dbeaf90817c6d5e4f3021bcad9\" }\n"
    "  ]\n"
    "}\n";

static void print_text(yyjson_val *object, const char *key)
{
    str text = json_get_str(object, key);
    (void)printf("%" PRIstr, STR_ARG(text));
}

static void print_changes(yyjson_val *object, const char *key, const char *word)
{
    yyjson_val *changes = yyjson_obj_get(object, key), *change;
    size_t index, count;
    yyjson_arr_foreach(changes, index, count, change)
    {
        (void)printf("%s ", index == 0 ? word : ",");
        print_text(change, "right");
        if (yyjson_get_bool(yyjson_obj_get(change, "isPartial")))
            (void)printf(" (for some)");
    }
    if (yyjson_arr_size(changes) > 0)
        (void)putchar('\n');
}

static void print_place(yyjson_val *place)
{
    (void)printf("    ");
    print_text(place, "workspaceName");
    (void)printf(": was ");
    print_text(place, "legacyRole");
    bool is_equal = yyjson_arr_size(yyjson_obj_get(place, "loses")) == 0 &&
                    yyjson_arr_size(yyjson_obj_get(place, "gains")) == 0;
    (void)printf("%s\n", is_equal ? ", keeps every right" : "");
    print_changes(place, "loses", "      loses");
    print_changes(place, "gains", "      gains");
}

static void print_member(yyjson_val *member)
{
    yyjson_val *places = yyjson_obj_get(member, "workspaces"), *place;
    size_t index, count;
    (void)printf("  ");
    print_text(member, "email");
    (void)printf(": %s, ",
                 yyjson_get_bool(yyjson_obj_get(member, "isNew")) ? "new" : "is here already");
    print_text(member, "roleAfter");
    (void)putchar('\n');
    yyjson_arr_foreach(places, index, count, place) print_place(place);
}

static void print_token(yyjson_val *token)
{
    str owner = json_get_str(token, "owner"), verdict = json_get_str(token, "verdict");
    str workspace = json_get_str(token, "workspaceName");
    (void)printf("  ");
    print_text(token, "name");
    (void)printf(
        " (%" PRIstr ", %" PRIstr "): ", STR_ARG(owner.len ? owner : STR("service token")),
        STR_ARG(workspace.len ? workspace : STR("organization")));
    if (str_eq(verdict, STR("works")))
        (void)printf("still works\n");
    else if (str_eq(verdict, STR("stops")))
        (void)printf("STOPS WORKING\n");
    else
        (void)printf("works with less\n");
    print_changes(token, "loses", "      loses");
}

static void print_list(yyjson_val *review, const char *key, const char *title,
                       void (*print)(yyjson_val *item))
{
    yyjson_val *list = yyjson_obj_get(review, key), *item;
    size_t index, count;
    (void)printf("%s: %zu\n", title, yyjson_arr_size(list));
    yyjson_arr_foreach(list, index, count, item) print(item);
}

void import_review_print(yyjson_val *review)
{
    (void)printf("Mode: ");
    print_text(review, "mode");
    (void)putchar('\n');
    print_list(review, "members", "Members", print_member);
    print_list(review, "tokens", "Tokens", print_token);
}

void import_deployed_print(yyjson_val *deployed)
{
    yyjson_val *links = yyjson_obj_get(deployed, "setupLinks"), *link;
    size_t index, count;
    (void)printf("Deployed: %lld members, %lld tokens.\n",
                 (long long)yyjson_get_sint(yyjson_obj_get(deployed, "members")),
                 (long long)yyjson_get_sint(yyjson_obj_get(deployed, "tokens")));
    if (yyjson_arr_size(links) == 0)
        return;
    (void)printf("These have no password yet. Give each the link that is theirs; it works once,"
                 " until ");
    print_text(deployed, "linksExpireAt");
    (void)printf(" (later: pintle user reset-password):\n");
    yyjson_arr_foreach(links, index, count, link)
    {
        print_text(link, "email");
        (void)putchar('\t');
        print_text(link, "link");
        (void)putchar('\n');
    }
}
