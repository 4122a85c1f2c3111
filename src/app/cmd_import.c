// SPDX-License-Identifier: Apache-2.0
// `pintle import access`: members, roles and tokens that come from RudderStack.
#include "app/command.h"
#include "app/import_review.h"
#include "app/management.h"
#include "codec/json.h"
#include "os/fs.h"

enum { FILE_MAX_BYTES = 4 << 20, ARENA_MAX_BYTES = 256 << 20, DEPTH_MAX = 64 };
#define PATH "/v2/access-import"

static const struct command_option options[] = {
    { "mode", "MODE",
      "members: who comes over sees, and does what the baseline gives; "
      "members-with-policies (the default): his roles become policies",
      false },
    { "dry-run", NULL, "Compare only; nothing is staged", false },
    { "deploy", NULL, "Deploy FILE, or what is staged, at once; this cannot be undone", false },
    { "reset", NULL, "Throw away what is staged", false },
    { "example", NULL, "Print a file that can be read", false },
    { 0 },
};

static bool has(const struct invocation *invocation, const char *option)
{
    return invocation_option(invocation, option).data != NULL;
}

static enum err ask(const struct invocation *invocation, const char *method, const char *path,
                    str body, struct arena *arena, yyjson_val **ret_answer,
                    struct problem *problem)
{
    struct management_call call = { str_of(method), str_of(path), body };
    str answer;
    yyjson_doc *doc;
    enum err err = management_request(invocation->settings, &call, arena, &answer, problem);
    if (err || answer.len == 0)
        return err;
    err = json_read(answer, 0, arena, &doc, problem);
    if (!err)
        *ret_answer = yyjson_doc_get_root(doc);
    return err;
}

// --- The file

static bool holds_values(yyjson_val *document)
{
    yyjson_val *tokens = yyjson_obj_get(document, "tokens"), *token;
    size_t index, count;
    yyjson_arr_foreach(tokens, index, count, token)
    {
        if (yyjson_obj_get(token, "value"))
            return true;
    }
    return false;
}

static enum err read_document(const struct invocation *invocation, struct arena *arena,
                              str *ret_text, struct problem *problem)
{
    const char *path = arena_cstr(arena, invocation->operand);
    yyjson_doc *doc;
    bool is_exposed;
    enum err err = fs_is_exposed(path, S_IRGRP | S_IROTH, &is_exposed, problem);
    if (!err)
        err = fs_read_file(fs_real(), path, FILE_MAX_BYTES, arena, ret_text, problem);
    if (!err)
        err = json_read(*ret_text, DEPTH_MAX, arena, &doc, problem);
    if (err)
        return err;
    if (!yyjson_is_obj(yyjson_doc_get_root(doc)))
        return problem_set(problem, ERR_INVALID, invocation->operand, "must be a JSON object");
    if (is_exposed && holds_values(yyjson_doc_get_root(doc)))
        return problem_set(problem, ERR_FORBIDDEN, invocation->operand,
                           "holds values of tokens and can be read by others: chmod 600, or "
                           "give valueSha256 instead");
    return OK;
}

static enum err stage(const struct invocation *invocation, struct arena *arena,
                      yyjson_val **ret_review, struct problem *problem)
{
    AUTO(buf_done) struct buf body = { 0 };
    struct json json;
    str document, mode = invocation_option(invocation, "mode");
    enum err err = read_document(invocation, arena, &document, problem);
    if (err)
        return err;
    json_init(&json, &body);
    json_open_object(&json);
    json_put_str(&json, "mode", mode.data ? mode : STR("members-with-policies"));
    json_put_bool(&json, "dryRun", has(invocation, "dry-run"));
    json_put_raw(&json, "document", document);
    json_close_object(&json);
    return ask(invocation, "PUT", PATH, buf_str(&body), arena, ret_review, problem);
}

// --- What is asked for

static enum err deploy(const struct invocation *invocation, yyjson_val *review,
                       struct arena *arena, struct problem *problem)
{
    AUTO(buf_done) struct buf body = { 0 };
    struct json json;
    yyjson_val *deployed = NULL;
    json_init(&json, &body);
    json_open_object(&json);
    json_put_str(&json, "id", json_get_str(review, "id"));
    json_close_object(&json);
    enum err err =
        ask(invocation, "POST", PATH "/deploy", buf_str(&body), arena, &deployed, problem);
    if (!err)
        import_deployed_print(deployed);
    return err;
}

static enum err import(const struct invocation *invocation, struct arena *arena,
                       struct problem *problem)
{
    bool is_file = invocation->operand.data != NULL;
    yyjson_val *review = NULL;
    enum err err = is_file ? stage(invocation, arena, &review, problem)
                           : ask(invocation, "GET", PATH, STR_NONE, arena, &review, problem);
    if (err)
        return err;
    review = yyjson_obj_get(review, "import");
    if (!yyjson_is_obj(review))
        return problem_set(problem, ERR_NOT_FOUND, STR(""), "nothing is staged");
    import_review_print(review);
    if (has(invocation, "dry-run"))
        return OK;
    if (has(invocation, "deploy"))
        return deploy(invocation, review, arena, problem);
    (void)printf(
        "Nothing holds yet. `pintle import access --deploy` deploys it, which cannot be "
        "undone;\n`pintle import access --reset` throws it away.\n");
    return OK;
}

static enum exit_code run(const struct invocation *invocation)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX_BYTES);
    struct problem problem;
    yyjson_val *answer = NULL;
    bool deploys = has(invocation, "deploy");
    if (has(invocation, "example")) {
        (void)fputs(import_example, stdout);
        return EXIT_DONE;
    }
    if (deploys && has(invocation, "dry-run"))
        return command_misuse(invocation, "deploy", "is not for --dry-run");
    enum err err = has(invocation, "reset")
                       ? ask(invocation, "DELETE", PATH, STR_NONE, arena, &answer, &problem)
                       : import(invocation, arena, &problem);
    return err ? command_fail(&problem) : EXIT_DONE;
}

const struct command command_import_access = {
    .name = "import access",
    .summary = "Bring members, roles and tokens from RudderStack",
    .prose =
        "Stages FILE for review and prints what it would do: per member before and after, per\n"
        "token what stops. Without FILE it prints what is staged. docs/migration.md tells how\n"
        "the file is made, --example prints one.\n\n"
        "Tokens keep their values. Give the value, in a file that nobody else can read, or "
        "its\n"
        "digest: printf %s \"$TOKEN\" | sha256sum",
    .options = options,
    .operand = "FILE",
    .run = run,
};
