// SPDX-License-Identifier: Apache-2.0
// Reading configuration documents: YAML or JSON, then the references {env: NAME}, {file: PATH}
// and {literal: VALUE}.
#include "app/configuration.h"

#include "base/secret.h"
#include "codec/yaml_text.h"
#include "os/fs.h"

enum { SECRET_MAX_BYTES = 64 << 10 };

void configuration_file_init(struct configuration_file *file)
{
    *file = (struct configuration_file){ .lines = map_new() };
}

void configuration_file_done(struct configuration_file *file)
{
    if (file->text.len > 0)
        secret_wipe((char *)file->text.data, file->text.len);
    map_free(file->lines);
}

str configuration_file_place(struct client *client, const struct configuration_file *file,
                             str place)
{
    // The server may name more than the file has: the line is that of what is around it.
    for (size_t len = place.len; len > 0; len--) {
        bool is_end = len == place.len || place.data[len] == '.' || place.data[len] == '[';
        void *line = is_end ? map_get(file->lines, str_sub(place, 0, len)) : NULL;
        if (line)
            return arena_printf(client->arena, "%" PRIstr ", line %zu: %" PRIstr,
                                STR_ARG(file->path), (size_t)(uintptr_t)line, STR_ARG(place));
    }
    return arena_printf(client->arena, "%" PRIstr ": %" PRIstr, STR_ARG(file->path),
                        STR_ARG(place));
}

// --- References

struct resolving {
    struct client *client;
    const struct configuration_file *file;
    yyjson_mut_doc *doc;
};

static enum err refuse(struct resolving *resolving, str place, const char *what, str name)
{
    str at = configuration_file_place(resolving->client, resolving->file, place);
    return problem_set(&resolving->client->problem, ERR_INVALID, at, "%s %" PRIstr, what,
                       STR_ARG(name));
}

static enum err take_env(struct resolving *resolving, str place, str name, str *ret_value)
{
    const char *value = getenv(arena_cstr(resolving->client->arena, name));
    if (!value)
        return refuse(resolving, place, "there is no environment variable", name);
    *ret_value = str_of(value);
    return OK;
}

// Without the line's end that editors put there.
static enum err take_file(struct resolving *resolving, str place, str path, str *ret_value)
{
    struct client *client = resolving->client;
    str value;
    enum err err = fs_read_file(fs_real(), arena_cstr(client->arena, path), SECRET_MAX_BYTES,
                                client->arena, &value, &client->problem);
    if (err)
        return refuse(resolving, place, "this file cannot be read:", path);
    if (str_ends(value, STR("\n")))
        value.len--;
    *ret_value = value;
    return OK;
}

static enum err resolve(struct resolving *resolving, str place, yyjson_mut_val *value);

// What is in the container, one by one.
static enum err resolve_within(struct resolving *resolving, str place, yyjson_mut_val *value)
{
    struct arena *arena = resolving->client->arena;
    size_t index, count;
    yyjson_mut_val *key, *item;
    enum err err = OK;
    if (yyjson_mut_is_arr(value)) {
        yyjson_mut_arr_foreach(value, index, count, item)
        {
            if (!err)
                err = resolve(resolving,
                              arena_printf(arena, "%" PRIstr "[%zu]", STR_ARG(place), index),
                              item);
        }
    } else if (yyjson_mut_is_obj(value)) {
        yyjson_mut_obj_foreach(value, index, count, key, item)
        {
            str name = json_mut_str(key);
            str inner = place.len ? arena_printf(arena, "%" PRIstr ".%" PRIstr, STR_ARG(place),
                                                 STR_ARG(name))
                                  : name;
            if (!err)
                err = resolve(resolving, inner, item);
        }
    }
    return err;
}

static enum err resolve(struct resolving *resolving, str place, yyjson_mut_val *value)
{
    bool is_single = yyjson_mut_is_obj(value) && yyjson_mut_obj_size(value) == 1;
    yyjson_mut_val *literal = is_single ? yyjson_mut_obj_get(value, "literal") : NULL;
    str env = is_single ? json_mut_str(yyjson_mut_obj_get(value, "env")) : STR_NONE;
    str path = is_single ? json_mut_str(yyjson_mut_obj_get(value, "file")) : STR_NONE;
    str found = STR_NONE;
    if (literal) {
        yyjson_mut_val *next = value->next;
        *value = *literal; // what it holds stays where it is
        value->next = next;
        return OK;
    }
    if (!env.data && !path.data)
        return resolve_within(resolving, place, value);
    enum err err = env.data ? take_env(resolving, place, env, &found)
                            : take_file(resolving, place, path, &found);
    if (!err)
        (void)yyjson_mut_set_strn(value, found.data, found.len);
    return err;
}

// --- The file

static enum err read_json(struct client *client, struct configuration_file *file, str text,
                          yyjson_val **ret_root)
{
    AUTO(buf_done) struct buf json = { 0 };
    struct problem problem = { .field = "" };
    yyjson_doc *doc;
    bool is_json = str_starts(str_trim(text), STR("{"));
    enum err err = OK;
    if (!is_json)
        err = yaml_read(text, client->arena, &json, file->lines, &problem);
    if (!err)
        err = json_read(is_json ? text : arena_dup(client->arena, buf_str(&json)), 64,
                        client->arena, &doc, &problem);
    if (err)
        return problem_set(&client->problem, err, file->path, "%s", problem.text);
    *ret_root = yyjson_doc_get_root(doc);
    if (!yyjson_is_obj(*ret_root))
        return problem_set(&client->problem, ERR_INVALID, file->path,
                           "must be a mapping with sources, destinations, connections");
    return OK;
}

static void keep_skipped(struct client *client, yyjson_mut_val *skipped,
                         struct configuration_file *file)
{
    yyjson_alc alc = json_alc(client->arena);
    yyjson_doc *doc = yyjson_mut_val_imut_copy(skipped, &alc);
    client_append(client, yyjson_doc_get_root(doc), &file->skipped);
}

enum err configuration_file_read(struct client *client, str path,
                                 struct configuration_file *file)
{
    yyjson_alc alc = json_alc(client->arena);
    yyjson_val *root = NULL;
    str text;
    file->path = path;
    enum err err = client_read_text(client, path, &text);
    if (!err)
        err = read_json(client, file, text, &root);
    if (err)
        return err;
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *skipped = yyjson_mut_arr(doc), *document;
    if (configuration_is_foreign(root)) {
        document = configuration_from_foreign(doc, root, skipped);
    } else {
        struct resolving resolving = { client, file, doc };
        document = yyjson_val_mut_copy(doc, root);
        err = resolve(&resolving, STR_NONE, document);
    }
    if (err)
        return err;
    size_t len;
    const char *written = yyjson_mut_val_write_opts(document, 0, &alc, &len, NULL);
    file->text = str_make(written, len);
    keep_skipped(client, skipped, file);
    return OK;
}
