// SPDX-License-Identifier: Apache-2.0
// Where `serve` listens.
#include "app/listening.h"

#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "codec/timestamp.h"
#include "codec/url.h"
#include "http/listen.h"
#include "http/server.h"
#include "metrics/metrics.h"

enum { THREADS_DEFAULT_MAX = 4, EXPIRES_SOON_S = 14 * 24 * 3600 };

// --- Checks

static enum err check_tls(const struct settings *settings, struct problem *ret_problem)
{
    bool is_on = settings->listen_tls.len > 0;
    str files[] = { settings->tls_certificate_file, settings->tls_key_file };
    static const str names[] = { { .data = "tls_certificate_file", .len = 20 },
                                 { .data = "tls_key_file", .len = 12 } };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        if (is_on && files[i].len == 0)
            return problem_set(ret_problem, ERR_INVALID, names[i],
                               "is needed for listen_tls and is empty");
        if (!is_on && files[i].len > 0)
            return problem_set(ret_problem, ERR_INVALID, names[i],
                               "is for listen_tls, which is empty");
    }
    return http_tls_version_check(settings->tls_min_version, ret_problem);
}

static enum err check_address(str address, const char *setting, struct problem *ret_problem)
{
    return setting_blame(http_address_check(address, ret_problem), setting, ret_problem);
}

static enum err check_addresses(const struct settings *settings, struct problem *ret_problem)
{
    bool has_tls = settings->listen_tls.len > 0;
    enum err err = OK;
    if (has_tls)
        err = check_address(settings->listen_tls, "listen_tls", ret_problem);
    if (!err && (settings->listen.len > 0 || !has_tls))
        err = check_address(settings->listen, "listen", ret_problem);
    return err;
}

// Links in letters and the SDKs' addresses are made of it: others would find a slip first.
static enum err check_public_url(const struct settings *settings, struct problem *ret_problem)
{
    struct url url;
    struct problem problem;
    if (settings->public_url.len == 0)
        return OK;
    if (url_parse(settings->public_url, &url, &problem) != OK)
        return problem_set(ret_problem, ERR_INVALID, STR("public_url"),
                           "must be a URL, such as https://events.example.com: %s",
                           problem.text);
    if (url.query.data || url.fragment.data)
        return problem_set(ret_problem, ERR_INVALID, STR("public_url"),
                           "must have no ? and no #: paths are added to it");
    return OK;
}

enum err listening_check(const struct settings *settings, struct problem *ret_problem)
{
    enum err err =
        setting_blame(http_trusted_proxies_check(settings->trusted_proxies, ret_problem),
                      "trusted_proxies", ret_problem);
    if (!err)
        err = check_public_url(settings, ret_problem);
    if (!err)
        err = check_addresses(settings, ret_problem);
    if (!err)
        err = check_tls(settings, ret_problem);
    if (err)
        return err;
    if (settings->proxy_protocol && settings->trusted_proxies.len == 0)
        return problem_set(ret_problem, ERR_INVALID, STR("proxy_protocol"),
                           "is for connections of trusted_proxies, and there are none");
    if (settings->listen.len == 0 || http_address_is_loopback(settings->listen) ||
        settings->insecure_http || settings->trusted_proxies.len > 0)
        return OK;
    return problem_set(ret_problem, ERR_FORBIDDEN, STR("listen"),
                       "%" PRIstr " is reachable from other machines without TLS. Use "
                       "listen_tls for them, or put a proxy with TLS in front and name it in "
                       "trusted_proxies, or say --insecure-http",
                       STR_ARG(settings->listen));
}

// --- The certificate

// Of a certificate that is not of much use any more: clients refuse it, which the server does
// not notice.
static void tell_validity(struct listening *listening)
{
    struct http_tls_validity validity = http_tls_validity(listening->tls);
    int64_t now_s = clock_wall_ms(clock_system()) / 1000;
    char until[TIMESTAMP_LEN + 1];
    metric_set_at(METRIC_TLS_NOT_AFTER, 0, validity.not_after_s);
    timestamp_format(validity.not_after_s * 1000, until);
    const char *text = "certificate loaded";
    enum log_level level = LOG_WARN;
    if (validity.not_after_s < now_s)
        text = "the certificate has expired: clients will refuse it";
    else if (validity.not_before_s > now_s)
        text = "the certificate is not valid yet: clients will refuse it";
    else if (validity.not_after_s - now_s < EXPIRES_SOON_S)
        text = "the certificate expires soon";
    else
        level = LOG_INFO;
    log_event(level, text, LOG_STR("file", listening->settings->tls_certificate_file),
              LOG_CSTR("expires", until));
}

static enum err tls_open(struct listening *listening, struct problem *ret_problem)
{
    const struct settings *settings = listening->settings;
    if (settings->listen_tls.len == 0)
        return OK;
    struct http_tls_settings tls = {
        .certificate_file = settings->tls_certificate_file,
        .key_file = settings->tls_key_file,
        .min_version = settings->tls_min_version,
    };
    enum err err = http_tls_open(&tls, clock_system(), &listening->tls, ret_problem);
    if (!err)
        tell_validity(listening);
    return err;
}

void listening_reload(struct listening *listening)
{
    struct problem problem;
    if (!listening->tls) {
        log_event(LOG_INFO, "nothing to read again: listen_tls is empty");
        return;
    }
    if (http_tls_reload(listening->tls, &problem) == OK)
        tell_validity(listening);
    else
        log_event(LOG_ERROR, "the new certificate is not used, the old one stays",
                  LOG_CSTR("setting", problem.field), LOG_CSTR("reason", problem.text));
}

// --- Sockets

static size_t wanted_threads(const struct settings *settings)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = (size_t)settings->http_threads;
    if (wanted == 0)
        wanted = MIN((size_t)MAX(cores, 1), (size_t)THREADS_DEFAULT_MAX);
    return MIN(wanted, (size_t)SOCKETS_MAX);
}

static enum err listen_at(str address, size_t count, int *ret_fds, char ret_bound[64],
                          struct problem *ret_problem)
{
    int fds[SOCKETS_MAX];
    enum err err = http_listen(address, count, fds, ret_bound, ret_problem);
    for (size_t i = 0; i < count && !err; i++)
        ret_fds[i] = fds[i];
    return err;
}

static enum err open_sockets(struct listening *listening, struct problem *ret_problem)
{
    const struct settings *settings = listening->settings;
    enum err err = OK;
    size_t inherited = http_listen_inherited(SOCKETS_MAX, listening->fds);
    listening->count = inherited ? inherited : wanted_threads(settings);
    if (inherited) // systemd listens for us; `listen` says where
        (void)str_copy(settings->listen, listening->address, sizeof(listening->address));
    else if (settings->listen.len > 0)
        err = listen_at(settings->listen, listening->count, listening->fds, listening->address,
                        ret_problem);
    if (!err && settings->listen_tls.len > 0)
        err = listen_at(settings->listen_tls, listening->count, listening->tls_fds,
                        listening->tls_address, ret_problem);
    return err;
}

enum err listening_open(struct listening *listening, const struct settings *settings,
                        struct problem *ret_problem)
{
    *listening = (struct listening){ .settings = settings, .arena = arena_new(4096) };
    for (size_t i = 0; i < SOCKETS_MAX; i++)
        listening->fds[i] = listening->tls_fds[i] = -1;
    enum err err = tls_open(listening, ret_problem);
    if (!err)
        err = open_sockets(listening, ret_problem);
    if (err)
        return err;
    bool has_tls = listening->tls != NULL;
    listening->public_url = settings_public_url(settings);
    if (settings->public_url.len == 0)
        listening->public_url =
            arena_printf(listening->arena, "%s://%s", has_tls ? "https" : "http",
                         has_tls ? listening->tls_address : listening->address);
    return OK;
}

str listening_where(const struct listening *listening)
{
    bool has_both = listening->address[0] && listening->tls_address[0];
    return arena_printf(listening->arena, "%s%s%s%s%s", listening->address[0] ? "http://" : "",
                        listening->address, has_both ? " and " : "",
                        listening->tls_address[0] ? "https://" : "", listening->tls_address);
}

void listening_close(struct listening *listening)
{
    for (size_t i = 0; i < listening->count; i++) {
        if (listening->fds[i] >= 0)
            (void)close(listening->fds[i]);
        if (listening->tls_fds[i] >= 0)
            (void)close(listening->tls_fds[i]);
    }
    http_tls_close(listening->tls);
    arena_free(listening->arena);
}
