// SPDX-License-Identifier: Apache-2.0
// Management requests of commands: in this process, or through the server's control socket.
#include "app/management.h"

#include <curl/curl.h>
#include <sys/un.h>

#include "api/api.h"
#include "app/datadir.h"
#include "app/platform.h"
#include "codec/json.h"

enum { ANSWER_MAX_BYTES = 64 << 20, CALL_TIMEOUT_MS = 60000 };

static enum err perform_here(struct platform *platform, const struct management_call *call,
                             struct arena *arena, int *ret_status, str *ret_body,
                             struct problem *ret_problem)
{
    AUTO(api_free) struct api *api = NULL;
    struct api_parts parts = platform_api_parts(platform);
    enum err err = api_new(&parts, &api, ret_problem);
    if (err)
        return err;
    // The status says what became of the request; the return value is the same in one word.
    (void)(api_perform_local(api, call->method, call->path, call->body, arena, ret_status,
                             ret_body) == OK);
    return OK;
}

static size_t keep_answer(char *data, size_t size, size_t count, void *ctx)
{
    struct buf *answer = ctx;
    if (size * count > ANSWER_MAX_BYTES - answer->len)
        return 0;
    buf_add(answer, data, size * count);
    return size * count;
}

static void set_options(CURL *curl, const char *socket_path, const struct management_call *call,
                        struct arena *arena, struct buf *answer)
{
    str url = arena_printf(arena, "http://localhost%" PRIstr, STR_ARG(call->path));
    (void)curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket_path);
    (void)curl_easy_setopt(curl, CURLOPT_URL, url.data);
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, arena_cstr(arena, call->method));
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)CALL_TIMEOUT_MS);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_answer);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    if (call->body.len) {
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)call->body.len);
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.data);
    }
}

static enum err perform_there(const struct settings *settings,
                              const struct management_call *call, struct arena *arena,
                              int *ret_status, str *ret_body, struct problem *ret_problem)
{
    char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
    AUTO(buf_done) struct buf answer = { 0 };
    long status = 0;
    if (!datadir_control_path(settings->data, path, sizeof(path)))
        return problem_set(ret_problem, ERR_INVALID, settings->data,
                           "the path is too long for a control socket");
    CURL *curl = curl_easy_init();
    assert(curl);
    set_options(curl, path, call, arena, &answer);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(curl);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (code != CURLE_OK)
        return problem_set(ret_problem, ERR_LOCKED, settings->data,
                           "is in use by another process, which does not answer at %s: %s",
                           path, curl_easy_strerror(code));
    *ret_status = (int)status;
    *ret_body = arena_dup(arena, buf_str(&answer));
    return OK;
}

enum err management_perform(const struct settings *settings, const struct management_call *call,
                            struct arena *arena, int *ret_status, str *ret_body,
                            struct problem *ret_problem)
{
    struct platform platform;
    enum err err = platform_open(&platform, settings, call->may_create, ret_problem);
    if (!err)
        err = perform_here(&platform, call, arena, ret_status, ret_body, ret_problem);
    bool is_served = err == ERR_LOCKED && !platform.datadir;
    platform_close(&platform);
    if (is_served)
        return perform_there(settings, call, arena, ret_status, ret_body, ret_problem);
    return err;
}

static enum err refusal(int status, str body, struct arena *arena, struct problem *ret_problem)
{
    yyjson_doc *doc;
    str message = STR_NONE;
    if (json_read(body, 0, arena, &doc, NULL) == OK)
        message = json_get_str(yyjson_doc_get_root(doc), "message");
    (void)problem_set(ret_problem, ERR_INVALID, STR(""), "%" PRIstr " (status %d)",
                      STR_ARG(message.len ? message : STR("the request was refused")), status);
    yyjson_val *details =
        message.data ? yyjson_obj_get(yyjson_doc_get_root(doc), "details") : NULL;
    size_t index, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach(details, index, count, key, value)
    { // the first one names the field
        (void)problem_set(ret_problem, ERR_INVALID, json_str(key), "%" PRIstr,
                          STR_ARG(json_str(value)));
        break;
    }
    return ERR_INVALID;
}

enum err management_request(const struct settings *settings, const struct management_call *call,
                            struct arena *arena, str *ret_body, struct problem *ret_problem)
{
    int status;
    enum err err = management_perform(settings, call, arena, &status, ret_body, ret_problem);
    if (err)
        return err;
    return status / 100 == 2 ? OK : refusal(status, *ret_body, arena, ret_problem);
}
