// SPDX-License-Identifier: Apache-2.0
// Comparing secrets takes as long for nearly right ones as for wrong ones. Runs in valgrind,
// whose memcheck reports every branch and every address that depends on undefined bytes: the
// secrets are marked as undefined where they come from, and only what the constant-time
// comparison itself says is marked as defined again.
//
// Every place that compares a secret (constant_time_paths_test.py holds the list against the
// source):
//
//   workspace/tokens.c          access tokens, by digest. The first 8 bytes choose the bucket
//   of
//                               a hash table and the last one its shard; being of SHA-256 they
//                               say nothing about a token, and the other 23 decide.
//   api/auth.c                  a session's CSRF token
//   api/auth.c                  session cookies: sought in the store by their SHA-256, as the
//   api/resources/invitations.c links of invitations and
//   api/resources/sessions.c    of password resets are. A digest that can be timed is that of a
//                               guess, so what counts is that the text is seen by nothing but
//                               the hash. sessions.c also tells which session is the caller's.
//   api/resources/setup.c       the link of the first start
//   store/password.c            passwords
//   api/again.c                 none: digests of two requests
//
// Write keys are left out: they stand in every web page that sends events, and the map that
// has them (workspace/sources.c, base/map.h) takes its time as any map does.
#include "api/testing.h"

#include <sodium.h>
#include <valgrind/memcheck.h>

#include "access/access.h"
#include "codec/hash.h"
#include "store/password.h"
#include "store/sessions.h"

// --- Between the code and what it calls (ld --wrap)

static bool is_watching;
static unsigned comparisons;

int __real_sodium_memcmp(const void *a, const void *b, size_t len);
int __wrap_sodium_memcmp(const void *a, const void *b, size_t len);
int __wrap_sodium_memcmp(const void *a, const void *b, size_t len)
{
    int difference = __real_sodium_memcmp(a, b, len);
    VALGRIND_MAKE_MEM_DEFINED(&difference, sizeof(difference));
    comparisons += is_watching;
    return difference;
}

void __real_token_digest(str token, uint8_t ret_digest[TOKEN_DIGEST_LEN]);
void __wrap_token_digest(str token, uint8_t ret_digest[TOKEN_DIGEST_LEN]);
void __wrap_token_digest(str token, uint8_t ret_digest[TOKEN_DIGEST_LEN])
{
    __real_token_digest(token, ret_digest);
    if (is_watching)
        VALGRIND_MAKE_MEM_UNDEFINED(ret_digest + 8, TOKEN_DIGEST_LEN - 8 - 1);
}

enum err __real_store_session_get(struct store_tx *tx, const uint8_t *digest,
                                  struct session_row *ret_row, struct problem *problem);
enum err __wrap_store_session_get(struct store_tx *tx, const uint8_t *digest,
                                  struct session_row *ret_row, struct problem *problem);
enum err __wrap_store_session_get(struct store_tx *tx, const uint8_t *digest,
                                  struct session_row *ret_row, struct problem *problem)
{
    enum err err = __real_store_session_get(tx, digest, ret_row, problem);
    if (!err && is_watching)
        VALGRIND_MAKE_MEM_UNDEFINED(ret_row->csrf.data, ret_row->csrf.len);
    return err;
}

// Argon2id is libsodium's matter; what reaches it may be looked at there.
int __real_crypto_pwhash_argon2id_str_verify(const char *hash, const char *text,
                                             unsigned long long len);
int __wrap_crypto_pwhash_argon2id_str_verify(const char *hash, const char *text,
                                             unsigned long long len);
int __wrap_crypto_pwhash_argon2id_str_verify(const char *hash, const char *text,
                                             unsigned long long len)
{
    VALGRIND_MAKE_MEM_DEFINED(hash, PASSWORD_HASH_SIZE);
    VALGRIND_MAKE_MEM_DEFINED(text, len);
    return __real_crypto_pwhash_argon2id_str_verify(hash, text, len);
}

bool __real_api_setup_token(struct api *api, char *ret_token);
bool __wrap_api_setup_token(struct api *api, char *ret_token);
bool __wrap_api_setup_token(struct api *api, char *ret_token)
{
    bool is_waiting = __real_api_setup_token(api, ret_token);
    if (is_waiting && is_watching)
        VALGRIND_MAKE_MEM_UNDEFINED(ret_token, API_SETUP_TOKEN_LEN);
    return is_waiting;
}

// From its hash on, nothing may look at the text `hidden`; its digest says nothing.
static str hidden;
static unsigned hashes;

void __real_hash_sha256(const void *data, size_t len, uint8_t *ret_hash);
void __wrap_hash_sha256(const void *data, size_t len, uint8_t *ret_hash);
void __wrap_hash_sha256(const void *data, size_t len, uint8_t *ret_hash)
{
    bool is_hidden = is_watching && str_eq(str_make(data, len), hidden);
    if (is_hidden)
        VALGRIND_MAKE_MEM_UNDEFINED(data, len);
    __real_hash_sha256(data, len, ret_hash);
    if (is_hidden)
        VALGRIND_MAKE_MEM_DEFINED(ret_hash, HASH_SHA256_LEN);
    hashes += is_hidden;
}

// --- Watching

static struct world world;

static int start(void **state)
{
    (void)state;
    if (!RUNNING_ON_VALGRIND)
        fail_msg("this test runs in valgrind; scripts/setup --tests installs it");
    world_open_set_up(&world);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    is_watching = false;
    world_close(&world);
    return 0;
}

// Reports since the last call.
static unsigned reports(void)
{
    static unsigned before;
    unsigned now = VALGRIND_COUNT_ERRORS, fresh = now - before;
    before = now;
    return fresh;
}

static struct told watch(const struct ask *ask)
{
    (void)reports();
    comparisons = hashes = 0;
    is_watching = true;
    struct told told = world_ask(&world, ask);
    is_watching = false;
    return told;
}

static str altered(str text, size_t at)
{
    char *copy = (char *)arena_dup(world.arena, text).data;
    copy[at] = copy[at] == 'a' ? 'b' : 'a';
    return str_make(copy, text.len);
}

// --- Tests

static void a_comparison_that_stops_early_is_reported(void **state)
{
    (void)state;
    char secret[] = "a secret text";
    (void)reports();
    VALGRIND_MAKE_MEM_UNDEFINED(secret, sizeof(secret) - 1);
    volatile bool is_equal = true;
    for (size_t i = 0; i < sizeof(secret) - 1; i++) {
        if (secret[i] != "a secret tent"[i]) {
            is_equal = false;
            break;
        }
    }
    assert_true(reports() > 0);
    (void)is_equal;
}

static void tokens_are_looked_up_in_constant_time(void **state)
{
    (void)state;
    struct told told =
        watch(&(struct ask){ "GET", "/v2/workspace", NULL, .token = world.token });
    assert_told(&told, 200);
    assert_true(comparisons > 0);
    assert_int_equal(reports(), 0);
    // As Basic credentials, as clients of older APIs send it.
    str both = arena_printf(world.arena, ":%" PRIstr, STR_ARG(world.token));
    char coded[128];
    sodium_bin2base64(coded, sizeof(coded), (const uint8_t *)both.data, both.len,
                      sodium_base64_VARIANT_ORIGINAL);
    str basic = arena_printf(world.arena, "Basic %s", coded);
    told = watch(&(struct ask){ "GET", "/v2/workspace", NULL, .authorization = basic });
    assert_told(&told, 200);
    assert_true(comparisons > 0);
    assert_int_equal(reports(), 0);
}

static str cookie_of(const struct told *told)
{
    str cookie = told_header(told, "Set-Cookie");
    return str_sub(cookie, 0, str_find(cookie, ';'));
}

static struct told sign_in(void)
{
    struct told told =
        world_ask(&world, &(struct ask){ "POST", "/v2/session",
                                         "{\"email\":\"" WORLD_EMAIL
                                         "\",\"password\":\"" WORLD_PASSWORD "\"}" });
    assert_told(&told, 200);
    return told;
}

static void csrf_tokens_are_compared_in_constant_time(void **state)
{
    (void)state;
    struct told told = sign_in();
    str cookie = cookie_of(&told);
    str csrf = told_str(&told, "csrfToken");
    const str tries[] = { csrf, altered(csrf, 0), altered(csrf, csrf.len - 1) };
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        told = watch(&(struct ask){ "POST", "/v2/session/confirm", "{}", .cookie = cookie,
                                    .csrf = tries[i] });
        assert_told(&told, i == 0 ? 400 : 403);
        assert_int_equal(comparisons, 1);
        assert_int_equal(reports(), 0);
    }
}

// Asks with the right text and with two that nearly are, and tells that nothing but the hash
// has seen it.
static void watch_hidden(const struct ask *ask, str text, int status)
{
    hidden = text;
    struct told told = watch(ask);
    hidden = STR_NONE;
    assert_told(&told, status);
    assert_true(hashes > 0);
    assert_int_equal(reports(), 0);
}

static void cookies_of_sessions_are_seen_by_the_hash_alone(void **state)
{
    (void)state;
    struct told told = sign_in();
    str cookie = cookie_of(&told);
    size_t begin = str_find(cookie, '=') + 1;
    const str tries[] = { cookie, altered(cookie, begin), altered(cookie, cookie.len - 1) };
    for (size_t i = 0; i < ARRAY_LEN(tries); i++)
        watch_hidden(&(struct ask){ "GET", "/v2/session/all", NULL, .cookie = tries[i] },
                     str_sub(tries[i], begin, cookie.len), i == 0 ? 200 : 401);
}

// With the token of a link; wrong ones first, as the right one works once.
static void watch_link(const char *path, str token, const char *more, int status)
{
    const str tries[] = { altered(token, 0), altered(token, token.len - 1), token };
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        str body =
            arena_printf(world.arena, "{\"token\":\"%" PRIstr "\"%s}", STR_ARG(tries[i]), more);
        watch_hidden(&(struct ask){ "POST", path, body.data }, tries[i], i < 2 ? 401 : status);
    }
}

static str after_hash_sign(str link)
{
    static const char name[] = "#token=";
    return str_sub(link, str_find(link, '#') + strlen(name), link.len);
}

static void tokens_of_links_are_seen_by_the_hash_alone(void **state)
{
    (void)state;
    struct told told = sign_in();
    str cookie = cookie_of(&told), csrf = told_str(&told, "csrfToken");
    told =
        world_ask(&world, &(struct ask){ "POST", "/v2/invitations",
                                         "{\"email\":\"grace@example.com\"}", .cookie = cookie,
                                         .csrf = csrf, .workspace_id = world.workspace_id });
    assert_told(&told, 201);
    watch_link("/v2/invitations/accept", after_hash_sign(told_str(&told, "link")),
               ",\"password\":\"a passphrase of hers\"", 201);
    told = world_ask_locally(&world, "POST", "/local/password-resets",
                             "{\"email\":\"" WORLD_EMAIL "\"}");
    assert_true(told.status < 300);
    watch_link("/v2/password-resets/accept", after_hash_sign(told_str(&told, "link")),
               ",\"password\":\"another passphrase\"", 204);
}

static void the_setup_link_is_compared_in_constant_time(void **state)
{
    (void)state;
    char token[API_SETUP_TOKEN_LEN + 1];
    world_close(&world);
    world_open(&world);
    assert_true(api_setup_token(world.api, token));
    const str tries[] = { altered(str_of(token), 0),
                          altered(str_of(token), API_SETUP_TOKEN_LEN - 1), str_of(token) };
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        str body = arena_printf(world.arena,
                                "{\"setupToken\":\"%" PRIstr "\",\"organizationName\":\"O\","
                                "\"workspaceName\":\"W\",\"email\":\"" WORLD_EMAIL
                                "\",\"password\":\"" WORLD_PASSWORD "\"}",
                                STR_ARG(tries[i]));
        struct told told = watch(&(struct ask){ "POST", "/v2/setup", body.data });
        assert_true(i < 2 ? told.status == 401 : told.status < 300);
        assert_int_equal(comparisons, 1);
        assert_int_equal(reports(), 0);
    }
}

static void passwords_reach_their_hash_unseen(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE], password[] = "correct horse";
    assert_int_equal(password_hash(secret_of(str_of(password)), hash), OK);
    str stored = str_of(hash), given = str_of(password);
    (void)reports();
    VALGRIND_MAKE_MEM_UNDEFINED(hash, stored.len);
    VALGRIND_MAKE_MEM_UNDEFINED(password, given.len);
    bool is_right = password_is_right(secret_of(given), stored);
    assert_int_equal(reports(), 0);
    assert_true(is_right);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(a_comparison_that_stops_early_is_reported),
        TEST(tokens_are_looked_up_in_constant_time),
        TEST(csrf_tokens_are_compared_in_constant_time),
        TEST(cookies_of_sessions_are_seen_by_the_hash_alone),
        TEST(tokens_of_links_are_seen_by_the_hash_alone),
        TEST(the_setup_link_is_compared_in_constant_time),
        TEST(passwords_reach_their_hash_unseen),
    };
    return cmocka_run_group_tests_name("api constant time", tests, NULL, NULL);
}
