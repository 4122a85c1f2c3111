// SPDX-License-Identifier: Apache-2.0
// The ceilings of the gateway benchmark: the same server loops read the body and answer a
// constant, at once or, with a file, when the raw body is on disk: everything that waits is
// written and synced together, round and round over blocks that were written before. What a
// real gateway loses against the first is its own work; against the second, all but durability.
#include <inttypes.h>
#include <pthread.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/listen.h"
#include "http/router.h"
#include "http/server.h"
#include "loop/loop.h"
#include "os/fs.h"

enum { THREADS_MAX = 16, BLOCK_BYTES = 512 };
static const uint64_t file_bytes = 256u << 20;

// A request that waits for the disk.
struct waiting {
    struct loop_post post;
    struct waiting *next;
    struct http_request *request;
    struct loop *loop;
};

// Bytes that wait, and who waits for them.
struct queue {
    struct buf bytes;
    struct waiting *first;
    struct waiting **last;
};

static struct disk {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct queue queue;
    struct fs_file *file; // NULL: nothing is stored
} disk = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

static void must(bool is_good, const char *what)
{
    if (is_good)
        return;
    (void)fprintf(stderr, "ceiling: %s failed\n", what);
    exit(1);
}

// --- Answers

static void answer_ok(struct http_request *request)
{
    http_answer(request, 200, STR("text/plain; charset=utf-8"), STR("ok"));
}

static void answer_failure(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, STR("text/plain; charset=utf-8"), STR("no\n"));
}

static void on_durable(struct loop_post *post)
{
    struct waiting *waiting = CONTAINER_OF(post, struct waiting, post);
    answer_ok(waiting->request);
    mem_free(waiting);
}

static void handle(struct http_request *request, void *ctx)
{
    if (!disk.file) {
        answer_ok(request);
        return;
    }
    struct waiting *waiting = NEW(struct waiting);
    waiting->post.run = on_durable;
    waiting->request = request;
    waiting->loop = ctx;
    pthread_mutex_lock(&disk.lock);
    bool was_empty = !disk.queue.first;
    buf_add_str(&disk.queue.bytes, request->body);
    *disk.queue.last = waiting;
    disk.queue.last = &waiting->next;
    pthread_mutex_unlock(&disk.lock);
    if (was_empty)
        pthread_cond_signal(&disk.wake);
}

// --- The log thread

static void store(struct queue *batch, uint64_t *offset)
{
    size_t rest = batch->bytes.len % BLOCK_BYTES;
    if (rest)
        (void)memset(buf_reserve(&batch->bytes, BLOCK_BYTES), 0, BLOCK_BYTES - rest);
    batch->bytes.len += rest ? BLOCK_BYTES - rest : 0;
    if (*offset + batch->bytes.len > file_bytes)
        *offset = 0;
    struct iovec part = { .iov_base = batch->bytes.data, .iov_len = batch->bytes.len };
    must(disk.file->ops->pwritev(disk.file, &part, 1, *offset) == (ssize_t)part.iov_len,
         "write");
    must(disk.file->ops->datasync(disk.file) == 0, "sync");
    *offset += batch->bytes.len;
    for (struct waiting *waiting = batch->first, *next; waiting; waiting = next) {
        next = waiting->next;
        loop_post(waiting->loop, &waiting->post);
    }
    buf_clear(&batch->bytes);
}

static void *store_all(void *arg)
{
    struct queue batch = { 0 };
    uint64_t offset = 0;
    for (;;) {
        pthread_mutex_lock(&disk.lock);
        while (!disk.queue.first)
            pthread_cond_wait(&disk.wake, &disk.lock);
        struct buf empty = batch.bytes; // its memory is used again
        batch = disk.queue;
        disk.queue = (struct queue){ .bytes = empty, .last = &disk.queue.first };
        pthread_mutex_unlock(&disk.lock);
        store(&batch, &offset);
    }
    return arg;
}

static void disk_open(const char *path)
{
    // By pages: what is written in one piece may be kept, and written again, in one piece.
    static char zeros[4096];
    struct fs *fs = fs_real();
    struct iovec part = { .iov_base = zeros, .iov_len = sizeof(zeros) };
    must(fs->ops->open(fs, path, FS_WRITE, &disk.file) == 0, "opening the file");
    for (uint64_t offset = 0; offset < file_bytes; offset += sizeof(zeros))
        must(disk.file->ops->pwritev(disk.file, &part, 1, offset) > 0, "filling the file");
    must(disk.file->ops->datasync(disk.file) == 0, "sync");
    disk.queue.last = &disk.queue.first;
    pthread_t thread;
    must(pthread_create(&thread, NULL, store_all, NULL) == 0, "making a thread");
}

// --- The server

static const struct http_route routes[] = {
    { .method = "POST", .pattern = "/v1/*", .body_limit_bytes = 4096000, .handle = handle },
    { 0 },
};

static void *serve(void *arg)
{
    int fd = *(int *)arg;
    const char *const prefixes[] = { "/", NULL };
    struct loop *loop = loop_new();
    const struct http_family family = {
        .routes = routes,
        .prefixes = prefixes,
        .fail = answer_failure,
        .ctx = loop,
    };
    struct http_router *router = http_router_new(&family, 1, 0);
    (void)http_server_new(loop, fd, router, &http_server_limits_default);
    loop_run(loop); // until the process is ended
    return NULL;
}

int main(int argc, char **argv)
{
    int fds[THREADS_MAX];
    pthread_t threads[THREADS_MAX];
    char bound[64];
    uint64_t count;
    struct problem problem;
    if (argc < 3 || argc > 4 || !str_to_u64(str_of(argv[2]), &count) || count < 1 ||
        count > THREADS_MAX) {
        (void)fprintf(stderr, "usage: ceiling ADDRESS:PORT THREADS [FILE]\n");
        return 2;
    }
    if (argc == 4)
        disk_open(argv[3]);
    if (http_listen(str_of(argv[1]), count, fds, bound, &problem) != OK) {
        (void)fprintf(stderr, "ceiling: %s: %s\n", problem.field, problem.text);
        return 1;
    }
    (void)printf("listening on http://%s\n", bound);
    (void)fflush(stdout);
    for (size_t i = 0; i < count; i++)
        pthread_create(&threads[i], NULL, serve, &fds[i]);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
