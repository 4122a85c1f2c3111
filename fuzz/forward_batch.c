// SPDX-License-Identifier: Apache-2.0
// Bytes as the messages of another gateway: what is taken becomes bodies with as many events as
// there were messages, each for a source that may be named. The gate takes these bodies, unless
// there is a number in one that no double holds.
#include "codec/json.h"
#include "event/repair.h"
#include "gateway/forward.h"
#include "check.h"

// How many events it has; 0: the gate refuses it.
static size_t check_group(const struct forward_group *group, struct arena *arena)
{
    static const struct event_hash_key key = { .bytes = { 1 } };
    struct event_batch batch = { 0 };
    check(submission_takes_source_id(group->origin.source_id));
    check(group->origin.source_id.len > 0 && group->origin.client_address.len > 0);
    struct problem problem;
    if (event_decode(group->body, EVENT_SHAPE_FORWARDED, EVENT_TYPE_UNKNOWN, &key, arena,
                     &batch, &problem) == OK)
        return batch.count;
    check(strcmp(problem.text, "invalid json") == 0);
    return 0;
}

static size_t message_count(str text, struct arena *arena)
{
    str mended = text;
    (void)repair_characters(text, arena, &mended);
    yyjson_alc alc = json_alc(arena);
    yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)mended.data, mended.len,
                                       YYJSON_READ_NUMBER_AS_RAW, &alc, NULL);
    check(doc != NULL);
    return yyjson_arr_size(yyjson_doc_get_root(doc));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_make((const char *)data, size);
    AUTO(arena_free) struct arena *arena = arena_new(64 << 20);
    struct forward_group *groups = NULL;
    size_t count = 0, events = 0;
    struct refusal refusal = forward_read(text, arena, &groups, &count);
    if (refusal.status) {
        check(refusal.status == 400 && refusal.text);
        return 0;
    }
    check(count > 0);
    for (size_t i = 0; i < count; i++) {
        size_t group_events = check_group(&groups[i], arena);
        if (group_events == 0)
            return 0;
        events += group_events;
    }
    check(events == message_count(text, arena));
    return 0;
}
