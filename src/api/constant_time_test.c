// SPDX-License-Identifier: Apache-2.0
// Comparing secrets takes as long for nearly right ones as for wrong ones. Runs in valgrind,
// whose memcheck reports every branch and every address that depends on undefined bytes: the
// secrets are marked as undefined where they come from, and only what the constant-time
// comparison itself says is marked as defined again.
//
// Digests of tokens: the first 8 bytes choose the bucket of a hash table and the last one its
// shard; being of SHA-256 they say nothing about a token, and the other 23 decide. Write keys
// are left out: they stand in every web page that sends events.
#include "api/testing.h"

#include <sodium.h>
#include <valgrind/memcheck.h>

#include "access/access.h"
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
    comparisons = 0;
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

static void csrf_tokens_are_compared_in_constant_time(void **state)
{
    (void)state;
    struct told told =
        world_ask(&world, &(struct ask){ "POST", "/v2/session",
                                         "{\"email\":\"" WORLD_EMAIL
                                         "\",\"password\":\"" WORLD_PASSWORD "\"}" });
    assert_told(&told, 200);
    str cookie = told_header(&told, "Set-Cookie");
    cookie = str_sub(cookie, 0, str_find(cookie, ';'));
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
        TEST(passwords_reach_their_hash_unseen),
    };
    return cmocka_run_group_tests_name("api constant time", tests, NULL, NULL);
}
