// SPDX-License-Identifier: Apache-2.0
// What a peer may send to the port of TLS. The first byte says how: the rest comes instead of a
// hello, as records of an open connection, or as text inside of them; in pieces of some size.
// The server must say "more", "end" or "bad" to everything, and read what was written.
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "check.h"
#include "http/secure.h"
#include "os/fs.h"

enum { INSTEAD_OF_HELLO, AS_RECORDS, AS_TEXT, WAYS };

struct target {
    struct http_tls *tls;
    SSL_CTX *client;
};

// --- A certificate of its own

static void file_write(char *path, BIO *pem)
{
    char *data;
    struct problem problem;
    long len = BIO_get_mem_data(pem, &data);
    int fd = mkstemp(path);
    check(fd >= 0 && close(fd) == 0);
    check(fs_write_file(fs_real(), path, str_make(data, (size_t)len), &problem) == OK);
    BIO_free(pem);
}

static void target_open(struct target *target)
{
    char certificate_path[] = "/tmp/pintle-fuzz-XXXXXX", key_path[] = "/tmp/pintle-fuzz-XXXXXX";
    struct problem problem;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    check(X509_gmtime_adj(X509_getm_notBefore(certificate), 0) &&
          X509_gmtime_adj(X509_getm_notAfter(certificate), 86400) &&
          X509_set_pubkey(certificate, key) && X509_sign(certificate, key, EVP_sha256()));
    BIO *pem = BIO_new(BIO_s_mem());
    check(PEM_write_bio_X509(pem, certificate));
    file_write(certificate_path, pem);
    pem = BIO_new(BIO_s_mem());
    check(PEM_write_bio_PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL));
    file_write(key_path, pem);
    const struct http_tls_settings settings = { .certificate_file = str_of(certificate_path),
                                                .key_file = str_of(key_path),
                                                .min_version = STR("1.2") };
    check(http_tls_open(&settings, clock_system(), &target->tls, &problem) == OK);
    target->client = SSL_CTX_new(TLS_client_method());
    check(unlink(certificate_path) == 0 && unlink(key_path) == 0);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

// --- Talking

struct talk {
    struct secure *server;
    SSL *client;
    struct buf got;
    enum secure_state state;
};

static void server_takes(struct talk *talk, str sealed)
{
    char plain[512];
    size_t len;
    secure_give(talk->server, sealed);
    while ((talk->state = secure_read(talk->server, plain, sizeof(plain), &len)) ==
           SECURE_BYTES) {
        check(secure_is_open(talk->server) && len > 0 && len <= sizeof(plain));
        buf_add(&talk->got, plain, len);
    }
    if (talk->state == SECURE_BAD)
        check(secure_read(talk->server, plain, sizeof(plain), &len) == SECURE_BAD);
}

static void give(struct talk *talk, str bytes, size_t step)
{
    for (size_t at = 0; at < bytes.len && talk->state == SECURE_MORE; at += step) {
        struct buf piece = { 0 }; // of its own: nobody may keep it
        str part = str_sub(bytes, at, step);
        buf_add_str(&piece, part);
        server_takes(talk, buf_str(&piece));
        buf_done(&piece);
    }
}

static void client_to_server(struct talk *talk, size_t step)
{
    char *data;
    size_t len = (size_t)BIO_get_mem_data(SSL_get_wbio(talk->client), &data);
    give(talk, str_make(data, len), step);
    (void)BIO_reset(SSL_get_wbio(talk->client));
}

static void shake_hands(struct talk *talk)
{
    for (int flights = 0; flights < 4; flights++) {
        struct buf *out = secure_outgoing(talk->server);
        (void)SSL_do_handshake(talk->client);
        client_to_server(talk, SIZE_MAX);
        if (out->len > 0)
            check(BIO_write(SSL_get_rbio(talk->client), out->data, (int)out->len) > 0);
        buf_clear(out);
    }
    check(secure_is_open(talk->server) && talk->state == SECURE_MORE);
}

static void say(struct talk *talk, str text, size_t step)
{
    size_t written;
    if (text.len == 0)
        return;
    check(SSL_write_ex(talk->client, text.data, text.len, &written) == 1);
    client_to_server(talk, step);
    check(str_eq(buf_str(&talk->got), text));
    check(secure_write(talk->server, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct target target;
    if (!target.tls)
        target_open(&target);
    if (size == 0)
        return 0;
    size_t step = data[0] / WAYS ? data[0] / WAYS : SIZE_MAX / 2;
    str rest = str_make((const char *)data + 1, size - 1);
    struct talk talk = { .server = secure_new(target.tls), .client = SSL_new(target.client) };
    talk.state = SECURE_MORE;
    SSL_set_bio(talk.client, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(talk.client);
    if (data[0] % WAYS != INSTEAD_OF_HELLO)
        shake_hands(&talk);
    if (data[0] % WAYS == AS_TEXT)
        say(&talk, rest, step);
    else
        give(&talk, rest, step);
    secure_bye(talk.server);
    secure_free(talk.server);
    SSL_free(talk.client);
    buf_done(&talk.got);
    return 0;
}
