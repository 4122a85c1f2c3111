// SPDX-License-Identifier: Apache-2.0
// Opening and closing the parts in one order.
#include "app/platform.h"

#include "codec/limits.h"
#include "os/fs.h"

enum { SEGMENT_STEP_BYTES = 4096, BODY_HARD_CAP_FACTOR = 4 };

static enum err open_store(struct platform *platform, struct problem *ret_problem)
{
    struct store_parts parts = {
        .fs = fs_real(),
        .dir = datadir_path(platform->datadir),
        .id = datadir_id(platform->datadir),
        .key_file = platform->settings->secret_key_file,
        .clock = clock_system(),
        .rng = rng_system(),
        .observer = observer_log(),
    };
    enum err err = store_open(&parts, &platform->store, ret_problem);
    if (err)
        return err;
    return workspace_open(platform->store, clock_system(), observer_log(), &platform->workspace,
                          ret_problem);
}

static str path_below(const struct platform *platform, const char *name)
{
    return arena_printf(platform->arena, "%" PRIstr "/%s",
                        STR_ARG(datadir_path(platform->datadir)), name);
}

size_t platform_body_hard_cap(const struct settings *settings)
{
    return (size_t)settings->body_limit_bytes * BODY_HARD_CAP_FACTOR;
}

static enum err open_journal(struct platform *platform, struct problem *ret_problem)
{
    const struct settings *settings = platform->settings;
    struct journal_limits limits = journal_limits_default;
    limits.segment_bytes = (size_t)settings->journal_segment_bytes;
    limits.queue_bytes = (size_t)settings->journal_queue_bytes;
    limits.retention_ms = settings->journal_retention_ms;
    limits.max_bytes = (uint64_t)settings->journal_max_bytes;
    limits.dedup_bytes = (size_t)settings->dedup_bytes;
    limits.reserve_bytes = (uint64_t)settings->journal_reserve_bytes;
    const uint8_t *id = datadir_id(platform->datadir);
    enum err err =
        journal_open(fs_real(), path_below(platform, "journal"), id, &limits, clock_system(),
                     observer_log(), &platform->journal, ret_problem);
    if (err)
        return err;
    const struct outcome_parts outcomes = {
        .fs = fs_real(),
        .dir = path_below(platform, "outcomes"),
        .id = id,
        .clock = clock_system(),
        .observer = observer_log(),
        .reserve_bytes = limits.reserve_bytes,
        .event_max_bytes = MIN(platform_body_hard_cap(settings), limits.segment_bytes),
    };
    return outcome_open(&outcomes, &platform->outcome, ret_problem);
}

enum err platform_open(struct platform *platform, const struct settings *settings,
                       bool may_create, struct problem *ret_problem)
{
    *platform = (struct platform){ .settings = settings, .arena = arena_new(64 * 1024) };
    if (settings->journal_segment_bytes % SEGMENT_STEP_BYTES)
        return problem_set(ret_problem, ERR_INVALID, STR("journal_segment_bytes"),
                           "must be a multiple of %d", SEGMENT_STEP_BYTES);
    enum err err =
        datadir_open(settings->data, may_create, rng_system(), &platform->datadir, ret_problem);
    if (!err)
        err = open_store(platform, ret_problem);
    if (!err)
        err = open_journal(platform, ret_problem);
    platform->event_limits = limits_new(clock_system(), rng_system());
    return err;
}

void platform_close(struct platform *platform)
{
    limits_free(platform->event_limits);
    outcome_close(platform->outcome);
    journal_close(platform->journal);
    workspace_close(platform->workspace);
    store_close(platform->store);
    datadir_close(platform->datadir);
    arena_free(platform->arena);
}

struct api_parts platform_api_parts(const struct platform *platform)
{
    return (struct api_parts){
        .store = platform->store,
        .workspace = platform->workspace,
        .outcome = platform->outcome,
        .journal = platform->journal,
        .clock = clock_system(),
        .rng = rng_system(),
        .public_url = settings_public_url(platform->settings),
        .threads = (size_t)platform->settings->api_threads,
        .token_requests_per_s = platform->settings->token_requests_per_s,
        .unknown_tokens_per_s = platform->settings->unknown_tokens_per_s,
    };
}
