// SPDX-License-Identifier: Apache-2.0
// Reading the tokens of an import.
#include "access/import_inner.h"

#include "base/map.h"
#include "codec/base62.h"
#include "codec/hex.h"

enum { LAST_SHOWN = 4 };
// Of a token whose value is not known.
#define UNKNOWN_LAST STR("????")

struct token_texts {
    str name;
    str owner;
    str level;
    str workspace_id;
    str scope;
    str role;
    bool edits_transformations;
    yyjson_val *policy;
    struct secret value;
    str digest;
    str last4;
};
static const char *const level_words[] = { "workspace", "organization", NULL };
static const char *const scope_words[] = { "read-only", "read-write", "admin", NULL };
static const char *const service_roles[] = { "admin", "editor", "viewer", NULL };
#define AT(field) offsetof(struct token_texts, field)
static const struct field token_fields[] = {
    { .name = "name",
      .type = FIELD_STR,
      .is_required = true,
      .offset = AT(name),
      .max_len = IMPORT_NAME_MAX_BYTES },
    { .name = "owner",
      .type = FIELD_STR,
      .offset = AT(owner),
      .max_len = IMPORT_EMAIL_MAX_BYTES },
    { .name = "level", .type = FIELD_CHOICE, .offset = AT(level), .choices = level_words },
    { .name = "workspaceId",
      .type = FIELD_STR,
      .offset = AT(workspace_id),
      .max_len = IMPORT_ID_MAX_BYTES },
    { .name = "scope", .type = FIELD_CHOICE, .offset = AT(scope), .choices = scope_words },
    { .name = "role", .type = FIELD_CHOICE, .offset = AT(role), .choices = service_roles },
    { .name = "transformationEdit", .type = FIELD_BOOL, .offset = AT(edits_transformations) },
    { .name = "policy", .type = FIELD_JSON, .offset = AT(policy) },
    { .name = "value", .type = FIELD_SECRET, .offset = AT(value) },
    { .name = "valueSha256", .type = FIELD_STR, .offset = AT(digest) },
    { .name = "lastFour", .type = FIELD_STR, .offset = AT(last4) },
    { 0 },
};
#undef AT

static enum err read_value(const struct reading *in, const struct token_texts *texts, str at,
                           struct import_token *token)
{
    str value = secret_reveal(texts->value);
    if ((value.len > 0) == (texts->digest.len > 0))
        return reading_refuse(in, at, "value", "or valueSha256 is required, and not both");
    if (value.len > 0 && !token_is_imported_form(value))
        return reading_refuse(in, at, "value", "must be 27 characters of 0-9, A-Z and a-z");
    if (value.len > 0)
        token_digest(value, token->digest);
    else if (!hex_decode(texts->digest, token->digest, TOKEN_DIGEST_LEN))
        return reading_refuse(in, at, "valueSha256", "must be 64 hexadecimal digits");
    bool is_last4 = texts->last4.len == LAST_SHOWN && base62_is_valid(texts->last4);
    if (texts->last4.len > 0 && !is_last4 && !str_eq(texts->last4, UNKNOWN_LAST))
        return reading_refuse(in, at, "lastFour", "must be 4 characters of 0-9, A-Z and a-z");
    token->last4 = texts->last4.len > 0 ? texts->last4 : UNKNOWN_LAST;
    if (value.len > 0)
        token->last4 = arena_dup(in->arena, str_sub(value, value.len - LAST_SHOWN, value.len));
    return OK;
}

static enum err read_personal(const struct reading *in, const struct token_texts *texts, str at,
                              struct import_token *token)
{
    bool is_legacy = str_eq(texts->scope, STR("admin"));
    if (texts->level.len > 0)
        return reading_refuse(in, at, "level",
                              "is for Service Access Tokens, which have no owner");
    if (texts->role.len > 0 || texts->policy)
        return reading_refuse(in, at, texts->policy ? "policy" : "role",
                              "is for Service Access Tokens, which have no owner");
    if (texts->scope.len == 0)
        return reading_refuse(in, at, "scope", "is required");
    token->kind = is_legacy ? PRINCIPAL_LEGACY_ADMIN_TOKEN : PRINCIPAL_PERSONAL_TOKEN;
    token->scope = str_eq(texts->scope, STR("read-only")) ? SCOPE_READ_ONLY : SCOPE_READ_WRITE;
    return OK;
}

static enum legacy_role service_role(str word)
{
    if (str_eq(word, STR("admin")))
        return LEGACY_CONNECTIONS_ADMIN;
    return str_eq(word, STR("editor")) ? LEGACY_CONNECTIONS_EDITOR : LEGACY_CONNECTIONS_VIEWER;
}

// Nothing is taken for granted here, so that no token gains what it did not have.
static enum err read_of_workspace(const struct reading *in, const struct token_texts *texts,
                                  yyjson_val *object, str at, struct import_token *token)
{
    bool says_edit = yyjson_is_bool(yyjson_obj_get(object, "transformationEdit"));
    if ((texts->role.len > 0) == (texts->policy != NULL))
        return reading_refuse(in, at, "role", "or policy is required, and not both");
    if (texts->policy && says_edit)
        return reading_refuse(in, at, "transformationEdit", "is part of the policy");
    if (texts->role.len > 0 && !says_edit)
        return reading_refuse(in, at, "transformationEdit", "is required beside role");
    token->policy = texts->policy;
    if (!texts->policy)
        token->rights =
            (struct legacy_rights){ service_role(texts->role), texts->edits_transformations };
    return OK;
}

static enum err read_service(const struct reading *in, const struct token_texts *texts,
                             yyjson_val *object, str at, struct import_token *token)
{
    if (texts->level.len == 0)
        return reading_refuse(in, at, "owner",
                              "is required, or level for a Service Access Token");
    if (texts->scope.len > 0)
        return reading_refuse(in, at, "scope",
                              "is for Personal Access Tokens, which have an owner");
    token->scope = SCOPE_READ_WRITE;
    if (str_eq(texts->level, STR("workspace"))) {
        token->kind = PRINCIPAL_WORKSPACE_SERVICE;
        return read_of_workspace(in, texts, object, at, token);
    }
    token->kind = PRINCIPAL_ORGANIZATION_SERVICE;
    if (texts->workspace_id.len > 0)
        return reading_refuse(in, at, "workspaceId", "is not for tokens of the organization");
    if (texts->role.len > 0 || texts->policy)
        return reading_refuse(in, at, texts->policy ? "policy" : "role",
                              "is not for tokens of the organization");
    return OK;
}

static enum err read_token(const struct reading *in, yyjson_val *value, str at,
                           struct import_token *ret_token)
{
    struct token_texts texts;
    enum err err = reading_decode(in, token_fields, value, at, &texts);
    if (err)
        return err;
    err = reading_check_name(in, at, "name", texts.name);
    if (err)
        return err;
    struct import_token token = { .name = texts.name,
                                  .owner = texts.owner,
                                  .workspace_id = texts.workspace_id };
    err = texts.owner.len > 0 ? read_personal(in, &texts, at, &token)
                              : read_service(in, &texts, value, at, &token);
    if (!err && token.kind != PRINCIPAL_ORGANIZATION_SERVICE && token.workspace_id.len == 0)
        err = reading_refuse(in, at, "workspaceId", "is required");
    if (!err)
        err = read_value(in, &texts, at, &token);
    if (!err)
        *ret_token = token;
    return err;
}

enum err reading_tokens(const struct reading *in, yyjson_val *list, struct import *import)
{
    AUTO(map_free) struct map *known = map_new();
    size_t index, count;
    yyjson_val *value;
    struct import_token *rows =
        ARENA_ARRAY(in->arena, struct import_token, yyjson_arr_size(list));
    yyjson_arr_foreach(list, index, count, value)
    {
        str at = reading_entry(in, STR("tokens"), index);
        enum err err = read_token(in, value, at, &rows[index]);
        if (err)
            return err;
        str digest = str_make((const char *)rows[index].digest, TOKEN_DIGEST_LEN);
        if (map_put(known, digest, &rows[index]))
            return reading_refuse(in, at, "value", "is there twice");
    }
    import->tokens = rows;
    import->token_count = yyjson_arr_size(list);
    return OK;
}
