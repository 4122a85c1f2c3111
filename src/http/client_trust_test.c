// SPDX-License-Identifier: Apache-2.0
// Which servers the client believes over TLS, and that it does not read for each connection who
// vouches for them.
#include "http/client.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "http/testing.h"
#include "http/tls_testing.h"

static void answer(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_answer_header(request, STR("Connection"), STR("close"));
    http_answer(request, 200, STR("text/plain"), STR("hello"));
}

static void on_fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, STR_NONE, STR_NONE);
}

static const struct http_route routes[] = { { "GET", "/", 0, NULL, answer, NULL }, { 0 } };
static const char *const prefixes[] = { "/", NULL };
static const struct http_family family = {
    .routes = routes,
    .prefixes = prefixes,
    .fail = on_fail,
};

// A server over TLS, and who asks it.
struct scene {
    struct tls_files files;
    struct http_tls *tls;
    struct rig rig;
    struct loop *loop;
    struct egress *egress;
    struct http_client *client;
    enum http_outcome outcome;
    char detail[256];
};

// authority: the file that SSL_CERT_FILE names; NULL: it is not set.
static void ask_as(struct scene *scene, const char *authority)
{
    int failed = authority ? setenv("SSL_CERT_FILE", authority, 1) : unsetenv("SSL_CERT_FILE");
    assert_int_equal(failed, 0);
    scene->loop = loop_new();
    assert_int_equal(egress_new(STR("127.0.0.0/8"), &scene->egress, NULL), OK);
    scene->client = http_client_new(scene->loop, scene->egress, &http_client_limits_default);
}

static void stop_asking(struct scene *scene)
{
    http_client_close(TAKE(scene->client));
    loop_free(TAKE(scene->loop));
    egress_free(TAKE(scene->egress));
}

static int set_up(void **state)
{
    static struct scene scene;
    struct problem problem;
    scene = (struct scene){ 0 };
    tls_files_make(&scene.files, -60, 3600);
    assert_int_equal(http_tls_open(&scene.files.settings, clock_system(), &scene.tls, &problem),
                     OK);
    rig_start(&scene.rig, &family, 1, &http_server_limits_default);
    rig_listen_tls(&scene.rig, scene.tls);
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    if (scene->client)
        stop_asking(scene);
    rig_stop(&scene->rig);
    http_tls_close(scene->tls);
    tls_files_remove(&scene->files);
    return unsetenv("SSL_CERT_FILE");
}

static void on_done(void *ctx, const struct http_client_response *response)
{
    struct scene *scene = ctx;
    scene->outcome = response->outcome;
    (void)str_copy(response->detail, scene->detail, sizeof(scene->detail));
    loop_stop(scene->loop);
}

static enum http_outcome ask(struct scene *scene, const char *host)
{
    char url[64];
    (void)snprintf(url, sizeof(url), "https://%s:%u/", host, (unsigned)scene->rig.port);
    (void)http_client_send(scene->client,
                           &(struct http_client_request){ .method = STR("GET"),
                                                          .url = str_of(url),
                                                          .timeout_ms = PATIENCE_MS },
                           on_done, scene);
    loop_run(scene->loop);
    return scene->outcome;
}

static void a_server_that_nobody_vouches_for_is_refused(void **state)
{
    struct scene *scene = *state;
    ask_as(scene, NULL);
    assert_int_equal(ask(scene, "localhost"), HTTP_CONNECT_FAILED);
    assert_non_null(strstr(scene->detail, "certificate"));
    stop_asking(scene);
    ask_as(scene, "/nowhere/ca.pem");
    assert_int_equal(ask(scene, "localhost"), HTTP_CONNECT_FAILED);
}

static void whom_the_environment_names_is_believed(void **state)
{
    struct scene *scene = *state;
    ask_as(scene, scene->files.certificate);
    assert_int_equal(ask(scene, "localhost"), HTTP_ANSWERED);
}

static void a_certificate_of_another_host_is_refused(void **state)
{
    struct scene *scene = *state;
    ask_as(scene, scene->files.certificate);
    assert_int_equal(ask(scene, "127.0.0.1"), HTTP_CONNECT_FAILED);
    assert_int_equal(ask(scene, "localhost"), HTTP_ANSWERED);
}

// Each request has a connection of its own, and a client of its own, too.
static void who_vouches_is_read_once_for_all_clients(void **state)
{
    struct scene *scene = *state;
    ask_as(scene, scene->files.certificate);
    assert_int_equal(ask(scene, "localhost"), HTTP_ANSWERED);
    assert_int_equal(unlink(scene->files.certificate), 0);
    assert_int_equal(ask(scene, "localhost"), HTTP_ANSWERED);
    http_client_close(TAKE(scene->client));
    scene->client = http_client_new(scene->loop, scene->egress, &http_client_limits_default);
    assert_int_equal(ask(scene, "localhost"), HTTP_ANSWERED);
}

#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCENE(a_server_that_nobody_vouches_for_is_refused),
        IN_SCENE(whom_the_environment_names_is_believed),
        IN_SCENE(a_certificate_of_another_host_is_refused),
        IN_SCENE(who_vouches_is_read_once_for_all_clients),
    };
    (void)signal(SIGPIPE, SIG_IGN); // as serve does: who refuses a certificate hangs up
    return cmocka_run_group_tests_name("http client trust", tests, NULL, NULL);
}
