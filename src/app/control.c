// SPDX-License-Identifier: Apache-2.0
// The control socket.
#include "app/control.h"

#include <sys/un.h>

#include "app/datadir.h"
#include "base/mem.h"
#include "http/listen.h"
#include "http/router.h"
#include "http/server.h"
#include "os/fs.h"

struct control {
    char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
    struct api *api;
    struct loop *loop;
    struct http_router *router;
    struct http_server *server;
};

enum err control_open(struct api *api, struct loop *loop, str dir, struct control **ret_control,
                      struct problem *ret_problem)
{
    struct control *control = NEW(struct control);
    int fd = -1;
    enum err err = OK;
    if (!datadir_control_path(dir, control->path, sizeof(control->path)))
        err = problem_set(ret_problem, ERR_INVALID, STR("data"),
                          "the path is too long for the control socket (at most %zu bytes)",
                          sizeof(control->path) - sizeof("/control.sock"));
    if (!err)
        err = http_listen_unix(str_of(control->path), &fd, ret_problem);
    if (err) {
        mem_free(control);
        return err;
    }
    control->api = api;
    control->loop = loop;
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
    (void)fs->ops->remove(fs, control->path); // the next start replaces it anyway
}

void control_free(struct control *control)
{
    if (!control)
        return;
    http_router_free(control->router);
    mem_free(control);
}
