// SPDX-License-Identifier: Apache-2.0
// Requests of commands, and their answers.
#include "app/client.h"

#include "app/management.h"
#include "base/mem.h"
#include "codec/url.h"
#include "os/fs.h"

enum { ARENA_MAX_BYTES = 512 << 20, FILE_MAX_BYTES = 4 << 20, PAGE_SIZE = 200 };

struct client *client_new(const struct invocation *invocation)
{
    struct client *client = NEW(struct client);
    client->settings = invocation->settings;
    client->arena = arena_new(ARENA_MAX_BYTES);
    return client;
}

void client_free(struct client *client)
{
    if (!client)
        return;
    arena_free(client->arena);
    mem_free(client);
}

// --- What is sent

static str keep(struct client *client, struct buf *text)
{
    str kept = arena_dup(client->arena, buf_str(text));
    buf_done(text);
    return kept;
}

str client_path(struct client *client, const char *pattern, str first, str second)
{
    struct buf path = { 0 };
    str rest = str_of(pattern), next = first;
    for (size_t mark; (mark = str_find_str(rest, STR("{}"))) < rest.len;) {
        buf_add(&path, rest.data, mark);
        url_encode(next, &path);
        next = second;
        rest = str_sub(rest, mark + 2, rest.len);
    }
    buf_add(&path, rest.data, rest.len);
    return keep(client, &path);
}

str client_object(struct client *client, const struct client_member *members)
{
    struct buf text = { 0 };
    struct json json;
    json_init(&json, &text);
    json_open_object(&json);
    for (; members->name; members++) {
        if (!members->text.data)
            continue;
        if (members->is_json)
            json_put_raw(&json, members->name, members->text);
        else
            json_put_str(&json, members->name, members->text);
    }
    json_close_object(&json);
    return keep(client, &text);
}

str client_array(struct client *client, str text)
{
    struct buf array = { 0 };
    struct json json;
    str part;
    if (!text.data)
        return STR_NONE;
    json_init(&json, &array);
    json_open_array(&json);
    while (str_next(&text, ',', &part))
        if (str_trim(part).len > 0)
            json_value_str(&json, str_trim(part));
    json_close_array(&json);
    return keep(client, &array);
}

static enum err read_input(struct client *client, str *ret_text)
{
    struct buf text = { 0 };
    char part[4096];
    size_t got;
    while ((got = fread(part, 1, sizeof(part), stdin)) > 0 && text.len <= FILE_MAX_BYTES)
        buf_add(&text, part, got);
    enum err err = OK;
    if (ferror(stdin))
        err = problem_set(&client->problem, ERR_IO, STR("-"), "cannot be read");
    else if (text.len > FILE_MAX_BYTES)
        err = problem_set(&client->problem, ERR_TOO_BIG, STR("-"), "is too long");
    *ret_text = keep(client, &text);
    return err;
}

enum err client_read_text(struct client *client, str path, str *ret_text)
{
    if (str_eq(path, STR("-")))
        return read_input(client, ret_text);
    return fs_read_file(fs_real(), arena_cstr(client->arena, path), FILE_MAX_BYTES,
                        client->arena, ret_text, &client->problem);
}

enum err client_read_object(struct client *client, str path, str *ret_text)
{
    yyjson_doc *doc;
    str text;
    enum err err = client_read_text(client, path, &text);
    if (err)
        return err;
    if (json_read(text, 0, client->arena, &doc, &client->problem)) {
        const char *why = client->problem.text;
        return problem_set(&client->problem, ERR_INVALID, path, "%s",
                           arena_cstr(client->arena, str_of(why)));
    }
    if (!yyjson_is_obj(yyjson_doc_get_root(doc)))
        return problem_set(&client->problem, ERR_INVALID, path, "must hold a JSON object");
    *ret_text = text;
    return OK;
}

// --- What is answered

enum err client_call(struct client *client, const char *method, str path, str body,
                     yyjson_val **ret_root)
{
    const struct management_call call = { str_of(method), path, body };
    yyjson_doc *doc = NULL;
    str answer;
    enum err err =
        management_request(client->settings, &call, client->arena, &answer, &client->problem);
    if (!err && answer.len > 0)
        err = json_read(answer, 0, client->arena, &doc, &client->problem);
    if (!err && ret_root)
        *ret_root = doc ? yyjson_doc_get_root(doc) : NULL;
    return err;
}

void client_append(struct client *client, yyjson_val *array, struct client_list *list)
{
    size_t index, count, more = yyjson_arr_size(array);
    yyjson_val **rows = ARENA_ARRAY(client->arena, yyjson_val *, list->count + more);
    yyjson_val *row;
    if (list->count > 0)
        memcpy(rows, list->rows, list->count * sizeof(*rows));
    yyjson_arr_foreach(array, index, count, row) rows[list->count + index] = row;
    list->rows = rows;
    list->count += more;
}

enum err client_list(struct client *client, str path, const char *key,
                     struct client_list *ret_list)
{
    struct client_list list = { 0 };
    char mark = str_find(path, '?') < path.len ? '&' : '?';
    str next =
        arena_printf(client->arena, "%" PRIstr "%cpageSize=%d", STR_ARG(path), mark, PAGE_SIZE);
    while (next.len > 0) {
        yyjson_val *root;
        enum err err = client_call(client, "GET", next, STR_NONE, &root);
        if (err)
            return err;
        client_append(client, yyjson_obj_get(root, key), &list);
        next = json_get_str(yyjson_obj_get(root, "paging"), "next");
    }
    *ret_list = list;
    return OK;
}

// --- Names

const struct client_naming naming_members = { "member", "/v2/members", "members", "email" };
const struct client_naming naming_groups = { "group", "/v2/groups", "groups", "name" };
const struct client_naming naming_workspaces = { "workspace", "/v2/workspaces", "workspaces",
                                                 "name" };

enum err client_find(struct client *client, const struct client_naming *naming, str text,
                     str *ret_id)
{
    struct client_list list;
    enum err err = client_list(client, str_of(naming->path), naming->key, &list);
    for (size_t i = 0; i < list.count && !err; i++) {
        str id = json_get_str(list.rows[i], "id");
        if (!str_eq(id, text) && !str_eq_nocase(json_get_str(list.rows[i], naming->name), text))
            continue;
        *ret_id = id;
        return OK;
    }
    return err ? err
               : problem_set(&client->problem, ERR_NOT_FOUND, text, "there is no such %s",
                             naming->what);
}
