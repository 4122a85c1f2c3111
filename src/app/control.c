// SPDX-License-Identifier: Apache-2.0
// The control socket.
#include "app/control.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/datadir.h"
#include "base/mem.h"
#include "http/router.h"
#include "http/server.h"
#include "os/fs.h"

enum { BACKLOG = 64 };

struct control {
    struct sockaddr_un address;
    struct api *api;
    struct loop *loop;
    struct http_router *router;
    struct http_server *server;
};

static enum err listen_at(struct sockaddr_un *address, int *ret_fd, struct problem *ret_problem)
{
    struct fs *fs = fs_real();
    str path = str_of(address->sun_path);
    (void)fs->ops->remove(fs, address->sun_path); // absent is fine; bind tells the rest
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return problem_set(ret_problem, ERR_IO, path, "no socket: %s", strerror(errno));
    mode_t before = umask(0177); // 0600 from the first moment
    int failed = bind(fd, (const struct sockaddr *)address, sizeof(*address));
    (void)umask(before);
    if (!failed)
        failed = listen(fd, BACKLOG);
    if (failed) {
        (void)problem_set(ret_problem, ERR_IO, path, "cannot listen: %s", strerror(errno));
        close(fd);
        return ERR_IO;
    }
    *ret_fd = fd;
    return OK;
}

enum err control_open(struct api *api, struct loop *loop, str dir, struct control **ret_control,
                      struct problem *ret_problem)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = -1;
    if (!datadir_control_path(dir, address.sun_path, sizeof(address.sun_path)))
        return problem_set(ret_problem, ERR_INVALID, STR("data"),
                           "the path is too long for the control socket (at most %zu bytes)",
                           sizeof(address.sun_path) - sizeof("/control.sock"));
    enum err err = listen_at(&address, &fd, ret_problem);
    if (err)
        return err;
    struct control *control = NEW(struct control);
    *control = (struct control){ .address = address, .api = api, .loop = loop };
    struct http_family family = api_local_family(api, loop);
    control->router = http_router_new(&family, 1, 0);
    control->server = http_server_new(loop, fd, control->router, &http_server_limits_default);
    *ret_control = control;
    return OK;
}

void control_close(struct control *control)
{
    if (!control)
        return;
    struct fs *fs = fs_real();
    http_server_close(control->server);
    api_family_close(control->api, control->loop);
    (void)fs->ops->remove(fs, control->address.sun_path); // the next start replaces it anyway
}

void control_free(struct control *control)
{
    if (!control)
        return;
    http_router_free(control->router);
    mem_free(control);
}
