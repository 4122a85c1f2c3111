// SPDX-License-Identifier: Apache-2.0
// TLS over bytes, against OpenSSL's own client.
#include "http/tls_testing.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/arena.h"
#include "base/clock.h"
#include "http/secure.h"

// Both ends of a connection; what the server read is in `got`.
struct pair {
    struct tls_files files;
    struct clock_fake clock;
    struct http_tls *tls;
    SSL_CTX *context;
    SSL *client;
    struct secure *server;
    enum secure_state state; // as the server said last
    struct buf got;
    size_t step; // bytes given to the server at once
};

static void pair_connect(struct pair *pair)
{
    pair->client = tls_client_new(pair->context);
    pair->server = secure_new(pair->tls);
    pair->state = SECURE_MORE;
    buf_clear(&pair->got);
}

static void pair_disconnect(struct pair *pair)
{
    SSL_free(TAKE(pair->client));
    secure_free(TAKE(pair->server));
}

static void pair_open_as(struct pair *pair, int version, str min_version)
{
    struct problem problem;
    *pair = (struct pair){ .step = SIZE_MAX };
    clock_fake_init(&pair->clock, 1700000000000);
    tls_files_make(&pair->files, -60, 3600);
    pair->files.settings.min_version = min_version;
    assert_int_equal(
        http_tls_open(&pair->files.settings, &pair->clock.clock, &pair->tls, &problem), OK);
    pair->context = tls_client_context(version);
    pair_connect(pair);
}

static void pair_open(struct pair *pair)
{
    pair_open_as(pair, 0, STR("1.2"));
}

static void pair_close(struct pair *pair)
{
    pair_disconnect(pair);
    SSL_CTX_free(pair->context);
    http_tls_close(pair->tls);
    tls_files_remove(&pair->files);
    buf_done(&pair->got);
}

static void server_takes(struct pair *pair, str sealed)
{
    char plain[16384];
    size_t len;
    secure_give(pair->server, sealed);
    while ((pair->state = secure_read(pair->server, plain, sizeof(plain), &len)) ==
           SECURE_BYTES)
        buf_add(&pair->got, plain, len);
}

static void server_to_client(struct pair *pair)
{
    struct buf *out = secure_outgoing(pair->server);
    if (out->len > 0)
        assert_int_equal(BIO_write(SSL_get_rbio(pair->client), out->data, (int)out->len),
                         out->len);
    buf_clear(out);
}

// In pieces of `step`; whether there was anything.
static bool client_to_server(struct pair *pair)
{
    BIO *out = SSL_get_wbio(pair->client);
    char *data;
    size_t len = (size_t)BIO_get_mem_data(out, &data);
    bool is_alive = pair->state != SECURE_BAD && pair->state != SECURE_END;
    for (size_t at = 0; at < len && is_alive; at += pair->step) {
        // Memory of its own, so that a sanitizer sees whoever keeps it too long.
        struct buf piece = { 0 };
        buf_add(&piece, data + at, MIN(pair->step, len - at));
        server_takes(pair, buf_str(&piece));
        buf_done(&piece);
        is_alive = pair->state == SECURE_MORE;
        if (pair->step > len - at)
            break;
    }
    (void)BIO_reset(out);
    return len > 0;
}

// Lets both talk until nobody has anything to say.
static void settle(struct pair *pair)
{
    do {
        (void)SSL_do_handshake(pair->client);
        bool has_more = client_to_server(pair);
        server_to_client(pair);
        if (!has_more)
            break;
    } while (pair->state != SECURE_BAD);
    (void)SSL_do_handshake(pair->client);
    ERR_clear_error();
}

static void client_says(struct pair *pair, str text)
{
    size_t written;
    assert_int_equal(SSL_write_ex(pair->client, text.data, text.len, &written), 1);
    (void)client_to_server(pair);
}

// All that the client reads now.
static size_t client_reads(struct pair *pair, char *data, size_t size)
{
    size_t len = 0, got;
    server_to_client(pair);
    while (len < size && SSL_read_ex(pair->client, data + len, size - len, &got))
        len += got;
    return len;
}

static void bytes_go_both_ways_however_they_are_cut(void **state)
{
    (void)state;
    static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
    static const size_t steps[] = { 1, 2, 3, 5, 6, 7, 64, 1000, SIZE_MAX };
    for (size_t i = 0; i < ARRAY_LEN(versions) * ARRAY_LEN(steps); i++) {
        struct pair pair;
        char answer[16];
        pair_open_as(&pair, versions[i % 2], STR("1.2"));
        pair.step = steps[i / 2];
        settle(&pair);
        assert_true(secure_is_open(pair.server));
        client_says(&pair, STR("question"));
        assert_true(str_eq(buf_str(&pair.got), STR("question")));
        assert_true(secure_write(pair.server, STR("answer")));
        assert_int_equal(client_reads(&pair, answer, sizeof(answer)), 6);
        assert_memory_equal(answer, "answer", 6);
        assert_int_equal(SSL_version(pair.client), versions[i % 2]);
        pair_close(&pair);
    }
}

// The first flight in two pieces, for each place between.
static void a_hello_may_be_cut_anywhere(void **state)
{
    (void)state;
    struct pair pair;
    pair_open(&pair);
    (void)SSL_do_handshake(pair.client);
    char *data;
    size_t len = (size_t)BIO_get_mem_data(SSL_get_wbio(pair.client), &data);
    assert_true(len > 100);
    for (size_t cut = 1; cut < len; cut++) {
        struct secure *server = secure_new(pair.tls);
        char plain[64];
        size_t got;
        secure_give(server, str_make(data, cut));
        assert_int_equal(secure_read(server, plain, sizeof(plain), &got), SECURE_MORE);
        assert_int_equal(secure_outgoing(server)->len, 0);
        secure_give(server, str_make(data + cut, len - cut));
        assert_int_equal(secure_read(server, plain, sizeof(plain), &got), SECURE_MORE);
        assert_true(secure_outgoing(server)->len > 0);
        assert_false(secure_is_open(server));
        secure_free(server);
    }
    pair_close(&pair);
}

static void much_goes_through(void **state)
{
    (void)state;
    enum { MUCH = 1 << 20 };
    struct pair pair;
    pair_open(&pair);
    settle(&pair);
    struct buf sent = { 0 }, got = { 0 };
    for (uint32_t i = 0; i < MUCH / sizeof(i); i++)
        buf_add_u32(&sent, i);
    client_says(&pair, buf_str(&sent));
    assert_true(str_eq(buf_str(&pair.got), buf_str(&sent)));
    assert_true(secure_write(pair.server, buf_str(&sent)));
    got.len = client_reads(&pair, buf_reserve(&got, MUCH), MUCH);
    assert_true(str_eq(buf_str(&got), buf_str(&sent)));
    buf_done(&sent);
    buf_done(&got);
    pair_close(&pair);
}

static void a_bye_leaves_the_other_way_open(void **state)
{
    (void)state;
    struct pair pair;
    char answer[16];
    pair_open(&pair);
    settle(&pair);
    client_says(&pair, STR("last"));
    assert_int_equal(SSL_shutdown(pair.client), 0);
    (void)client_to_server(&pair);
    assert_int_equal(pair.state, SECURE_END);
    assert_true(secure_write(pair.server, STR("answer")));
    secure_bye(pair.server);
    secure_bye(pair.server); // says it once
    assert_int_equal(client_reads(&pair, answer, sizeof(answer)), 6);
    assert_int_equal(SSL_get_error(pair.client, 0), SSL_ERROR_ZERO_RETURN);
    pair_close(&pair);
}

static void a_bye_amid_the_handshake_says_nothing(void **state)
{
    (void)state;
    struct pair pair;
    pair_open(&pair);
    secure_bye(pair.server);
    assert_int_equal(secure_outgoing(pair.server)->len, 0);
    pair_close(&pair);
}

static void assert_refused(struct pair *pair)
{
    char plain[16];
    size_t len;
    const struct buf *out = secure_outgoing(pair->server);
    assert_int_equal(pair->state, SECURE_BAD);
    assert_false(secure_is_open(pair->server));
    assert_true(out->len == 0 || out->data[0] == 0x15); // nothing but an alert
    assert_int_equal(secure_read(pair->server, plain, sizeof(plain), &len), SECURE_BAD);
    secure_bye(pair->server); // must not ask OpenSSL again
}

static void what_is_no_hello_is_refused(void **state)
{
    (void)state;
    static const str bytes[] = {
        { .data = "\x16\x03\x01\xff\xff", .len = 5 },     // longer than a record may be
        { .data = "\x16\x05\x00\x00\x01\x00", .len = 6 }, // no such version
        { .data = "\x17\x03\x03\x00\x01x", .len = 6 },    // data before the handshake
        { .data = "\x16\x03\x01\x00\x04\x02\x00\x00\x00", .len = 9 }, // the server's own hello
        { .data = "\x16\x03\x01\x00\x04\x01\x20\x00\x00", .len = 9 }, // 2 MiB long
    };
    for (size_t i = 0; i < ARRAY_LEN(bytes); i++) {
        struct pair pair;
        pair_open(&pair);
        server_takes(&pair, bytes[i]);
        assert_refused(&pair);
        pair_close(&pair);
    }
}

// A handshake that only ever goes on: changes of cipher, which TLS 1.3 has its server ignore.
static void a_handshake_without_end_is_ended(void **state)
{
    (void)state;
    struct pair pair;
    pair_open_as(&pair, TLS1_3_VERSION, STR("1.2"));
    (void)SSL_do_handshake(pair.client);
    (void)client_to_server(&pair);
    size_t given = 0;
    for (; pair.state == SECURE_MORE && given < 1 << 20; given += 6)
        server_takes(&pair, str_make("\x14\x03\x03\x00\x01\x01", 6));
    assert_int_equal(pair.state, SECURE_BAD);
    assert_in_range(given, 6, 64 << 10);
    pair_close(&pair);
}

static void only_offered_versions_are_spoken(void **state)
{
    (void)state;
    struct pair pair;
    static const struct {
        int client;
        const char *server;
        bool is_spoken;
    } rows[] = {
        { TLS1_VERSION, "1.2", false },   { TLS1_1_VERSION, "1.2", false },
        { TLS1_2_VERSION, "1.2", true },  { TLS1_3_VERSION, "1.2", true },
        { TLS1_2_VERSION, "1.3", false }, { TLS1_3_VERSION, "1.3", true },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        pair_open_as(&pair, rows[i].client, str_of(rows[i].server));
        settle(&pair);
        assert_int_equal(secure_is_open(pair.server), rows[i].is_spoken);
        assert_int_equal(SSL_is_init_finished(pair.client), rows[i].is_spoken);
        pair_close(&pair);
    }
}

static void ciphers_without_forward_secrecy_are_not_spoken(void **state)
{
    (void)state;
    static const char *const lists[] = { "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256",
                                         "ECDHE-ECDSA-AES256-SHA" };
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct pair pair;
        pair_open_as(&pair, TLS1_2_VERSION, STR("1.2"));
        assert_true(SSL_set_cipher_list(pair.client, lists[i]));
        settle(&pair);
        assert_int_equal(pair.state, SECURE_BAD);
        pair_close(&pair);
    }
}

static void only_http_1_1_is_agreed_on(void **state)
{
    (void)state;
    static const struct {
        const char *offer;
        const char *chosen; // NULL: refused
    } rows[] = {
        { "\x08http/1.1", "http/1.1" },
        { "\x02h2\x08http/1.1", "http/1.1" },
        { "\x02h2", NULL },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pair pair;
        pair_open(&pair);
        const unsigned char *offer = (const unsigned char *)rows[i].offer, *chosen;
        unsigned len;
        assert_int_equal(
            SSL_set_alpn_protos(pair.client, offer, (unsigned)strlen(rows[i].offer)), 0);
        settle(&pair);
        assert_int_equal(secure_is_open(pair.server), rows[i].chosen != NULL);
        SSL_get0_alpn_selected(pair.client, &chosen, &len);
        if (rows[i].chosen)
            assert_memory_equal(chosen, rows[i].chosen, strlen(rows[i].chosen));
        pair_close(&pair);
    }
}

static void a_renegotiation_is_refused_and_harms_nobody(void **state)
{
    (void)state;
    struct pair pair;
    pair_open_as(&pair, TLS1_2_VERSION, STR("1.2"));
    settle(&pair);
    assert_int_equal(SSL_renegotiate(pair.client), 1);
    (void)SSL_do_handshake(pair.client);
    (void)client_to_server(&pair);
    assert_int_equal(pair.state, SECURE_MORE);
    assert_true(secure_is_open(pair.server));
    server_to_client(&pair);
    ERR_clear_error();
    assert_int_equal(SSL_do_handshake(pair.client), -1);
    assert_int_equal(SSL_get_error(pair.client, -1), SSL_ERROR_SSL);
    assert_true(secure_write(pair.server, STR("still here")));
    pair_close(&pair);
}

static void keys_may_be_changed(void **state)
{
    (void)state;
    struct pair pair;
    char answer[16];
    pair_open_as(&pair, TLS1_3_VERSION, STR("1.2"));
    settle(&pair);
    pair.step = 1;
    assert_int_equal(SSL_key_update(pair.client, SSL_KEY_UPDATE_REQUESTED), 1);
    client_says(&pair, STR("under new keys"));
    assert_true(str_eq(buf_str(&pair.got), STR("under new keys")));
    assert_true(secure_write(pair.server, STR("answer")));
    assert_int_equal(client_reads(&pair, answer, sizeof(answer)), 6);
    pair_close(&pair);
}

static void a_changed_byte_ends_it(void **state)
{
    (void)state;
    struct pair pair;
    pair_open(&pair);
    settle(&pair);
    size_t written;
    assert_int_equal(SSL_write_ex(pair.client, "text", 4, &written), 1);
    char *data;
    size_t len = (size_t)BIO_get_mem_data(SSL_get_wbio(pair.client), &data);
    data[len - 1] ^= 1;
    server_takes(&pair, str_make(data, len));
    assert_int_equal(pair.state, SECURE_BAD);
    assert_int_equal(pair.got.len, 0);
    assert_false(secure_write(pair.server, STR("no")));
    pair_close(&pair);
}

// --- Sessions

// Connects again with the session of the connection before.
static bool is_resumed(struct pair *pair)
{
    char none[1];
    (void)client_reads(pair, none, sizeof(none)); // takes the ticket
    SSL_SESSION *session = SSL_get1_session(pair->client);
    assert_true(SSL_SESSION_has_ticket(session));
    SSL_set_shutdown(pair->client, SSL_SENT_SHUTDOWN); // else the session counts as broken
    pair_disconnect(pair);
    pair_connect(pair);
    assert_true(SSL_set_session(pair->client, session));
    SSL_SESSION_free(session);
    settle(pair);
    assert_true(secure_is_open(pair->server));
    assert_int_equal(SSL_session_reused(pair->client), secure_is_resumed(pair->server));
    return secure_is_resumed(pair->server);
}

static void a_session_is_resumed_until_keys_or_certificate_change(void **state)
{
    (void)state;
    static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
    for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
        struct pair pair;
        struct problem problem;
        pair_open_as(&pair, versions[i], STR("1.2"));
        settle(&pair);
        assert_false(secure_is_resumed(pair.server));
        assert_true(is_resumed(&pair));
        clock_fake_advance_ms(&pair.clock, 13 * 3600 * 1000);
        assert_false(is_resumed(&pair));
        assert_true(is_resumed(&pair));
        tls_files_renew(&pair.files, -60, 3600);
        assert_int_equal(http_tls_reload(pair.tls, &problem), OK);
        assert_false(is_resumed(&pair));
        pair_close(&pair);
    }
}

static bool has_key_of_file(struct pair *pair)
{
    X509 *shown = SSL_get1_peer_certificate(pair->client);
    FILE *file = fopen(pair->files.certificate, "r");
    assert_non_null(file);
    X509 *expected = PEM_read_X509(file, NULL, NULL, NULL);
    assert_int_equal(fclose(file), 0);
    bool is_same = X509_cmp(shown, expected) == 0;
    X509_free(shown);
    X509_free(expected);
    return is_same;
}

static void a_new_certificate_is_for_new_connections(void **state)
{
    (void)state;
    struct pair pair;
    struct problem problem;
    pair_open(&pair);
    settle(&pair);
    assert_true(has_key_of_file(&pair));
    tls_files_renew(&pair.files, -60, 3600);
    assert_int_equal(http_tls_reload(pair.tls, &problem), OK);
    client_says(&pair, STR("as before"));
    assert_true(str_eq(buf_str(&pair.got), STR("as before")));
    assert_false(has_key_of_file(&pair));
    pair_disconnect(&pair);
    pair_connect(&pair);
    settle(&pair);
    assert_true(has_key_of_file(&pair));
    pair_close(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_go_both_ways_however_they_are_cut),
        cmocka_unit_test(a_hello_may_be_cut_anywhere),
        cmocka_unit_test(much_goes_through),
        cmocka_unit_test(a_bye_leaves_the_other_way_open),
        cmocka_unit_test(a_bye_amid_the_handshake_says_nothing),
        cmocka_unit_test(what_is_no_hello_is_refused),
        cmocka_unit_test(a_handshake_without_end_is_ended),
        cmocka_unit_test(only_offered_versions_are_spoken),
        cmocka_unit_test(ciphers_without_forward_secrecy_are_not_spoken),
        cmocka_unit_test(only_http_1_1_is_agreed_on),
        cmocka_unit_test(a_renegotiation_is_refused_and_harms_nobody),
        cmocka_unit_test(keys_may_be_changed),
        cmocka_unit_test(a_changed_byte_ends_it),
        cmocka_unit_test(a_session_is_resumed_until_keys_or_certificate_change),
        cmocka_unit_test(a_new_certificate_is_for_new_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
