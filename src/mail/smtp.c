// SPDX-License-Identifier: Apache-2.0
// One letter to the mail server, through libcurl.
#include <curl/curl.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/rand.h"
#include "codec/base62.h"
#include "mail/message.h"

enum {
    CONNECT_TIMEOUT_MS = 10 * 1000,
    TIMEOUT_MS = 30 * 1000,
    ARENA_MAX = 64 * 1024,
    ID_LEN = 22,
};

// --- Settings

// A host and a port, nothing else: a name and a password have their own file.
static bool is_place(str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool is_good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || (c && strchr(".-:[]_", c));
        if (!is_good)
            return false;
    }
    return text.len > 0 && text.len <= 300;
}

enum err mail_settings_check(const struct mail_settings *settings, struct problem *ret_problem)
{
    str url = settings->url;
    str rest = STR_NONE;
    if (str_starts(url, STR("smtp://")))
        rest = str_sub(url, strlen("smtp://"), url.len);
    if (str_starts(url, STR("smtps://")))
        rest = str_sub(url, strlen("smtps://"), url.len);
    if (!is_place(rest))
        return problem_set(ret_problem, ERR_INVALID, STR("smtp_url"),
                           "must be smtp://HOST:PORT or smtps://HOST:PORT; name and password "
                           "belong into smtp_credentials_file");
    if (!message_address_is_valid(settings->from))
        return problem_set(ret_problem, ERR_INVALID, STR("smtp_from"),
                           "must be the e-mail address that letters come from");
    str credentials = secret_reveal(settings->credentials);
    if (credentials.len > 0 && str_find(credentials, ':') == credentials.len)
        return problem_set(ret_problem, ERR_INVALID, STR("smtp_credentials_file"),
                           "must hold one line, USER:PASSWORD");
    return OK;
}

// --- Sending

struct upload {
    struct buf message;
    size_t done;
};

static size_t give(char *dest, size_t size, size_t count, void *ctx)
{
    struct upload *upload = ctx;
    size_t len = MIN(size * count, upload->message.len - upload->done);
    memcpy(dest, upload->message.data + upload->done, len);
    upload->done += len;
    return len;
}

static void set_security(CURL *curl, const struct mail_settings *settings, struct arena *arena)
{
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(curl, CURLOPT_USE_SSL,
                           (long)(settings->is_insecure ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    if (settings->ca_file.len > 0)
        (void)curl_easy_setopt(curl, CURLOPT_CAINFO, arena_cstr(arena, settings->ca_file));
    str credentials = secret_reveal(settings->credentials);
    size_t colon = str_find(credentials, ':');
    if (credentials.len == 0)
        return;
    (void)curl_easy_setopt(curl, CURLOPT_USERNAME,
                           arena_cstr(arena, str_sub(credentials, 0, colon)));
    (void)curl_easy_setopt(curl, CURLOPT_PASSWORD,
                           arena_cstr(arena, str_sub(credentials, colon + 1, SIZE_MAX)));
}

// libcurl asks at least once a second.
static int ask_whether_to_end(void *ctx, curl_off_t down_all, curl_off_t down,
                              curl_off_t up_all, curl_off_t up)
{
    const atomic_bool *is_ending = ctx;
    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    return atomic_load(is_ending);
}

static void set_end(CURL *curl, const atomic_bool *is_ending)
{
    if (!is_ending)
        return;
    (void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_whether_to_end);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, is_ending);
}

static void set_options(CURL *curl, const struct mail_settings *settings, struct upload *upload,
                        struct arena *arena)
{
    (void)curl_easy_setopt(curl, CURLOPT_URL, arena_cstr(arena, settings->url));
    (void)curl_easy_setopt(curl, CURLOPT_MAIL_FROM,
                           arena_printf(arena, "<%" PRIstr ">", STR_ARG(settings->from)).data);
    (void)curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    (void)curl_easy_setopt(curl, CURLOPT_READDATA, upload);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    set_security(curl, settings, arena);
}

static void compose(const struct mail_settings *settings, const struct mail_letter *letter,
                    struct buf *message)
{
    char id[ID_LEN];
    for (size_t i = 0; i < ID_LEN; i++)
        id[i] = base62_alphabet[rng_below(rng_system(), 62)];
    const struct message_marks marks = {
        .from = settings->from,
        .id = str_make(id, ID_LEN),
        .wall_ms = clock_wall_ms(clock_system()),
    };
    message_write(letter, &marks, message);
}

// 5xx is the server's last word, a wrong certificate or password ours to mend: neither passes
// by itself, but a name or a password may be mended while the letter waits.
static enum err judge(CURL *curl, CURLcode code, const char *words, struct problem *problem)
{
    long status = 0;
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK)
        return OK;
    bool is_refused = status >= 500 && status < 600 && code != CURLE_LOGIN_DENIED;
    return problem_set(problem, is_refused ? ERR_FORBIDDEN : ERR_IO, STR("smtp_url"), "%s",
                       words[0] ? words : curl_easy_strerror(code));
}

enum err smtp_send(const struct mail_settings *settings, const struct mail_letter *letter,
                   const atomic_bool *is_ending, struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    struct upload upload = { 0 };
    char words[CURL_ERROR_SIZE] = "";
    enum err err = message_check(letter, ret_problem);
    if (err)
        return err;
    compose(settings, letter, &upload.message);
    CURL *curl = curl_easy_init();
    assert(curl);
    set_options(curl, settings, &upload, arena);
    set_end(curl, is_ending);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
    struct curl_slist *to =
        curl_slist_append(NULL, arena_printf(arena, "<%" PRIstr ">", STR_ARG(letter->to)).data);
    (void)curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    err = judge(curl, curl_easy_perform(curl), words, ret_problem);
    curl_slist_free_all(to);
    curl_easy_cleanup(curl);
    buf_done(&upload.message);
    return err;
}

enum err mail_send(const struct mail_settings *settings, const struct mail_letter *letter,
                   struct problem *ret_problem)
{
    return smtp_send(settings, letter, NULL, ret_problem);
}
