// SPDX-License-Identifier: Apache-2.0
// Listening sockets.
#include "http/listen.h"

#include "base/test.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void several_sockets_share_a_free_port(void **state)
{
    (void)state;
    int fds[3];
    char bound[64];
    assert_int_equal(http_listen(STR("127.0.0.1:0"), 3, fds, bound, NULL), OK);
    assert_true(str_starts(str_of(bound), STR("127.0.0.1:")));
    assert_false(str_ends(str_of(bound), STR(":0")));
    for (size_t i = 0; i < 3; i++) {
        int is_listening = 0;
        socklen_t len = sizeof(is_listening);
        assert_int_equal(getsockopt(fds[i], SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &len), 0);
        assert_int_equal(is_listening, 1);
        assert_true(fcntl(fds[i], F_GETFL) & O_NONBLOCK);
        assert_true(fcntl(fds[i], F_GETFD) & FD_CLOEXEC);
    }
    // A second process would bind with SO_REUSEPORT without a word; we say so.
    struct problem problem;
    int more[1];
    char again[64];
    assert_int_equal(http_listen(str_of(bound), 1, more, again, &problem), ERR_CONFLICT);
    assert_non_null(strstr(problem.text, bound));
    assert_non_null(strstr(problem.text, "in use"));
    for (size_t i = 0; i < 3; i++)
        close(fds[i]);
    assert_int_equal(http_listen(str_of(bound), 1, more, again, &problem), OK);
    assert_string_equal(again, bound);
    close(more[0]);
}

static void ipv6_is_printed_with_brackets(void **state)
{
    (void)state;
    int fd;
    char bound[64];
    struct problem problem;
    enum err err = http_listen(STR("[::1]:0"), 1, &fd, bound, &problem);
    if (err == ERR_INVALID || err == ERR_IO) { // a machine without IPv6 is told so
        assert_non_null(strstr(problem.text, "[::1]:0"));
        return;
    }
    assert_int_equal(err, OK);
    assert_true(str_starts(str_of(bound), STR("[::1]:")));
    close(fd);
}

static void nonsense_is_refused_by_name(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",         "8080",           ":8080", "127.0.0.1",   "127.0.0.1:", "127.0.0.1:99999",
        "::1:8080", "127.0.0.1:http", "[::1]", "127.0.0.1:-1"
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int fd;
        char bound[64];
        struct problem problem;
        assert_int_equal(http_listen(str_of(bad[i]), 1, &fd, bound, &problem), ERR_INVALID);
        assert_non_null(strstr(problem.text, bad[i]));
    }
}

static void an_address_of_another_machine_is_refused(void **state)
{
    (void)state;
    int fd;
    char bound[64];
    struct problem problem;
    assert_int_equal(http_listen(STR("203.0.113.1:0"), 1, &fd, bound, &problem), ERR_INVALID);
    assert_non_null(strstr(problem.text, "203.0.113.1:0"));
}

static void loopback_is_told_apart(void **state)
{
    (void)state;
    assert_true(http_address_is_loopback(STR("127.0.0.1:8080")));
    assert_true(http_address_is_loopback(STR("127.8.8.8:1")));
    assert_true(http_address_is_loopback(STR("[::1]:8080")));
    assert_true(http_address_is_loopback(STR("localhost:8080")));
    assert_false(http_address_is_loopback(STR("0.0.0.0:8080")));
    assert_false(http_address_is_loopback(STR("[::]:8080")));
    assert_false(http_address_is_loopback(STR("10.0.0.1:8080")));
    assert_false(http_address_is_loopback(STR("nonsense")));
}

static void a_unix_socket_is_for_its_owner_only(void **state)
{
    (void)state;
    char dir[] = "/tmp/http_test_XXXXXX";
    char path[64];
    struct stat found;
    int fd;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof(path), "%s/sock", dir);
    assert_int_equal(http_listen_unix(str_of(path), &fd, NULL), OK);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    close(fd);
    unlink(path);
    // A file that is no socket is not ours to replace.
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    assert_true(file >= 0);
    close(file);
    struct problem problem;
    assert_int_equal(http_listen_unix(str_of(path), &fd, &problem), ERR_CONFLICT);
    assert_int_equal(stat(path, &found), 0);
    unlink(path);
    rmdir(dir);
    char longer[300];
    memset(longer, 'a', sizeof(longer));
    assert_int_equal(http_listen_unix(str_make(longer, sizeof(longer)), &fd, &problem),
                     ERR_INVALID);
}

static void nothing_is_inherited_without_being_offered(void **state)
{
    (void)state;
    int fds[2];
    char pid[16];
    (void)unsetenv("LISTEN_FDS");
    assert_int_equal(http_listen_inherited(2, fds), 0);
    (void)setenv("LISTEN_FDS", "1", 1);
    (void)setenv("LISTEN_PID", "1", 1); // somebody else's
    assert_int_equal(http_listen_inherited(2, fds), 0);
    (void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
    (void)setenv("LISTEN_PID", pid, 1);
    (void)setenv("LISTEN_FDS", "nonsense", 1);
    assert_int_equal(http_listen_inherited(2, fds), 0);
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_PID");
}

static void an_offered_socket_is_inherited(void **state)
{
    (void)state;
    int listening, fds[2];
    char bound[64], pid[16];
    assert_int_equal(http_listen(STR("127.0.0.1:0"), 1, &listening, bound, NULL), OK);
    int kept = dup(3); // the place is fixed: descriptors from 3 on
    assert_int_equal(dup2(listening, 3), 3);
    (void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
    (void)setenv("LISTEN_PID", pid, 1);
    (void)setenv("LISTEN_FDS", "1", 1);
    assert_int_equal(http_listen_inherited(0, fds), 0);
    assert_int_equal(http_listen_inherited(2, fds), 1);
    assert_int_equal(fds[0], 3);
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_PID");
    close(3);
    if (listening != 3)
        close(listening);
    if (kept >= 0) {
        assert_int_equal(dup2(kept, 3), 3);
        close(kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_sockets_share_a_free_port),
        cmocka_unit_test(ipv6_is_printed_with_brackets),
        cmocka_unit_test(nonsense_is_refused_by_name),
        cmocka_unit_test(an_address_of_another_machine_is_refused),
        cmocka_unit_test(loopback_is_told_apart),
        cmocka_unit_test(a_unix_socket_is_for_its_owner_only),
        cmocka_unit_test(nothing_is_inherited_without_being_offered),
        cmocka_unit_test(an_offered_socket_is_inherited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
