// SPDX-License-Identifier: Apache-2.0
// One open stream: events come from any thread into a short queue, the loop writes them out.
// A reader that is too slow loses the oldest ones and is told how many. About every 15 seconds
// a comment keeps proxies from closing the connection. The caller's right is asked again then,
// and after each change of the configuration.
//
// A stream is freed when it is closed, no post is on its way and no check is out.
#include "api/sse.h"

#include "api/auth.h"
#include "api/shown.h"
#include "base/list.h"
#include "base/mem.h"

enum {
    STREAMS_MAX = 64, // per loop
    QUEUE_MAX = 256,  // events that wait for a slow reader
    ALIVE_MS = 15000,
    CHECK_ARENA_MAX = 1 << 20,
};

struct waiting {
    struct list_node node;
    size_t len;
    char text[];
};

struct sse {
    struct list_node node; // of the front's streams
    struct front *front;
    struct http_stream *stream; // NULL: closed
    struct outcome_watch watch;
    struct timer timer;
    struct arena *arena;
    struct call asked; // who opened it, to be asked again
    bool is_stalled;   // until the socket has taken what was written
    bool is_ending;

    struct front_work check;
    struct call checked;
    bool is_checking;
    bool must_check_again;
    enum err check_err;

    pthread_mutex_t lock;
    struct list queue;
    size_t queued;
    uint64_t skipped;
    struct loop_post post;
    bool is_posted;
};

bool sse_has_room(const struct front *front)
{
    return front->stream_count < STREAMS_MAX;
}

static void free_if_done(struct sse *sse)
{
    pthread_mutex_lock(&sse->lock);
    bool is_posted = sse->is_posted;
    pthread_mutex_unlock(&sse->lock);
    if (sse->stream || sse->is_checking || is_posted)
        return;
    while (!list_is_empty(&sse->queue))
        mem_free(CONTAINER_OF(list_take_first(&sse->queue), struct waiting, node));
    sse->front->stream_count--;
    pthread_mutex_destroy(&sse->lock);
    struct arena *arena = sse->arena;
    mem_free(sse);
    arena_free(arena);
}

// --- Events in, on whatever thread has them

static void post_locked(struct sse *sse)
{
    if (sse->is_posted)
        return;
    sse->is_posted = true;
    loop_post(sse->front->loop, &sse->post);
}

static void on_event(struct outcome_watch *watch, str json)
{
    struct sse *sse = CONTAINER_OF(watch, struct sse, watch);
    struct waiting *waiting = mem_alloc(sizeof(*waiting) + json.len);
    waiting->node = (struct list_node){ 0 };
    waiting->len = json.len;
    // Valid JSON has line breaks between its tokens only, and there a blank does as well; in
    // an event stream one would end the line.
    for (size_t i = 0; i < json.len; i++)
        waiting->text[i] = json.data[i] == '\n' || json.data[i] == '\r' ? ' ' : json.data[i];
    pthread_mutex_lock(&sse->lock);
    if (sse->queued == QUEUE_MAX) {
        mem_free(CONTAINER_OF(list_take_first(&sse->queue), struct waiting, node));
        sse->queued--;
        sse->skipped++;
    }
    list_add_last(&sse->queue, &waiting->node);
    sse->queued++;
    post_locked(sse);
    pthread_mutex_unlock(&sse->lock);
}

// --- Events out, on the loop

static struct waiting *take(struct sse *sse, uint64_t *ret_skipped)
{
    pthread_mutex_lock(&sse->lock);
    struct list_node *node = list_take_first(&sse->queue);
    sse->queued -= node != NULL;
    *ret_skipped = node ? sse->skipped : 0;
    if (node)
        sse->skipped = 0;
    pthread_mutex_unlock(&sse->lock);
    return node ? CONTAINER_OF(node, struct waiting, node) : NULL;
}

// Asked when it is written: the user may have been suppressed since it was kept.
static bool is_shown(const struct sse *sse, str live)
{
    const struct snapshot *snapshot = workspace_view_get(sse->front->view);
    return !shown_hides_live(snapshot, str_of(sse->watch.id), live);
}

static void write_one(struct sse *sse, str live, uint64_t skipped)
{
    AUTO(buf_done) struct buf text = { 0 };
    if (skipped)
        buf_addf(&text, "event: skipped\ndata: {\"count\":%llu}\n\n",
                 (unsigned long long)skipped);
    if (is_shown(sse, live)) {
        buf_addf(&text, "event: live\ndata: ");
        buf_add_str(&text, live);
        buf_addf(&text, "\n\n");
    }
    if (text.len > 0)
        sse->is_stalled = !http_stream_write(sse->stream, buf_str(&text));
}

static void write_out(struct sse *sse)
{
    struct waiting *waiting;
    uint64_t skipped;
    while (sse->stream && !sse->is_stalled && !sse->is_ending &&
           (waiting = take(sse, &skipped))) {
        write_one(sse, str_make(waiting->text, waiting->len), skipped);
        mem_free(waiting);
    }
}

static void on_post(struct loop_post *post)
{
    struct sse *sse = CONTAINER_OF(post, struct sse, post);
    pthread_mutex_lock(&sse->lock);
    sse->is_posted = false;
    pthread_mutex_unlock(&sse->lock);
    write_out(sse);
    free_if_done(sse);
}

static void on_drain(struct http_stream *stream, void *ctx)
{
    (void)stream;
    struct sse *sse = ctx;
    sse->is_stalled = false;
    write_out(sse);
}

static void on_close(struct http_stream *stream, void *ctx)
{
    (void)stream;
    struct sse *sse = ctx;
    sse->stream = NULL;
    list_remove(&sse->node);
    timer_stop(&sse->timer);
    outcome_live_unwatch(sse->front->api->parts.outcome, &sse->watch);
    free_if_done(sse);
}

// --- Still alive, still allowed?

static void run_check(struct front_work *work)
{
    struct sse *sse = CONTAINER_OF(work, struct sse, check);
    AUTO(arena_free) struct arena *arena = arena_new(CHECK_ARENA_MAX);
    sse->checked = sse->asked;
    sse->checked.arena = arena;
    sse->check_err = auth_still_holds(&sse->checked);
    call_done(&sse->checked);
}

static bool is_no(enum err err)
{
    return err == ERR_UNAUTHORIZED || err == ERR_FORBIDDEN || err == ERR_NOT_FOUND;
}

static void start_check(struct sse *sse)
{
    sse->must_check_again = sse->is_checking;
    if (!sse->is_checking)
        sse->is_checking = front_submit(sse->front, &sse->check);
    if (!sse->is_checking) // too much to do: later
        timer_start(&sse->timer, ALIVE_MS);
}

static void finish_check(struct front_work *work)
{
    struct sse *sse = CONTAINER_OF(work, struct sse, check);
    sse->is_checking = false;
    if (!sse->stream || sse->front->is_closed) {
        free_if_done(sse);
    } else if (is_no(sse->check_err)) {
        timer_stop(&sse->timer);
        sse->is_ending = true;
        http_stream_end(sse->stream); // on_close follows
    } else if (sse->must_check_again) {
        start_check(sse);
    } else {
        timer_start(&sse->timer, ALIVE_MS);
    }
}

static void on_timer(struct timer *timer)
{
    struct sse *sse = CONTAINER_OF(timer, struct sse, timer);
    if (!sse->is_stalled)
        sse->is_stalled = !http_stream_write(sse->stream, STR(": still here\n\n"));
    start_check(sse);
}

void sse_recheck(struct front *front)
{
    LIST_EACH (&front->streams, node) {
        struct sse *sse = CONTAINER_OF(node, struct sse, node);
        if (!sse->is_ending)
            start_check(sse);
    }
}

// --- Opening

static void copy_asked(struct sse *sse, const struct call *call)
{
    struct arena *arena = sse->arena;
    call_init(&sse->asked, call->api, arena);
    struct call *asked = &sse->asked;
    asked->operation = call->operation;
    asked->caller = call->caller;
    asked->query = arena_dup(arena, call->query);
    if (call->workspace_id.data)
        asked->workspace_id = arena_dup(arena, call->workspace_id);
    memcpy(asked->digest, call->digest, sizeof(asked->digest));
}

void sse_open(struct front *front, struct http_request *request, const struct call *call)
{
    static const struct http_stream_ops ops = { .on_drain = on_drain, .on_close = on_close };
    struct sse *sse = NEW(struct sse);
    sse->front = front;
    sse->arena = arena_new(CHECK_ARENA_MAX);
    copy_asked(sse, call);
    pthread_mutex_init(&sse->lock, NULL);
    list_init(&sse->queue);
    sse->post.run = on_post;
    sse->check.run = run_check;
    sse->check.finish = finish_check;
    sse->watch.on_event = on_event;
    timer_init(&sse->timer, front->loop, on_timer);
    front->stream_count++;
    list_add_last(&front->streams, &sse->node);
    http_answer_header(request, STR("Cache-Control"), STR("no-store"));
    http_answer_header(request, STR("X-Accel-Buffering"), STR("no"));
    sse->stream = http_answer_stream(request, 200, STR("text/event-stream"), &ops, sse);
    // So that the browser knows at once that the stream is open.
    (void)http_stream_write(sse->stream, STR("retry: 2000\n\n"));
    outcome_live_watch(front->api->parts.outcome, call->watched_id, &sse->watch);
    timer_start(&sse->timer, ALIVE_MS);
}
