// SPDX-License-Identifier: Apache-2.0
// `pintle serve`: opens everything in order, runs until a signal, closes everything in reverse
// order.
#include <inttypes.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/command.h"
#include "app/control.h"
#include "app/listening.h"
#include "app/mailing.h"
#include "app/ops.h"
#include "app/platform.h"
#include "app/signals.h"
#include "app/web.h"
#include "base/log.h"
#include "base/mem.h"
#include "codec/limits.h"
#include "base/secret.h"
#include "delivery/delivery.h"
#include "http/egress.h"
#include "journal/cursors.h"
#include "version.h"

struct server {
    const struct settings *settings;
    struct platform platform;
    struct cursors *cursors;
    struct egress *egress;
    struct delivery *delivery;
    struct mail *mail; // NULL: none is sent
    struct api *api;
    struct ops *ops;
    struct event_hash_key hash_key;
    struct listening listening;
    struct web *webs[SOCKETS_MAX]; // listening.count of them
    struct loop *loop;             // signals, control socket, shutdown
    struct control *control;
    struct loop_signal *signals[3];
    struct timer delay; // drain_delay_ms, then shutdown_timeout_ms
    struct web_end {
        struct loop_post post;
        struct server *server;
    } ends[SOCKETS_MAX]; // each web's word that it has drained
    size_t drained_count;
    bool is_stopping;
};

// --- Opening

// Many connections need many descriptors; the soft limit is a default for programs that use
// select.
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static enum err check_event_limits(const struct settings *settings, struct problem *ret_problem)
{
    int64_t most = settings->event_limit_window_ms * LIMIT_PER_MS_MAX;
    bool is_source = settings->source_event_limit > most;
    if (is_source || settings->workspace_event_limit > most)
        return problem_set(ret_problem, ERR_INVALID,
                           is_source ? STR("source_event_limit") : STR("workspace_event_limit"),
                           "must be at most %d for each millisecond of the window",
                           LIMIT_PER_MS_MAX);
    return OK;
}

static struct delivery_settings delivery_settings_of(const struct settings *settings)
{
    struct delivery_settings result = delivery_settings_default;
    result.window_events = (size_t)settings->window_events;
    result.window_bytes = (size_t)settings->window_bytes;
    result.in_flight = (size_t)settings->requests_in_flight;
    result.request_timeout_ms = settings->request_timeout_ms;
    result.retry_first_ms = settings->retry_first_ms;
    result.retry_max_ms = settings->retry_max_ms;
    result.retry_window_ms = settings->retry_window_ms;
    return result;
}

static enum err open_delivery(struct server *server, struct problem *ret_problem)
{
    struct platform *platform = &server->platform;
    str dir = arena_printf(platform->arena, "%" PRIstr "/journal",
                           STR_ARG(datadir_path(platform->datadir)));
    enum err err = cursors_open(fs_real(), dir, datadir_id(platform->datadir), clock_system(),
                                observer_log(), &server->cursors, ret_problem);
    if (err)
        return err;
    server->delivery = delivery_start(&(struct delivery_parts){
        .journal = platform->journal,
        .cursors = server->cursors,
        .workspace = platform->workspace,
        .outcome = platform->outcome,
        .egress = server->egress,
        .clock = clock_system(),
        .rng = rng_system(),
        .observer = observer_log(),
        .settings = delivery_settings_of(server->settings),
    });
    return OK;
}

static bool delivery_state_for_api(void *ctx, str destination_id, struct arena *arena,
                                   struct api_delivery_state *ret_state)
{
    struct server *server = ctx;
    struct delivery_state state;
    if (!delivery_state(server->delivery, destination_id, arena, &state))
        return false;
    *ret_state = (struct api_delivery_state){
        .behind_records = state.behind_records,
        .in_flight = state.in_flight,
        .parked = state.parked,
        .is_circuit_open = state.is_circuit_open,
        .retry_at_wall_ms = state.retry_at_wall_ms,
        .last_error = state.last_error,
    };
    return true;
}

static enum err open_mail(struct server *server, struct problem *ret_problem)
{
    struct mail_settings settings;
    if (server->settings->smtp_url.len == 0)
        return OK;
    enum err err =
        mailing_settings(server->settings, server->platform.arena, &settings, ret_problem);
    return err ? err : mail_open(&settings, observer_log(), &server->mail, ret_problem);
}

static enum err open_api(struct server *server, struct problem *ret_problem)
{
    struct api_parts parts = platform_api_parts(&server->platform);
    parts.public_url = server->listening.public_url;
    parts.signs_audit_heads = true;
    parts.counts_usage = true;
    parts.audit_sink = server->settings->audit_sink;
    parts.audit_sink_ca_file = server->settings->audit_sink_ca_file;
    parts.egress = server->egress;
    enum err err =
        secret_file_read(server->settings->audit_sink_token_file, server->platform.arena,
                         &parts.audit_sink_token, ret_problem);
    if (!err)
        err = open_mail(server, ret_problem);
    if (err)
        return err;
    parts.mail = server->mail;
    parts.delivery_state = delivery_state_for_api;
    parts.delivery_ctx = server;
    err = api_new(&parts, &server->api, ret_problem);
    if (!err)
        err = control_open(server->api, server->loop, server->settings->data, &server->control,
                           ret_problem);
    if (!err)
        err = ops_new(&server->platform, server->cursors, &server->ops, ret_problem);
    return err;
}

static void on_web_drained(struct loop_post *post)
{
    struct server *server = CONTAINER_OF(post, struct web_end, post)->server;
    if (++server->drained_count == server->listening.count)
        loop_stop(server->loop);
}

static void tell_drained(void *ctx)
{
    struct web_end *end = ctx;
    loop_post(end->server->loop, &end->post);
}

static void start_webs(struct server *server)
{
    datadir_event_key(server->platform.datadir, &server->hash_key);
    for (size_t i = 0; i < server->listening.count; i++) {
        server->ends[i] = (struct web_end){ { .run = on_web_drained }, server };
        struct web_parts parts = {
            .platform = &server->platform,
            .api = server->api,
            .ops = server->ops,
            .hash_key = &server->hash_key,
            .thread_count = server->listening.count,
            .drained = tell_drained,
            .ctx = &server->ends[i],
        };
        server->webs[i] = web_start(&parts, &server->listening, i);
    }
}

static enum err open_server(struct server *server, struct problem *ret_problem)
{
    enum err err = listening_check(server->settings, ret_problem);
    if (!err)
        err = check_event_limits(server->settings, ret_problem);
    if (!err)
        err = setting_blame(
            egress_new(server->settings->egress_allow, &server->egress, ret_problem),
            "egress_allow", ret_problem);
    if (!err)
        err = platform_open(&server->platform, server->settings, true, ret_problem);
    if (!err)
        err = listening_open(&server->listening, server->settings, ret_problem);
    if (!err)
        err = open_delivery(server, ret_problem);
    if (!err)
        err = open_api(server, ret_problem);
    if (!err)
        start_webs(server);
    return err;
}

// --- Running and stopping

static void stop_waiting(struct timer *timer)
{
    struct server *server = CONTAINER_OF(timer, struct server, delay);
    log_event(LOG_WARN, "requests are still open, stopping without them");
    loop_stop(server->loop);
}

static void drain(struct timer *timer)
{
    struct server *server = CONTAINER_OF(timer, struct server, delay);
    for (size_t i = 0; i < server->listening.count; i++)
        web_drain(server->webs[i]);
    timer_init(&server->delay, server->loop, stop_waiting);
    timer_start(&server->delay, server->settings->shutdown_timeout_ms);
}

static void on_signal(void *ctx, int signal_number)
{
    struct server *server = ctx;
    if (server->is_stopping)
        _exit(EXIT_FAILED); // the second one: at once
    server->is_stopping = true;
    log_event(LOG_INFO, "stopping", LOG_INT("signal", signal_number));
    ops_set_draining(server->ops);
    timer_init(&server->delay, server->loop, drain);
    timer_start(&server->delay, server->settings->drain_delay_ms);
}

static void on_reload(void *ctx, int signal_number)
{
    struct server *server = ctx;
    (void)signal_number;
    listening_reload(&server->listening);
}

static void tell_where(struct server *server)
{
    char token[API_SETUP_TOKEN_LEN + 1];
    str where = listening_where(&server->listening);
    (void)printf("Pintle " PINTLE_VERSION ", listening on %" PRIstr "\n", STR_ARG(where));
    if (api_setup_token(server->api, token)) {
        (void)printf("Set it up in a browser (this link works once):\n"
                     "  %" PRIstr "/setup#token=%s\n",
                     STR_ARG(server->listening.public_url), token);
        secret_wipe(token, sizeof(token));
    }
    (void)fflush(stdout);
    clearerr(stdout); // it is a greeting: a server that nobody hears does its work all the same
    log_event(LOG_INFO, "started", LOG_CSTR("version", PINTLE_VERSION),
              LOG_STR("address", where), LOG_STR("data", server->settings->data));
}

static void run_until_signal(struct server *server)
{
    server->signals[0] = loop_signal(server->loop, SIGTERM, on_signal, server);
    server->signals[1] = loop_signal(server->loop, SIGINT, on_signal, server);
    server->signals[2] = loop_signal(server->loop, SIGHUP, on_reload, server);
    signals_take_reload(true);
    tell_where(server);
    if (signals_asked_to_stop())
        on_signal(server, signals_asked_to_stop());
    loop_run(server->loop);
    timer_stop(&server->delay);
    signals_take_reload(false);
    for (size_t i = 0; i < ARRAY_LEN(server->signals); i++)
        loop_unsignal(server->signals[i]);
}

// --- Closing, in the reverse order of opening

static void stop_webs(struct server *server)
{
    for (size_t i = 0; i < server->listening.count && server->webs[i]; i++)
        web_join(server->webs[i]);
}

static void close_delivery(struct server *server)
{
    if (server->delivery)
        delivery_stop(server->delivery, server->settings->shutdown_timeout_ms);
    egress_free(server->egress);
}

static void close_webs(struct server *server)
{
    for (size_t i = 0; i < server->listening.count; i++)
        web_free(server->webs[i]);
    listening_close(&server->listening);
}

static void close_server(struct server *server)
{
    stop_webs(server);
    control_close(server->control);
    api_free(server->api); // its threads ask delivery and journal
    mail_close(server->mail);
    close_delivery(server);
    close_webs(server);
    ops_free(server->ops); // tells of the cursors
    cursors_close(server->cursors);
    loop_free(server->loop);
    control_free(server->control);
    platform_close(&server->platform);
    mem_free(server);
}

// Requests that never ended still point into their webs: what is durable is made so, the rest
// goes with the process.
static NO_RETURN void leave_with_open_requests(struct server *server)
{
    stop_webs(server);
    api_free(server->api);
    mail_close(server->mail);
    close_delivery(server);
    cursors_close(server->cursors);
    _exit(EXIT_DONE);
}

static enum exit_code run(const struct invocation *invocation)
{
    struct problem problem;
    signals_begin();
    struct server *server = NEW(struct server); // freed by close_server
    server->settings = invocation->settings;
    server->loop = loop_new();
    raise_descriptor_limit();
    if (open_server(server, &problem) != OK) {
        (void)command_fail(&problem);
        close_server(server);
        return EXIT_FAILED;
    }
    run_until_signal(server);
    if (server->drained_count < server->listening.count)
        leave_with_open_requests(server);
    close_server(server);
    log_event(LOG_INFO, "stopped");
    return EXIT_DONE;
}

const struct command command_serve = {
    .name = "serve",
    .summary = "Run the server",
    .prose = "Stops cleanly on Ctrl-C or SIGTERM: requests that have begun are answered, "
             "deliveries\n"
             "get --shutdown-timeout-ms, and what is left goes on at the next start.",
    .takes_all_settings = true,
    .run = run,
};
