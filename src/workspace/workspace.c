// SPDX-License-Identifier: Apache-2.0
// Publishing: one publisher at a time builds what changed and swaps a pointer; threads look
// through views that notice the swap by one number.
#include "workspace/inside.h"

#include "base/mem.h"

// A token that is not understood opens nothing, though it may have been known before.
static void apply(struct workspace *workspace, const uint8_t *digest,
                  const struct token_binding *binding, str id)
{
    token_table_put(workspace->tokens, digest, binding);
    if (!binding)
        observe(workspace->observer, LOG_ERROR,
                "a token is left out: its row is not understood", LOG_STR("token_id", id));
}

static void apply_personal(void *ctx, const void *token)
{
    struct workspace *workspace = ctx;
    const struct personal_token_row *row = token;
    struct token_binding binding;
    if (row->revoked_ms > 0)
        token_table_put(workspace->tokens, row->digest, NULL);
    else
        apply(workspace, row->digest, binding_of_personal(row, &binding) ? &binding : NULL,
              row->id);
}

static void apply_service(void *ctx, const void *token)
{
    struct workspace *workspace = ctx;
    const struct service_token_row *row = token;
    struct token_binding binding;
    if (row->revoked_ms > 0)
        token_table_put(workspace->tokens, row->digest, NULL);
    else
        apply(workspace, row->digest, binding_of_service(row, &binding) ? &binding : NULL,
              row->id);
}

// Tokens that changed since the published revision go into the table, which is read by
// everybody all the time. Applying a row twice does no harm.
static enum err publish_tokens(struct workspace *workspace, struct store_tx *tx,
                               struct problem *problem)
{
    int64_t after = workspace->revision;
    const struct token_visitor personal = { apply_personal, workspace };
    const struct token_visitor service = { apply_service, workspace };
    enum err err = store_personal_token_each_changed(tx, after, &personal, problem);
    return err ? err : store_service_token_each_changed(tx, after, &service, problem);
}

static void swap_in(struct workspace *workspace, struct picture *picture)
{
    pthread_mutex_lock(&workspace->lock);
    struct picture *old = workspace->current;
    workspace->current = picture;
    atomic_fetch_add(&workspace->generation, 1);
    pthread_mutex_unlock(&workspace->lock);
    picture_release(old);

    pthread_mutex_lock(&workspace->watch_lock);
    for (struct workspace_watch *watch = workspace->watches, *next; watch; watch = next) {
        next = watch->next;
        watch->changed(watch, picture->changed, picture->changed_count);
    }
    pthread_mutex_unlock(&workspace->watch_lock);
}

// Nobody can hold a picture again that is not the current one and that nobody holds. Giving
// back what they were made of is left to the publisher, so that readers never wait for it.
static void free_old_pictures(struct workspace *workspace)
{
    int64_t *numbers = NULL;
    size_t count = 0;
    for (struct picture **at = &workspace->pictures; *at;) {
        struct picture *picture = *at;
        if (atomic_load(&picture->holds) > 0) {
            numbers = mem_realloc(numbers, (count + 1) * sizeof(*numbers));
            numbers[count++] = picture->number;
            at = &picture->older;
        } else {
            *at = picture->older;
            mem_free(picture);
        }
    }
    pieces_sweep(&workspace->pieces, numbers, count);
    mem_free(numbers);
}

static enum err publish_config(struct workspace *workspace, struct problem *problem)
{
    struct picture *picture = NULL, *previous = workspace->current;
    struct draft draft;
    draft_init(&draft, &workspace->pieces, previous ? previous->number + 1 : 1);
    enum err err = picture_build(workspace->store, previous, workspace->observer, &draft,
                                 &picture, problem);
    if (err) {
        draft_discard(&draft);
        return err;
    }
    draft_keep(&draft);
    picture->older = workspace->pictures;
    workspace->pictures = picture;
    swap_in(workspace, picture);
    picture->changed = NULL;
    arena_free(TAKE(picture->changed_arena));
    free_old_pictures(workspace);
    return OK;
}

static bool is_config_current(const struct workspace *workspace, const struct store_tx *tx)
{
    return workspace->current &&
           workspace->current->config_revision >= store_config_revision(tx);
}

// Under publish_lock. The picture is read in a transaction of its own, so it may already hold
// more than the tokens do: whoever wrote that publishes after us.
static enum err publish(struct workspace *workspace, struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = store_begin(workspace->store, STORE_READ, arena, &tx, problem);
    if (err)
        return err;
    int64_t revision = store_revision(tx);
    if (workspace->current && workspace->revision == revision)
        return OK;
    err = publish_tokens(workspace, tx, problem);
    if (!err && !is_config_current(workspace, tx))
        err = publish_config(workspace, problem);
    if (!err)
        workspace->revision = revision;
    return err;
}

enum err workspace_publish(struct workspace *workspace)
{
    struct problem problem = { 0 };
    pthread_mutex_lock(&workspace->publish_lock);
    enum err err = publish(workspace, &problem);
    if (!err)
        atomic_store(&workspace->behind_since_wall_ms, 0);
    else if (atomic_load(&workspace->behind_since_wall_ms) == 0)
        atomic_store(&workspace->behind_since_wall_ms, clock_wall_ms(workspace->clock));
    pthread_mutex_unlock(&workspace->publish_lock);
    if (err)
        observe(workspace->observer, LOG_ERROR, "a change is stored but cannot be published",
                LOG_CSTR("place", problem.field), LOG_CSTR("reason", problem.text),
                LOG_ERR(err));
    return err;
}

int64_t workspace_synced_wall_ms(struct workspace *workspace)
{
    int64_t behind_since = atomic_load(&workspace->behind_since_wall_ms);
    return behind_since ? behind_since : clock_wall_ms(workspace->clock);
}

enum err workspace_open(struct store *store, const struct clock *clock,
                        struct observer *observer, struct workspace **ret_workspace,
                        struct problem *ret_problem)
{
    struct workspace *workspace = NEW(struct workspace);
    workspace->store = store;
    workspace->clock = clock;
    workspace->observer = observer;
    workspace->tokens = token_table_new();
    pieces_init(&workspace->pieces);
    pthread_mutex_init(&workspace->publish_lock, NULL);
    pthread_mutex_init(&workspace->lock, NULL);
    pthread_mutex_init(&workspace->watch_lock, NULL);
    enum err err = publish(workspace, ret_problem);
    if (err)
        workspace_close(workspace);
    else
        *ret_workspace = workspace;
    return err;
}

void workspace_close(struct workspace *workspace)
{
    if (!workspace)
        return;
    assert(!workspace->watches);
    picture_release(workspace->current);
    for (struct picture *picture = workspace->pictures, *older; picture; picture = older) {
        older = picture->older;
        assert(atomic_load(&picture->holds) == 0);
        mem_free(picture);
    }
    pieces_done(&workspace->pieces);
    token_table_free(workspace->tokens);
    pthread_mutex_destroy(&workspace->publish_lock);
    pthread_mutex_destroy(&workspace->lock);
    pthread_mutex_destroy(&workspace->watch_lock);
    mem_free(workspace);
}

struct picture *workspace_picture(struct workspace *workspace)
{
    pthread_mutex_lock(&workspace->lock);
    struct picture *picture = workspace->current;
    picture_hold(picture);
    pthread_mutex_unlock(&workspace->lock);
    return picture;
}

// --- Views

struct workspace_view {
    struct workspace *workspace;
    struct picture *picture; // held
    uint_fast64_t generation;
};

struct workspace_view *workspace_view_open(struct workspace *workspace)
{
    struct workspace_view *view = NEW(struct workspace_view);
    view->workspace = workspace;
    return view;
}

void workspace_view_close(struct workspace_view *view)
{
    if (!view)
        return;
    picture_release(view->picture);
    mem_free(view);
}

const struct snapshot *workspace_view_get(struct workspace_view *view)
{
    struct workspace *workspace = view->workspace;
    if (view->picture && atomic_load(&workspace->generation) == view->generation)
        return &view->picture->snapshot;
    pthread_mutex_lock(&workspace->lock);
    struct picture *old = view->picture;
    view->picture = workspace->current;
    view->generation = atomic_load(&workspace->generation);
    picture_hold(view->picture);
    pthread_mutex_unlock(&workspace->lock);
    picture_release(old);
    return &view->picture->snapshot;
}

const struct snapshot *workspace_view_again(const struct workspace_view *view)
{
    assert(view->picture);
    return &view->picture->snapshot;
}

// --- Watches

void workspace_watch(struct workspace *workspace, struct workspace_watch *watch)
{
    pthread_mutex_lock(&workspace->watch_lock);
    watch->next = workspace->watches;
    workspace->watches = watch;
    pthread_mutex_unlock(&workspace->watch_lock);
}

void workspace_unwatch(struct workspace *workspace, struct workspace_watch *watch)
{
    pthread_mutex_lock(&workspace->watch_lock);
    struct workspace_watch **at = &workspace->watches;
    while (*at && *at != watch)
        at = &(*at)->next;
    if (*at)
        *at = watch->next;
    pthread_mutex_unlock(&workspace->watch_lock);
}

// --- Uses of tokens

bool workspace_token_used(struct workspace *workspace, const uint8_t digest[TOKEN_DIGEST_LEN],
                          str ip, str user_agent)
{
    struct token_use_note note = {
        .at_ms = clock_wall_ms(workspace->clock),
        .ip = ip,
        .user_agent = user_agent,
    };
    return token_table_note(workspace->tokens, digest, &note);
}

enum err workspace_flush_last_used(struct workspace *workspace, struct problem *ret_problem)
{
    return token_table_flush(workspace->tokens, workspace->store, ret_problem);
}
