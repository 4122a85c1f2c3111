// SPDX-License-Identifier: Apache-2.0
// Reading the document of an import, but for its tokens.
#include "access/import_inner.h"

#include "base/map.h"
#include "codec/hex.h"

enum { NAME_MAX_CHARACTERS = 128, NAMES_MAX = 5000, DIGEST_TEXT_LEN = 2 * TOKEN_DIGEST_LEN };

#define ROLES_OF_PLACES                                                                        \
    "read-write", "read-only", "connections-admin", "connections-editor", "connections-viewer"
static const char *const place_roles[] = { ROLES_OF_PLACES, NULL };
static const char *const member_roles[] = { "org-admin", "admin", ROLES_OF_PLACES, NULL };

enum err reading_refuse(const struct reading *in, str at, const char *member, const char *text)
{
    str field =
        arena_printf(in->arena, "%" PRIstr "%s%s", STR_ARG(at), *member ? "." : "", member);
    return problem_set(in->problem, ERR_INVALID, field, "%s", text);
}

// What people read in lists: as any other name here has to be.
enum err reading_check_name(const struct reading *in, str at, const char *member, str text)
{
    size_t characters = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < ' ' || c == 0x7f)
            return reading_refuse(in, at, member, "must not have control characters");
        characters += (c & 0xc0) != 0x80;
    }
    if (text.len > 0 && str_trim(text).len == 0)
        return reading_refuse(in, at, member, "must not be blank");
    return characters > NAME_MAX_CHARACTERS
               ? reading_refuse(in, at, member, "must have at most 128 characters")
               : OK;
}

str reading_entry(const struct reading *in, str list, size_t index)
{
    return arena_printf(in->arena, "%" PRIstr "[%zu]", STR_ARG(list), index);
}

enum err reading_decode(const struct reading *in, const struct field *fields, yyjson_val *value,
                        str at, void *ret_struct)
{
    const struct fields_rules rules = { .prefix = at, .arena = in->arena };
    return fields_decode(fields, value, &rules, ret_struct, in->problem);
}

// Texts that stand alone in a list.
static enum err read_texts(const struct reading *in, yyjson_val *list, str at,
                           const str **ret_texts, size_t *ret_count)
{
    str *texts = ARENA_ARRAY(in->arena, str, yyjson_arr_size(list));
    size_t index, count;
    yyjson_val *value;
    yyjson_arr_foreach(list, index, count, value)
    {
        texts[index] = json_str(value);
        if (texts[index].len == 0 || texts[index].len > IMPORT_NAME_MAX_BYTES)
            return reading_refuse(in, reading_entry(in, at, index), "",
                                  "must be a text that is not empty");
    }
    *ret_texts = texts;
    *ret_count = yyjson_arr_size(list);
    return OK;
}

// In lower case, as addresses are compared.
static str fold(const struct reading *in, str text)
{
    char *folded = arena_cstr(in->arena, text);
    for (size_t i = 0; i < text.len; i++)
        if (folded[i] >= 'A' && folded[i] <= 'Z')
            folded[i] = (char)(folded[i] - 'A' + 'a');
    return str_make(folded, text.len);
}

// --- Workspaces

static const struct field workspace_fields[] = {
    { .name = "id",
      .type = FIELD_STR,
      .is_required = true,
      .offset = offsetof(struct import_workspace, id),
      .max_len = IMPORT_ID_MAX_BYTES },
    { .name = "name",
      .type = FIELD_STR,
      .is_required = true,
      .offset = offsetof(struct import_workspace, name),
      .max_len = IMPORT_NAME_MAX_BYTES },
    { 0 },
};

static enum err read_workspaces(const struct reading *in, yyjson_val *list,
                                struct import *import)
{
    size_t index, count;
    yyjson_val *value;
    struct import_workspace *rows =
        ARENA_ARRAY(in->arena, struct import_workspace, yyjson_arr_size(list));
    enum err err = OK;
    yyjson_arr_foreach(list, index, count, value)
    {
        err = reading_decode(in, workspace_fields, value,
                             reading_entry(in, STR("workspaces"), index), &rows[index]);
        if (err)
            return err;
    }
    import->workspaces = rows;
    import->workspace_count = yyjson_arr_size(list);
    return OK;
}

// --- Members

struct member_texts {
    str email;
    str name;
    str role;
    bool edits_transformations;
    yyjson_val *places;
};
#define AT(field) offsetof(struct member_texts, field)
static const struct field member_fields[] = {
    { .name = "email",
      .type = FIELD_STR,
      .is_required = true,
      .offset = AT(email),
      .max_len = IMPORT_EMAIL_MAX_BYTES },
    { .name = "name", .type = FIELD_STR, .offset = AT(name), .max_len = IMPORT_NAME_MAX_BYTES },
    { .name = "role", .type = FIELD_CHOICE, .offset = AT(role), .choices = member_roles },
    { .name = "transformationEdit", .type = FIELD_BOOL, .offset = AT(edits_transformations) },
    { .name = "workspaces",
      .type = FIELD_LIST,
      .offset = AT(places),
      .max_len = IMPORT_WORKSPACES_MAX },
    { 0 },
};
#undef AT

struct place_texts {
    str workspace_id;
    str role;
    bool edits_transformations;
};
#define AT(field) offsetof(struct place_texts, field)
static const struct field place_fields[] = {
    { .name = "workspaceId",
      .type = FIELD_STR,
      .is_required = true,
      .offset = AT(workspace_id),
      .max_len = IMPORT_ID_MAX_BYTES },
    { .name = "role", .type = FIELD_CHOICE, .offset = AT(role), .choices = place_roles },
    { .name = "transformationEdit", .type = FIELD_BOOL, .offset = AT(edits_transformations) },
    { 0 },
};
#undef AT

// Where nothing is said of transformations, a Connections Admin edits them and nobody else.
static struct legacy_rights rights_of(yyjson_val *object, str role, bool edits)
{
    struct legacy_rights rights = { .edits_transformations = edits };
    bool is_known = legacy_role_of(role, &rights.role);
    if (is_known && rights.role == LEGACY_CONNECTIONS_ADMIN)
        rights.edits_transformations =
            edits || yyjson_obj_get(object, "transformationEdit") == NULL;
    return rights;
}

static enum err read_place(const struct reading *in, yyjson_val *value, str at,
                           struct legacy_rights otherwise, struct import_place *ret_place)
{
    struct place_texts texts;
    enum err err = reading_decode(in, place_fields, value, at, &texts);
    if (err)
        return err;
    struct import_place place = { .workspace_id = texts.workspace_id, .rights = otherwise };
    if (texts.role.len > 0)
        place.rights = rights_of(value, texts.role, texts.edits_transformations);
    else if (yyjson_obj_get(value, "transformationEdit"))
        return reading_refuse(in, at, "role", "is required beside transformationEdit");
    if (place.rights.role == LEGACY_NONE)
        return reading_refuse(in, at, "role", "is required here or for the member");
    *ret_place = place;
    return OK;
}

static enum err read_places(const struct reading *in, yyjson_val *list, str at,
                            struct import_member *member)
{
    size_t index, count;
    yyjson_val *value;
    struct import_place *places =
        ARENA_ARRAY(in->arena, struct import_place, yyjson_arr_size(list));
    str name = arena_printf(in->arena, "%" PRIstr ".workspaces", STR_ARG(at));
    yyjson_arr_foreach(list, index, count, value)
    {
        enum err err = read_place(in, value, reading_entry(in, name, index), member->rights,
                                  &places[index]);
        if (err)
            return err;
    }
    member->places = places;
    member->place_count = yyjson_arr_size(list);
    return OK;
}

static enum err read_member(const struct reading *in, yyjson_val *value, str at,
                            struct import_member *ret_member)
{
    struct member_texts texts;
    enum err err = reading_decode(in, member_fields, value, at, &texts);
    if (err)
        return err;
    err = reading_check_name(in, at, "email", texts.email);
    if (!err)
        err = reading_check_name(in, at, "name", texts.name);
    if (err)
        return err;
    struct import_member member = {
        .email = texts.email,
        .name = texts.name,
        .rights = rights_of(value, texts.role, texts.edits_transformations),
        .is_everywhere = !texts.places,
    };
    if (!texts.places && member.rights.role == LEGACY_NONE)
        return reading_refuse(in, at, "role", "is required");
    if (texts.places && legacy_is_admin(member.rights.role))
        return reading_refuse(in, at, "workspaces", "is not for Admins, who belong to all");
    err = texts.places ? read_places(in, texts.places, at, &member) : OK;
    if (!err)
        *ret_member = member;
    return err;
}

static enum err read_members(const struct reading *in, yyjson_val *list, struct import *import)
{
    AUTO(map_free) struct map *known = map_new();
    size_t index, count;
    yyjson_val *value;
    struct import_member *rows =
        ARENA_ARRAY(in->arena, struct import_member, yyjson_arr_size(list));
    yyjson_arr_foreach(list, index, count, value)
    {
        str at = reading_entry(in, STR("members"), index);
        enum err err = read_member(in, value, at, &rows[index]);
        if (err)
            return err;
        if (map_put(known, fold(in, rows[index].email), &rows[index]))
            return reading_refuse(in, at, "email", "is there twice");
    }
    import->members = rows;
    import->member_count = yyjson_arr_size(list);
    return OK;
}

// --- Restrictions

struct restriction_texts {
    str workspace_id;
    str resource;
    str id;
    yyjson_val *emails;
    yyjson_val *tokens;
};
static const char *const restricted_words[] = {
    [IMPORT_RESTRICTED_SOURCE] = "source",
    [IMPORT_RESTRICTED_DESTINATION] = "destination",
    [IMPORT_RESTRICTED_DATA] = "restrictedData",
    NULL,
};
#define AT(field) offsetof(struct restriction_texts, field)
static const struct field restriction_fields[] = {
    { .name = "workspaceId",
      .type = FIELD_STR,
      .is_required = true,
      .offset = AT(workspace_id),
      .max_len = IMPORT_ID_MAX_BYTES },
    { .name = "resource",
      .type = FIELD_CHOICE,
      .is_required = true,
      .offset = AT(resource),
      .choices = restricted_words },
    { .name = "id", .type = FIELD_STR, .offset = AT(id), .max_len = IMPORT_ID_MAX_BYTES },
    { .name = "allowed",
      .type = FIELD_LIST,
      .is_required = true,
      .offset = AT(emails),
      .max_len = NAMES_MAX },
    { .name = "allowedTokens", .type = FIELD_LIST, .offset = AT(tokens), .max_len = NAMES_MAX },
    { 0 },
};
#undef AT

static enum err read_restriction(const struct reading *in, yyjson_val *value, str at,
                                 struct import_restriction *ret_row)
{
    struct restriction_texts texts;
    enum err err = reading_decode(in, restriction_fields, value, at, &texts);
    if (err)
        return err;
    struct import_restriction row = { .workspace_id = texts.workspace_id, .id = texts.id };
    while (!str_eq(texts.resource, str_of(restricted_words[row.what])))
        row.what++;
    if ((row.what == IMPORT_RESTRICTED_DATA) != (row.id.len == 0))
        return reading_refuse(in, at, "id",
                              row.id.len ? "is not for restrictedData" : "is required");
    err = read_texts(in, texts.emails,
                     arena_printf(in->arena, "%" PRIstr ".allowed", STR_ARG(at)), &row.emails,
                     &row.email_count);
    if (!err)
        err = read_texts(in, texts.tokens,
                         arena_printf(in->arena, "%" PRIstr ".allowedTokens", STR_ARG(at)),
                         &row.tokens, &row.token_count);
    if (!err)
        *ret_row = row;
    return err;
}

static enum err read_restrictions(const struct reading *in, yyjson_val *list,
                                  struct import *import)
{
    size_t index, count;
    yyjson_val *value;
    struct import_restriction *rows =
        ARENA_ARRAY(in->arena, struct import_restriction, yyjson_arr_size(list));
    yyjson_arr_foreach(list, index, count, value)
    {
        enum err err = read_restriction(
            in, value, reading_entry(in, STR("restrictions"), index), &rows[index]);
        if (err)
            return err;
    }
    import->restrictions = rows;
    import->restriction_count = yyjson_arr_size(list);
    return OK;
}

// --- The whole

struct lists {
    yyjson_val *workspaces;
    yyjson_val *members;
    yyjson_val *restrictions;
    yyjson_val *tokens;
};
#define LIST(name_, field, most)                                                               \
    {                                                                                          \
        .name = name_, .type = FIELD_LIST, .offset = offsetof(struct lists, field),            \
        .max_len = most                                                                        \
    }
static const struct field list_fields[] = {
    LIST("workspaces", workspaces, IMPORT_WORKSPACES_MAX),
    LIST("members", members, IMPORT_MEMBERS_MAX),
    LIST("restrictions", restrictions, IMPORT_RESTRICTIONS_MAX),
    LIST("tokens", tokens, IMPORT_TOKENS_MAX),
    { 0 },
};

enum err import_read(yyjson_val *document, struct arena *arena, struct import *ret_import,
                     struct problem *ret_problem)
{
    struct reading in = { arena, ret_problem };
    struct import import = { 0 };
    struct lists lists;
    if (!yyjson_is_obj(document))
        return problem_set(ret_problem, ERR_INVALID, STR("document"), "must be an object");
    enum err err = reading_decode(&in, list_fields, document, STR(""), &lists);
    if (!err)
        err = read_workspaces(&in, lists.workspaces, &import);
    if (!err)
        err = read_members(&in, lists.members, &import);
    if (!err)
        err = read_restrictions(&in, lists.restrictions, &import);
    if (!err)
        err = reading_tokens(&in, lists.tokens, &import);
    if (!err && import.member_count == 0 && import.token_count == 0)
        err = problem_set(ret_problem, ERR_INVALID, STR("members"),
                          "or tokens must have an entry");
    if (!err)
        *ret_import = import;
    return err;
}

// --- Without values

static void write_token(yyjson_val *token, const struct import_token *row, struct json *json)
{
    char digest[DIGEST_TEXT_LEN + 1];
    size_t index, count;
    yyjson_val *key, *value;
    json_open_object(json);
    yyjson_obj_foreach(token, index, count, key, value)
    {
        bool is_written_below = yyjson_equals_str(key, "value") ||
                                yyjson_equals_str(key, "valueSha256") ||
                                yyjson_equals_str(key, "lastFour");
        if (is_written_below)
            continue;
        json_key(json, json_str(key));
        json_value_val(json, value);
    }
    hex_encode(row->digest, TOKEN_DIGEST_LEN, digest);
    json_put_str(json, "valueSha256", str_of(digest));
    json_put_str(json, "lastFour", row->last4);
    json_close_object(json);
}

void import_write_safe(yyjson_val *document, const struct import *import, struct json *json)
{
    size_t index, count;
    yyjson_val *key, *value;
    json_open_object(json);
    yyjson_obj_foreach(document, index, count, key, value)
    {
        json_key(json, json_str(key));
        if (!yyjson_equals_str(key, "tokens")) {
            json_value_val(json, value);
            continue;
        }
        json_open_array(json);
        for (size_t i = 0; i < import->token_count; i++)
            write_token(yyjson_arr_get(value, i), &import->tokens[i], json);
        json_close_array(json);
    }
    json_close_object(json);
}
