// SPDX-License-Identifier: Apache-2.0
// Reading the certificate and its key, and OpenSSL's context around them.
//
// A client's session is in the ticket it got, sealed by keys that the context holds in memory;
// nothing is kept here for it. A context is replaced after CONTEXT_AGE_MAX_MS, so that these
// keys, once stolen, do not open what was recorded on other days. Early data (0-RTT), which
// could be replayed, is never taken.
#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <pthread.h>

#include "base/mem.h"
#include "base/secret.h"
#include "http/secure.h"
#include "os/fs.h"

enum {
    FILE_MAX_BYTES = 1 << 20,
    CHAIN_MAX = 16,
    CONTEXT_AGE_MAX_MS = 12 * 3600 * 1000,
    SESSION_AGE_MAX_S = 2 * 3600,
};

struct http_tls {
    struct arena *arena; // of the settings
    struct http_tls_settings settings;
    const struct clock *clock;
    BIO_METHOD *bio_method;
    pthread_mutex_t lock; // guards what follows
    SSL_CTX *context;
    int64_t made_ms;
};

// What the files hold.
struct identity {
    X509 *certificate;
    STACK_OF(X509) * chain;
    EVP_PKEY *key;
};

#define CERTIFICATE_FIELD STR("tls_certificate_file")
#define KEY_FIELD         STR("tls_key_file")

static void identity_done(struct identity *identity)
{
    X509_free(identity->certificate);
    sk_X509_pop_free(identity->chain, X509_free);
    EVP_PKEY_free(identity->key);
}

static void identity_done_auto_(struct identity *identity)
{
    identity_done(identity);
}

static const char *openssl_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason ? reason : "OpenSSL does not say why";
}

// --- Files

static enum err file_problem(enum err err, str path, str field, const struct problem *why,
                             struct problem *ret_problem)
{
    return problem_set(ret_problem, err, field, "%" PRIstr ": %s", STR_ARG(path), why->text);
}

// Reads certificates until something is not one. The end of the file is the usual one.
static enum err read_chain(BIO *pem, str path, struct identity *identity,
                           struct problem *ret_problem)
{
    identity->chain = sk_X509_new_null();
    for (X509 *next; (next = PEM_read_bio_X509(pem, NULL, NULL, NULL));) {
        int count = identity->chain ? sk_X509_push(identity->chain, next) : 0;
        if (count > 0 && count <= CHAIN_MAX)
            continue;
        if (count == 0)
            X509_free(next);
        return problem_set(ret_problem, ERR_INVALID, CERTIFICATE_FIELD,
                           "%" PRIstr " holds more than %d certificates", STR_ARG(path),
                           CHAIN_MAX + 1);
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE)
        return OK;
    return problem_set(ret_problem, ERR_INVALID, CERTIFICATE_FIELD,
                       "%" PRIstr " holds a certificate that cannot be read: %s", STR_ARG(path),
                       openssl_reason());
}

static enum err read_certificates(str path, struct arena *arena, struct identity *identity,
                                  struct problem *ret_problem)
{
    str text;
    struct problem problem;
    enum err err = fs_read_file(fs_real(), arena_cstr(arena, path), FILE_MAX_BYTES, arena,
                                &text, &problem);
    if (err)
        return file_problem(err, path, CERTIFICATE_FIELD, &problem, ret_problem);
    BIO *pem = BIO_new_mem_buf(text.data, (int)text.len);
    assert(pem);
    identity->certificate = PEM_read_bio_X509(pem, NULL, NULL, NULL);
    if (identity->certificate)
        err = read_chain(pem, path, identity, ret_problem);
    else
        err = problem_set(ret_problem, ERR_INVALID, CERTIFICATE_FIELD,
                          "%" PRIstr " holds no certificate in PEM: %s", STR_ARG(path),
                          openssl_reason());
    BIO_free(pem);
    return err;
}

// OpenSSL would ask at the terminal.
static int refuse_passphrase(char *text, int size, int is_writing, void *was_asked)
{
    (void)text;
    (void)size;
    (void)is_writing;
    *(bool *)was_asked = true;
    return -1;
}

static enum err parse_key(str path, str text, EVP_PKEY **ret_key, struct problem *ret_problem)
{
    bool was_asked = false;
    BIO *pem = BIO_new_mem_buf(text.data, (int)text.len);
    assert(pem);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(pem, NULL, refuse_passphrase, &was_asked);
    BIO_free(pem);
    if (key) {
        *ret_key = key;
        return OK;
    }
    if (was_asked)
        return problem_set(ret_problem, ERR_INVALID, KEY_FIELD,
                           "%" PRIstr " is sealed with a passphrase, which nobody could enter",
                           STR_ARG(path));
    return problem_set(ret_problem, ERR_INVALID, KEY_FIELD,
                       "%" PRIstr " holds no private key in PEM: %s", STR_ARG(path),
                       openssl_reason());
}

// A group may read it: that is how systems let a service at a key of root's.
static enum err read_key(str path, struct arena *arena, EVP_PKEY **ret_key,
                         struct problem *ret_problem)
{
    struct problem problem;
    bool is_exposed;
    str text;
    const char *name = arena_cstr(arena, path);
    enum err err = fs_is_exposed(name, S_IWGRP | S_IRWXO, &is_exposed, &problem);
    if (err)
        return file_problem(err, path, KEY_FIELD, &problem, ret_problem);
    if (is_exposed)
        return problem_set(ret_problem, ERR_FORBIDDEN, KEY_FIELD,
                           "%" PRIstr " is open to every user of this machine: chmod 600, or "
                           "640 for a group",
                           STR_ARG(path));
    err = fs_read_file(fs_real(), name, FILE_MAX_BYTES, arena, &text, &problem);
    if (err)
        return file_problem(err, path, KEY_FIELD, &problem, ret_problem);
    err = parse_key(path, text, ret_key, ret_problem);
    secret_wipe((char *)text.data, text.len);
    return err;
}

static enum err identity_read(const struct http_tls_settings *settings,
                              struct identity *identity, struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(4 * FILE_MAX_BYTES);
    ERR_clear_error();
    enum err err = read_certificates(settings->certificate_file, arena, identity, ret_problem);
    if (!err)
        err = read_key(settings->key_file, arena, &identity->key, ret_problem);
    if (!err && X509_check_private_key(identity->certificate, identity->key) != 1)
        err = problem_set(ret_problem, ERR_INVALID, KEY_FIELD,
                          "%" PRIstr " is not the key of the first certificate in %" PRIstr,
                          STR_ARG(settings->key_file), STR_ARG(settings->certificate_file));
    return err;
}

// --- Context

// Whoever offers only protocols that are not spoken here is told so (RFC 7301, 3.2).
static int choose_protocol(SSL *ssl, const unsigned char **ret_name, unsigned char *ret_len,
                           const unsigned char *offered, unsigned offered_len, void *ctx)
{
    static const unsigned char http_1_1[] = "\x08http/1.1";
    (void)ssl;
    (void)ctx;
    int found = SSL_select_next_proto((unsigned char **)ret_name, ret_len, http_1_1,
                                      sizeof(http_1_1) - 1, offered, offered_len);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// 0: none that is spoken.
static int version_number(str version)
{
    if (str_eq(version, STR("1.3")))
        return TLS1_3_VERSION;
    return str_eq(version, STR("1.2")) ? TLS1_2_VERSION : 0;
}

static SSL_CTX *context_new(str min_version)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    assert(context);
    int done = SSL_CTX_set_min_proto_version(context, version_number(min_version));
    assert(done);
    // Of TLS 1.2: forward secrecy and authenticated encryption. All are strong, so that the
    // client may choose what it is quick at.
    done = SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
    assert(done);
    done = SSL_CTX_set_num_tickets(context, 1);
    assert(done);
    (void)done;
    (void)SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    (void)SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    (void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_timeout(context, SESSION_AGE_MAX_S);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    return context;
}

// In force from here on; connections that have begun keep the context they began with.
static void context_set(struct http_tls *tls, SSL_CTX *context)
{
    SSL_CTX_free(tls->context);
    tls->context = context;
    tls->made_ms = clock_mono_ms(tls->clock);
}

static enum err context_read(const struct http_tls *tls, SSL_CTX **ret_context,
                             struct problem *ret_problem)
{
    __attribute__((cleanup(identity_done_auto_))) struct identity identity = { 0 };
    enum err err = identity_read(&tls->settings, &identity, ret_problem);
    if (err)
        return err;
    SSL_CTX *context = context_new(tls->settings.min_version);
    if (SSL_CTX_use_cert_and_key(context, identity.certificate, identity.key, identity.chain,
                                 1) == 1) {
        *ret_context = context;
        return OK;
    }
    SSL_CTX_free(context); // such as a key that is too short
    return problem_set(ret_problem, ERR_INVALID, CERTIFICATE_FIELD,
                       "%" PRIstr " cannot be used: %s",
                       STR_ARG(tls->settings.certificate_file), openssl_reason());
}

// The same certificate under new keys of tickets.
static void context_renew(struct http_tls *tls)
{
    STACK_OF(X509) *chain = NULL;
    SSL_CTX *context = context_new(tls->settings.min_version);
    int done = SSL_CTX_get0_chain_certs(tls->context, &chain);
    assert(done == 1);
    done = SSL_CTX_use_cert_and_key(context, SSL_CTX_get0_certificate(tls->context),
                                    SSL_CTX_get0_privatekey(tls->context), chain, 1);
    assert(done == 1);
    (void)done;
    context_set(tls, context);
}

// --- Door

enum err http_tls_version_check(str version, struct problem *ret_problem)
{
    if (version_number(version))
        return OK;
    return problem_set(ret_problem, ERR_INVALID, STR("tls_min_version"), "must be 1.2 or 1.3");
}

enum err http_tls_open(const struct http_tls_settings *settings, const struct clock *clock,
                       struct http_tls **ret_tls, struct problem *ret_problem)
{
    enum err checked = http_tls_version_check(settings->min_version, ret_problem);
    if (checked)
        return checked;
    struct http_tls *tls = NEW(struct http_tls);
    tls->arena = arena_new(64 << 10);
    tls->clock = clock;
    tls->settings = (struct http_tls_settings){
        .certificate_file = arena_dup(tls->arena, settings->certificate_file),
        .key_file = arena_dup(tls->arena, settings->key_file),
        .min_version = arena_dup(tls->arena, settings->min_version),
    };
    pthread_mutex_init(&tls->lock, NULL);
    tls->bio_method = secure_bio_method_new();
    enum err err = http_tls_reload(tls, ret_problem);
    if (err)
        http_tls_close(tls);
    else
        *ret_tls = tls;
    return err;
}

enum err http_tls_reload(struct http_tls *tls, struct problem *ret_problem)
{
    SSL_CTX *context = NULL;
    enum err err = context_read(tls, &context, ret_problem);
    if (err)
        return err;
    pthread_mutex_lock(&tls->lock);
    context_set(tls, context);
    pthread_mutex_unlock(&tls->lock);
    return OK;
}

static int64_t seconds_of(const ASN1_TIME *time)
{
    struct tm parts;
    return ASN1_TIME_to_tm(time, &parts) ? (int64_t)timegm(&parts) : 0;
}

struct http_tls_validity http_tls_validity(struct http_tls *tls)
{
    pthread_mutex_lock(&tls->lock);
    const X509 *certificate = SSL_CTX_get0_certificate(tls->context);
    struct http_tls_validity validity = {
        .not_before_s = seconds_of(X509_get0_notBefore(certificate)),
        .not_after_s = seconds_of(X509_get0_notAfter(certificate)),
    };
    pthread_mutex_unlock(&tls->lock);
    return validity;
}

void http_tls_close(struct http_tls *tls)
{
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    BIO_meth_free(tls->bio_method);
    pthread_mutex_destroy(&tls->lock);
    arena_free(tls->arena);
    mem_free(tls);
}

// --- For connections

SSL *tls_ssl_new(struct http_tls *tls)
{
    pthread_mutex_lock(&tls->lock);
    if (clock_mono_ms(tls->clock) - tls->made_ms > CONTEXT_AGE_MAX_MS)
        context_renew(tls);
    SSL *ssl = SSL_new(tls->context);
    pthread_mutex_unlock(&tls->lock);
    assert(ssl);
    SSL_set_accept_state(ssl);
    return ssl;
}

BIO *tls_bio_new(struct http_tls *tls)
{
    BIO *bio = BIO_new(tls->bio_method);
    assert(bio);
    return bio;
}
