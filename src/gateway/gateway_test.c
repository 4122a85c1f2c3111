// SPDX-License-Identifier: Apache-2.0
// The gateway over HTTP, with a real store and workspace, and a journal on a simulated disk.
#include "base/test.h"

#include <errno.h>
#include <stdatomic.h>

#include "codec/base64.h"
#include "codec/gzip.h"
#include "codec/json.h"
#include "codec/timestamp.h"
#include "gateway/inner.h"
#include "http/testing.h"
#include "os/fault.h"
#include "store/regulations.h"
#include "store/testing.h"

static const uint8_t directory_id[16] = { 7 };
static struct event_hash_key hash_key; // of the store, as the rules of workspaces have it

static struct world {
    struct store_fixture store;
    struct fault *disk;
    struct journal *journal;
    struct outcome *outcome;
    struct workspace *workspace;
    struct rng_fake rng;
    struct gateway *gateway;
    struct rig rig;
    struct arena *arena;
    struct source_row source;
    struct source_row disabled;
} world;

// The gateway is made before the loop of the rig is.
static void take_loop(struct rig *rig)
{
    world.gateway->parts.loop = world.gateway->waiting.timer.loop = rig->loop;
}

static void open_rooms(void)
{
    struct problem problem;
    struct fs *fs = fault_fs(world.disk);
    const struct clock *clock = &world.store.clock.clock;
    struct observer *observer = &world.store.observer;
    struct journal_limits limits = journal_limits_default;
    limits.segment_bytes = 1 << 20;
    limits.max_bytes = 64 << 20;
    limits.reserve_bytes = 0;
    assert_int_equal(
        workspace_open(world.store.store, clock, observer, &world.workspace, &problem), OK);
    assert_int_equal(journal_open(fs, STR("/journal"), directory_id, &limits, clock, observer,
                                  &world.journal, &problem),
                     OK);
    const struct outcome_parts outcomes = { fs,    STR("/outcome"), directory_id,
                                            clock, observer,        0,
                                            0 };
    assert_int_equal(outcome_open(&outcomes, &world.outcome, &problem), OK);
}

static void make_sources(void)
{
    world.source = store_fixture_source(&world.store, "web");
    world.disabled = store_fixture_source(&world.store, "off");
    world.disabled.is_enabled = false;
    struct store_tx *tx = store_fixture_begin(&world.store, STORE_WRITE);
    assert_int_equal(store_source_update(tx, &world.disabled, &world.store.problem), OK);
    store_fixture_commit(tx);
}

static int start(void **state)
{
    (void)state;
    world = (struct world){ .arena = arena_new(32 << 20) };
    store_fixture_start(&world.store);
    event_hash_key_init(&hash_key, world.store.id);
    make_sources();
    world.disk = fault_new(1, 512 << 20);
    open_rooms();
    rng_fake_init(&world.rng, 11);
    world.gateway = gateway_new(&(struct gateway_parts){
        .journal = world.journal,
        .workspace = world.workspace,
        .outcome = world.outcome,
        .hash_key = &hash_key,
        .rng = &world.rng.rng,
        .body_limit_bytes = 2000,
        .body_hard_cap_bytes = 8000,
        .store_timeout_ms = PATIENCE_MS,
        .has_internal = true,
    });
    struct http_family family = gateway_family(world.gateway);
    rig_start(&world.rig, &family, 1, &http_server_limits_default);
    rig_call(&world.rig, take_loop);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_stop(&world.rig);
    journal_close(world.journal);
    gateway_free(world.gateway);
    outcome_close(world.outcome);
    workspace_close(world.workspace);
    fault_free(world.disk);
    store_fixture_stop(&world.store);
    arena_free(world.arena);
    return 0;
}

// --- Asking

static str basic(str key)
{
    AUTO(buf_done) struct buf out = { 0 };
    str credentials = arena_printf(world.arena, "%" PRIstr ":", STR_ARG(key));
    base64_encode(BASE64_STANDARD, credentials.data, credentials.len, &out);
    return arena_printf(world.arena, "Authorization: Basic %" PRIstr "\r\n",
                        STR_ARG(buf_str(&out)));
}

static str ask(const char *method, const char *target, str headers, str body)
{
    str head = arena_printf(world.arena,
                            "%s %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                            "Content-Length: %zu\r\n%" PRIstr "\r\n",
                            method, target, body.len, STR_ARG(headers));
    AUTO(buf_done) struct buf bytes = { 0 };
    buf_add_str(&bytes, head);
    buf_add_str(&bytes, body);
    return rig_exchange(&world.rig, world.arena, buf_str(&bytes));
}

static str post(const char *target, const char *body)
{
    return ask("POST", target, basic(world.source.write_key), str_of(body));
}

static void assert_answer(str answer, int status, const char *body)
{
    assert_int_equal(answer_status(answer), status);
    assert_true(str_eq(answer_body(answer), str_of(body)));
    assert_true(answer_has(answer, "Content-Type: text/plain; charset=utf-8\r\n"));
    assert_int_equal(answer_has(answer, "X-Content-Type-Options: nosniff\r\n"), status != 200);
    assert_int_equal(answer_has(answer, "Retry-After: 1\r\n"), status == 503);
}

// The only record that there is.
static struct journal_record read_record(struct journal_reader *reader)
{
    struct journal_read read;
    assert_int_equal(journal_read(reader, &read), OK);
    struct journal_read next;
    struct journal_record record = read.record;
    record.body = arena_dup(world.arena, record.body);
    for (size_t i = 0; i < record.field_count; i++)
        record.fields[i].value = arena_dup(world.arena, record.fields[i].value);
    struct journal_event *events =
        ARENA_ARRAY(world.arena, struct journal_event, record.event_count);
    memcpy(events, record.events, record.event_count * sizeof(*events));
    record.events = events;
    assert_int_equal(journal_read(reader, &next), ERR_NOT_FOUND);
    return record;
}

static struct journal_record only_record(void)
{
    struct journal_reader *reader = journal_reader_open(world.journal, POSITION_START);
    struct journal_record record = read_record(reader);
    journal_reader_close(reader);
    return record;
}

static void assert_nothing_stored(void)
{
    assert_int_equal(journal_end(world.journal).record, 1);
}

static void assert_field(const struct journal_record *record, enum envelope_tag tag, str value)
{
    assert_true(str_eq(journal_record_field(record, tag), value));
}

// --- What is taken

static void an_event_becomes_a_record(void **state)
{
    (void)state;
    str headers = arena_printf(world.arena,
                               "%" PRIstr "AnonymousId: YQ==\r\nX-Rudder-Job-Run-Id: run\r\n"
                               "traceparent: 00-a\r\nOrigin: https://shop.example\r\n",
                               STR_ARG(basic(world.source.write_key)));
    str body = STR(" {\"userId\":\"u\",\"event\":\"e\"} ");
    str answer = ask("POST", "/v1/track", headers, body);
    assert_answer(answer, 200, "ok");
    assert_true(answer_has(answer, "Access-Control-Allow-Origin: https://shop.example\r\n"));
    struct journal_record record = only_record();
    assert_true(str_eq(record.body, body));
    assert_int_equal(record.event_count, 1);
    assert_int_equal(record.events[0].offset, 1);
    assert_int_equal(record.events[0].length, body.len - 2);
    assert_int_equal(record.events[0].type, EVENT_TRACK);
    assert_true(record.events[0].user_hash != 0 && record.events[0].anon_hash == 0);
    assert_field(&record, ENVELOPE_SOURCE_ID, world.source.id);
    assert_field(&record, ENVELOPE_CLIENT_ADDRESS, STR("127.0.0.1"));
    assert_field(&record, ENVELOPE_ENDPOINT, STR("track"));
    assert_field(&record, ENVELOPE_ANONYMOUS_ID_HEADER, STR("YQ=="));
    assert_field(&record, ENVELOPE_JOB_RUN_ID, STR("run"));
    assert_field(&record, ENVELOPE_TRACEPARENT, STR("00-a"));
    assert_int_equal(journal_record_field(&record, ENVELOPE_RANDOM).len, 16);
}

static void every_endpoint_takes_its_event(void **state)
{
    (void)state;
    static const char *const singles[] = { "identify", "track", "page", "screen",
                                           "group",    "alias", "merge" };
    for (size_t i = 0; i < ARRAY_LEN(singles); i++) {
        str path = arena_printf(world.arena, "/v1/%s", singles[i]);
        assert_answer(post(path.data, "{\"userId\":\"u\"}"), 200, "ok");
    }
    assert_answer(post("/v1/batch", "{\"batch\":[{\"userId\":\"u\"}]}"), 200, "ok");
    assert_answer(post("/v1/import", "{\"batch\":[{\"userId\":\"u\"}]}"), 200, "ok");
    str target = arena_printf(world.arena, "/beacon/v1/batch?writeKey=%" PRIstr,
                              STR_ARG(world.source.write_key));
    str body = STR("{\"batch\":[{\"userId\":\"u\",\"type\":\"page\"}]}");
    assert_answer(ask("POST", target.data, STR(""), body), 200, "ok");
    assert_int_equal(journal_end(world.journal).record, 1 + ARRAY_LEN(singles) + 3);
    uint64_t counts[OUTCOME_COUNTER_COUNT] = { 0 };
    outcome_counts(world.outcome, world.source.id, 60, counts);
    assert_int_equal(counts[COUNT_RECEIVED], ARRAY_LEN(singles) + 3);
}

static void a_packed_body_is_unpacked(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf packed = { 0 };
    gzip_encode(STR("{\"userId\":\"u\"}"), 6, &packed);
    str headers = arena_printf(world.arena, "%" PRIstr "Content-Encoding: gzip\r\n",
                               STR_ARG(basic(world.source.write_key)));
    assert_answer(ask("POST", "/v1/track", headers, buf_str(&packed)), 200, "ok");
    struct journal_record record = only_record();
    assert_true(str_eq(record.body, STR("{\"userId\":\"u\"}")));
}

static void a_key_in_the_body_is_used_and_not_stored(void **state)
{
    (void)state;
    str body = arena_printf(world.arena, "{\"writeKey\":\"%" PRIstr "\",\"userId\":\"u\"}",
                            STR_ARG(world.source.write_key));
    assert_answer(ask("POST", "/v1/track", STR(""), body), 200, "ok");
    struct journal_record record = only_record();
    assert_int_equal(str_find_str(record.body, world.source.write_key), record.body.len);
    assert_answer(ask("POST", "/v1/track", STR(""), STR("{\"writeKey\":\"no\",\"userId\":1}")),
                  401, "invalid write key\n");
}

// --- What is refused

static void refusals_come_in_their_order(void **state)
{
    (void)state;
    str good = basic(world.source.write_key), off = basic(world.disabled.write_key);
    AUTO(buf_done) struct buf long_anonymous = { 0 }, long_known = { 0 };
    for (size_t i = 0; i < 2000; i++)
        buf_add_char(&long_anonymous, ' ');
    buf_add_str(&long_known, STR("{\"userId\":\"u\"}"));
    buf_add(&long_known, long_anonymous.data, long_anonymous.len);
    buf_add_str(&long_anonymous, STR("{}"));
    str packed_headers =
        arena_printf(world.arena, "%" PRIstr "Content-Encoding: gzip\r\n", STR_ARG(good));
    const struct {
        str headers, body;
        int status;
        const char *text;
    } rows[] = {
        { STR(""), STR("{"), 401, "failed to read writekey from header\n" },
        { STR(""), STR("{\"userId\":\"u\"}"), 401, "failed to read writekey from header\n" },
        { STR("Authorization: Bearer x\r\n"), STR("{}"), 401,
          "failed to read writekey from header\n" },
        { basic(STR("")), STR("{}"), 401, "failed to read writekey from header\n" },
        { basic(STR("unknown")), STR("{"), 401, "invalid write key\n" },
        { off, STR("{"), 404, "source is disabled\n" },
        { packed_headers, STR("{"), 500, "failed to read body from request\n" },
        { good, STR(""), 400, "invalid json\n" },
        { good, STR("{"), 400, "invalid json\n" },
        { good, STR("[]"), 400, "event is not a valid rudder event\n" },
        { good, STR("{}"), 400, "request neither has anonymousId nor userId\n" },
        { good, buf_str(&long_anonymous), 400, "request neither has anonymousId nor userId\n" },
        { good, buf_str(&long_known), 413, "request size exceeds max limit\n" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_answer(ask("POST", "/v1/track", rows[i].headers, rows[i].body), rows[i].status,
                      rows[i].text);
    assert_answer(post("/v1/batch", "{\"batch\":[]}"), 400, "empty batch payload\n");
    assert_answer(ask("POST", "/beacon/v1/batch", good, STR("{}")), 401,
                  "failed to read writekey from query params\n");
    assert_answer(ask("POST", "/beacon/v1/batch?writeKey=", good, STR("{}")), 401,
                  "failed to read writekey from query params\n");
    assert_nothing_stored();
}

static void too_much_is_refused_before_it_is_read(void **state)
{
    (void)state;
    str head = arena_printf(world.arena,
                            "POST /v1/track HTTP/1.1\r\nHost: h\r\nContent-Length: 8001\r\n"
                            "%" PRIstr "\r\n",
                            STR_ARG(basic(world.source.write_key)));
    str answer = rig_exchange(&world.rig, world.arena, head);
    assert_answer(answer, 413, "request size exceeds max limit\n");
}

static void paths_and_methods_are_answered_as_by_rudder_server(void **state)
{
    (void)state;
    assert_answer(post("/v1/unknown", "{}"), 404, "404 page not found\n");
    str answer = ask("GET", "/v1/track", STR(""), STR(""));
    assert_int_equal(answer_status(answer), 405);
    assert_int_equal(answer_body(answer).len, 0);
    assert_true(answer_has(answer, "Allow: POST\r\n"));
    answer = ask("OPTIONS", "/v1/track",
                 STR("Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n"
                     "Access-Control-Request-Headers: anonymousid,authorization\r\n"),
                 STR(""));
    assert_int_equal(answer_status(answer), 204);
    assert_true(
        answer_has(answer, "Access-Control-Allow-Headers: anonymousid,authorization\r\n"));
}

static void a_failing_disk_is_503_and_nothing_is_acknowledged(void **state)
{
    (void)state;
    fault_set(world.disk,
              (struct fault_plan){ .calls = FAULT_DATASYNC, .nth = 1, .error = EIO });
    assert_answer(post("/v1/track", "{\"userId\":\"u\"}"), 503, "service unavailable\n");
    assert_nothing_stored();
    assert_answer(post("/v1/track", "{\"userId\":\"v\"}"), 200, "ok");
    struct journal_record record = only_record();
    assert_true(str_eq(record.body, STR("{\"userId\":\"v\"}")));
}

// --- Suppressed users

static const char of_two[] = "{\"batch\":[{\"userId\":\"ada\",\"type\":\"track\"},"
                             "{\"userId\":\"bob\",\"type\":\"track\"}]}";

static void suppress(const char *user)
{
    struct store_tx *tx = store_fixture_begin(&world.store, STORE_WRITE);
    struct regulation_row row = {
        .workspace_id = world.store.workspace_id,
        .kind = STR("suppress"),
        .user_id = str_of(user),
        .attributes = STR("{}"),
    };
    assert_int_equal(store_regulation_create(tx, &row, &world.store.problem), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(world.workspace), OK);
}

static uint64_t counted(enum outcome_counter counter)
{
    uint64_t counts[OUTCOME_COUNTER_COUNT];
    outcome_counts(world.outcome, world.source.id, 1440, counts);
    return counts[counter];
}

static void suppressed_events_are_counted_once_however_often_they_are_sent(void **state)
{
    (void)state;
    suppress("ada");
    fault_set(world.disk,
              (struct fault_plan){ .calls = FAULT_DATASYNC, .nth = 1, .error = EIO });
    assert_answer(post("/v1/batch", of_two), 503, "service unavailable\n");
    assert_int_equal(counted(COUNT_SUPPRESSED), 0);
    assert_answer(post("/v1/batch", of_two), 200, "ok");
    assert_int_equal(counted(COUNT_SUPPRESSED), 1);
    assert_int_equal(counted(COUNT_RECEIVED), 1);
    assert_answer(post("/v1/track", "{\"userId\":\"ada\"}"), 200, "ok"); // nothing to store
    assert_int_equal(counted(COUNT_SUPPRESSED), 2);
}

// A message of another gateway: one event, received at this second, of a source.
#define FORWARDED(user, second)                                                                \
    "{\"properties\":{\"requestType\":\"track\",\"routingKey\":\"k\",\"workspaceID\":\"w\","   \
    "\"requestIP\":\"::1\",\"receivedAt\":\"2026-01-02T03:04:" second "Z\",\"sourceID\":"      \
    "\"%s\"},\"payload\":{\"type\":\"track\",\"messageId\":\"" user "\",\"rudderId\":\"r\","   \
    "\"request_ip\":\"\",\"receivedAt\":\"2026-01-01T00:00:00Z\",\"userId\":\"" user "\"}}"

static void
suppressed_events_of_another_gateway_are_counted_with_the_whole_request(void **state)
{
    (void)state;
    const char *id = arena_cstr(world.arena, world.source.id);
    str list = arena_printf(world.arena,
                            "[" FORWARDED("ada", "05") "," FORWARDED("bob", "06") "]", id, id);
    suppress("ada");
    fault_set(world.disk,
              (struct fault_plan){ .calls = FAULT_DATASYNC, .nth = 1, .error = EIO });
    assert_answer(post("/internal/v1/batch", list.data), 503, "service unavailable\n");
    assert_int_equal(counted(COUNT_SUPPRESSED), 0);
    assert_answer(post("/internal/v1/batch", list.data), 200, "ok");
    assert_int_equal(counted(COUNT_SUPPRESSED), 1);
    assert_int_equal(counted(COUNT_RECEIVED), 1);
}

// --- A disk that does not answer

static struct stuck {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_held;
    bool is_reached;
    bool is_drained;
} stuck = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static void set(bool *flag, bool value)
{
    pthread_mutex_lock(&stuck.lock);
    *flag = value;
    pthread_cond_broadcast(&stuck.changed);
    pthread_mutex_unlock(&stuck.lock);
}

static void wait_for(const bool *flag, bool value)
{
    pthread_mutex_lock(&stuck.lock);
    while (*flag != value)
        pthread_cond_wait(&stuck.changed, &stuck.lock);
    pthread_mutex_unlock(&stuck.lock);
}

// On the log thread.
static void hold(void *ctx, enum fault_call call)
{
    (void)ctx;
    if (call != FAULT_DATASYNC)
        return;
    set(&stuck.is_reached, true);
    wait_for(&stuck.is_held, false);
}

static bool accepts_events(void)
{
    str answer = answer_body(ask("GET", "/health", STR(""), STR("")));
    return str_find_str(answer, STR("\"acceptingEvents\":\"TRUE\"")) < answer.len;
}

static void be_impatient(struct rig *rig)
{
    (void)rig;
    world.gateway->waiting.patience_ms = 20;
}

static void be_patient(struct rig *rig)
{
    (void)rig;
    world.gateway->waiting.patience_ms = PATIENCE_MS;
}

static void on_gateway_drained(void *ctx)
{
    set(ctx, true);
}

static void drain_gateway(struct rig *rig)
{
    (void)rig;
    gateway_drain(world.gateway, on_gateway_drained, &stuck.is_drained);
}

static void what_the_disk_keeps_waiting_is_504_and_may_be_stored_yet(void **state)
{
    (void)state;
    suppress("ada");
    fault_set_hook(world.disk, hold, NULL);
    set(&stuck.is_held, true);
    rig_call(&world.rig, be_impatient);
    assert_answer(post("/v1/batch", of_two), 504, "gateway timeout\n");
    wait_for(&stuck.is_reached, true);
    assert_true(accepts_events()); // by the journal's clock it has not been long
    size_t notices = world.store.notices;
    clock_fake_advance_ms(&world.store.clock, 20);
    str pixel = arena_printf(world.arena, "/pixel/v1/page?writeKey=%" PRIstr "&userId=u",
                             STR_ARG(world.source.write_key));
    assert_int_equal(answer_status(ask("GET", pixel.data, STR(""), STR(""))), 200);
    assert_false(accepts_events());
    rig_call(&world.rig, be_patient);
    rig_call(&world.rig, drain_gateway);
    assert_false(stuck.is_drained); // both still wait
    assert_nothing_stored();
    set(&stuck.is_held, false);
    wait_for(&stuck.is_drained, true);
    assert_int_equal(world.store.notices, notices + 2); // that the disk is silent, and is not
    assert_true(accepts_events());
    assert_int_equal(journal_end(world.journal).record, 3);
    assert_int_equal(counted(COUNT_SUPPRESSED), 0); // they are sent again
}

// --- The rest

static void a_pixel_is_always_an_image(void **state)
{
    (void)state;
    str key = world.source.write_key;
    const str targets[] = {
        STR("/pixel/v1/track"),
        STR("/pixel/v1/page?writeKey=unknown&userId=u"),
        arena_printf(world.arena, "/pixel/v1/track?writeKey=%" PRIstr "&event=&userId=u",
                     STR_ARG(key)),
        arena_printf(world.arena, "/pixel/v1/track?writeKey=%" PRIstr "&event=e", STR_ARG(key)),
    };
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        str answer = ask("GET", targets[i].data, STR(""), STR(""));
        assert_int_equal(answer_status(answer), 200);
        assert_true(answer_has(answer, "Content-Type: image/gif\r\n"));
        assert_int_equal(answer_body(answer).len, 43);
    }
    assert_nothing_stored();
    str target = arena_printf(
        world.arena, "/pixel/v1/page?writeKey=%" PRIstr "&userId=u&name=", STR_ARG(key));
    assert_int_equal(answer_body(ask("GET", target.data, STR(""), STR(""))).len, 43);
    struct journal_record record = only_record();
    assert_int_equal(record.events[0].type, EVENT_PAGE);
    assert_true(str_find_str(record.body, STR("Unknown Page")) < record.body.len);
    assert_int_equal(str_find_str(record.body, key), record.body.len);
}

static void small_questions_are_answered(void **state)
{
    (void)state;
    assert_true(str_eq(answer_body(ask("GET", "/robots.txt", STR(""), STR(""))),
                       STR("User-agent: * \nDisallow: / \n")));
    assert_true(str_eq(answer_body(ask("GET", "/cluster-info", STR(""), STR(""))),
                       STR("{\"nodeCount\":1}")));
    str answer = ask("GET", "/health", STR(""), STR(""));
    assert_true(answer_has(answer, "Content-Type: application/json; charset=utf-8\r\n"));
    yyjson_doc *doc = NULL;
    assert_int_equal(json_read(answer_body(answer), 0, world.arena, &doc, NULL), OK);
    yyjson_val *health = yyjson_doc_get_root(doc);
    assert_true(str_eq(json_get_str(health, "server"), STR("UP")));
    assert_true(str_eq(json_get_str(health, "acceptingEvents"), STR("TRUE")));
    int64_t synced_ms;
    assert_true(timestamp_parse(json_get_str(health, "lastSync"), &synced_ms));
    assert_true(timestamp_parse(json_get_str(health, "lastRegulationSync"), &synced_ms));
}

static struct outcome_watch watch;
static char seen[3][OUTCOME_LIVE_BYTES + 1];
static atomic_size_t seen_count;

static void on_event(struct outcome_watch *watched, str json)
{
    (void)watched;
    size_t index = atomic_load(&seen_count);
    if (index < ARRAY_LEN(seen))
        (void)str_copy(json, seen[index], sizeof(seen[0]));
    atomic_store(&seen_count, index + 1);
}

static void onlookers_see_what_was_received(void **state)
{
    (void)state;
    watch = (struct outcome_watch){ .on_event = on_event };
    atomic_store(&seen_count, 0);
    outcome_live_watch(world.outcome, world.source.id, &watch);
    str answer = post("/v1/batch", "{\"batch\":[{\"userId\":\"u\",\"type\":\"track\",\"event\":"
                                   "\"Bought\"},{\"anonymousId\":\"a\",\"type\":\"page\","
                                   "\"name\":\"Home\",\"messageId\":\"m\"}]}");
    assert_answer(answer, 200, "ok");
    rig_stop(&world.rig); // its loop has finished what it posted to itself
    outcome_live_unwatch(world.outcome, &watch);
    assert_int_equal(atomic_load(&seen_count), 2);
    yyjson_doc *doc = NULL;
    assert_int_equal(json_read(str_of(seen[1]), 0, world.arena, &doc, NULL), OK);
    yyjson_val *live = yyjson_doc_get_root(doc);
    assert_true(str_eq(json_get_str(live, "kind"), STR("received")));
    assert_true(str_eq(json_get_str(live, "position"), STR("0-1-1")));
    assert_true(str_eq(json_get_str(live, "sourceId"), world.source.id));
    assert_true(str_eq(json_get_str(live, "type"), STR("page")));
    assert_true(str_eq(json_get_str(live, "name"), STR("Home")));
    assert_true(str_eq(json_get_str(live, "messageId"), STR("m")));
    assert_true(str_eq(json_get_str(live, "anonymousId"), STR("a")));
    yyjson_val *event = yyjson_obj_get(live, "event");
    assert_int_equal(json_get_str(event, "rudderId").len, 36);
    assert_true(str_find_str(str_of(seen[0]), STR("\"name\":\"Bought\"")) < strlen(seen[0]));
    struct http_family family = gateway_family(world.gateway);
    rig_start(&world.rig, &family, 1, &http_server_limits_default); // for stop
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(an_event_becomes_a_record),
        TEST(every_endpoint_takes_its_event),
        TEST(a_packed_body_is_unpacked),
        TEST(a_key_in_the_body_is_used_and_not_stored),
        TEST(refusals_come_in_their_order),
        TEST(too_much_is_refused_before_it_is_read),
        TEST(paths_and_methods_are_answered_as_by_rudder_server),
        TEST(a_failing_disk_is_503_and_nothing_is_acknowledged),
        TEST(suppressed_events_are_counted_once_however_often_they_are_sent),
        TEST(suppressed_events_of_another_gateway_are_counted_with_the_whole_request),
        TEST(what_the_disk_keeps_waiting_is_504_and_may_be_stored_yet),
        TEST(a_pixel_is_always_an_image),
        TEST(small_questions_are_answered),
        TEST(onlookers_see_what_was_received),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
