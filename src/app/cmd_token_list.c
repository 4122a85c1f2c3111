// SPDX-License-Identifier: Apache-2.0
// `pintle token list` and `pintle token revoke`: for operators, also with the server stopped.
#include "app/command.h"
#include "app/management.h"
#include "codec/json.h"
#include "codec/url.h"

enum { ANSWER_ARENA_MAX = 128 << 20 };

static const struct command_option list_options[] = {
    { "email", "ADDRESS", "Only the tokens of this person", false },
    { 0 },
};

static void print_token(yyjson_val *token)
{
    static const char *const columns[] = { "id",         "kind",   "owner",    "workspaceName",
                                           "scope",      "prefix", "lastFour", "createdAt",
                                           "lastUsedAt", "name",   NULL };
    for (size_t i = 0; columns[i]; i++) {
        str text = json_get_str(token, columns[i]);
        (void)printf("%s%" PRIstr, i ? "\t" : "", STR_ARG(text.data ? text : STR("-")));
    }
    (void)putchar('\n');
}

static enum exit_code run_list(const struct invocation *invocation)
{
    struct problem problem;
    str answer;
    yyjson_doc *doc;
    AUTO(arena_free) struct arena *arena = arena_new(ANSWER_ARENA_MAX);
    str email = invocation_option(invocation, "email");
    str path = STR("/local/access-tokens");
    AUTO(buf_done) struct buf filtered = { 0 };
    if (email.data) {
        buf_addf(&filtered, "%" PRIstr "?email=", STR_ARG(path));
        url_encode(email, &filtered);
        path = buf_str(&filtered);
    }
    struct management_call call = { STR("GET"), path, STR_NONE };
    enum err err = management_request(invocation->settings, &call, arena, &answer, &problem);
    if (!err)
        err = json_read(answer, 0, arena, &doc, &problem);
    if (err)
        return command_fail(&problem);
    yyjson_val *tokens = yyjson_obj_get(yyjson_doc_get_root(doc), "tokens"), *token;
    size_t index, count;
    yyjson_arr_foreach(tokens, index, count, token) print_token(token);
    return EXIT_DONE;
}

const struct command command_token_list = {
    .name = "token list",
    .summary = "List access tokens, without their values",
    .prose =
        "One line each, with tabs between: id, kind, owner, workspace, scope, prefix, last\n"
        "four characters, made at, last used at, name.",
    .options = list_options,
    .run = run_list,
};

// --- Revoking

static const struct command_option revoke_options[] = {
    { "id", "ID", "The token to revoke, as `pintle token list` shows it", false },
    { "all", NULL, "Revoke every token, or every one of --email", false },
    { "email", "ADDRESS", "Only tokens of this person", false },
    { 0 },
};

static void write_wish(const struct invocation *invocation, struct json *json)
{
    str id = invocation_option(invocation, "id"),
        email = invocation_option(invocation, "email");
    json_open_object(json);
    if (id.data)
        json_put_str(json, "id", id);
    if (email.data)
        json_put_str(json, "email", email);
    if (invocation_option(invocation, "all").data)
        json_put_bool(json, "all", true);
    json_close_object(json);
}

static enum exit_code run_revoke(const struct invocation *invocation)
{
    struct problem problem;
    struct json json;
    str answer;
    yyjson_doc *doc;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    AUTO(buf_done) struct buf body = { 0 };
    json_init(&json, &body);
    write_wish(invocation, &json);
    struct management_call call = { STR("POST"), STR("/local/access-tokens/revoke"),
                                    buf_str(&body) };
    enum err err = management_request(invocation->settings, &call, arena, &answer, &problem);
    if (!err)
        err = json_read(answer, 0, arena, &doc, &problem);
    if (err)
        return command_fail(&problem);
    yyjson_val *revoked = yyjson_obj_get(yyjson_doc_get_root(doc), "revoked");
    (void)printf("%lld\n", (long long)yyjson_get_sint(revoked));
    return EXIT_DONE;
}

const struct command command_token_revoke = {
    .name = "token revoke",
    .summary = "Revoke one access token, or all; prints how many",
    .prose = "When it returns, the tokens open nothing any more, on a running server too. They "
             "stay\n"
             "revoked when an older backup is restored.",
    .options = revoke_options,
    .run = run_revoke,
};
