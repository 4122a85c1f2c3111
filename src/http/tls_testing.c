// SPDX-License-Identifier: Apache-2.0
// Certificates and clients for unit tests.
#include "http/tls_testing.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "os/fs.h"

static X509 *certificate_make(EVP_PKEY *key, long from_s, long until_s)
{
    X509 *certificate = X509_new();
    assert_non_null(certificate);
    assert_true(X509_set_version(certificate, X509_VERSION_3));
    assert_true(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1));
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), from_s));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), until_s));
    assert_true(X509_set_pubkey(certificate, key));
    X509_NAME *name = X509_get_subject_name(certificate);
    assert_true(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                           (const unsigned char *)"localhost", -1, -1, 0));
    assert_true(X509_set_issuer_name(certificate, name));
    assert_true(X509_sign(certificate, key, EVP_sha256()));
    return certificate;
}

// As PEM, mode 0600; takes the BIO.
static void file_write(const char *path, BIO *pem)
{
    char *data;
    struct problem problem;
    long len = BIO_get_mem_data(pem, &data);
    assert_true(len > 0);
    assert_int_equal(fs_write_file(fs_real(), path, str_make(data, (size_t)len), &problem), OK);
    BIO_free(pem);
}

void tls_files_renew(const struct tls_files *files, long from_s, long until_s)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    assert_non_null(key);
    X509 *certificate = certificate_make(key, from_s, until_s);
    BIO *pem = BIO_new(BIO_s_mem());
    assert_true(PEM_write_bio_X509(pem, certificate));
    file_write(files->certificate, pem);
    pem = BIO_new(BIO_s_mem());
    assert_true(PEM_write_bio_PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL));
    file_write(files->key, pem);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static void file_reserve(char *path)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
}

void tls_files_make(struct tls_files *files, long from_s, long until_s)
{
    *files = (struct tls_files){ .certificate = "/tmp/pintle-chain-XXXXXX",
                                 .key = "/tmp/pintle-key-XXXXXX" };
    file_reserve(files->certificate);
    file_reserve(files->key);
    tls_files_renew(files, from_s, until_s);
    files->settings = (struct http_tls_settings){
        .certificate_file = str_of(files->certificate),
        .key_file = str_of(files->key),
        .min_version = STR("1.2"),
    };
}

void tls_files_remove(struct tls_files *files)
{
    struct fs *fs = fs_real();
    (void)fs->ops->remove(fs, files->certificate); // a test may have done so
    (void)fs->ops->remove(fs, files->key);
}

SSL_CTX *tls_client_context(int version)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    assert_non_null(context);
    SSL_CTX_set_security_level(context, 0); // so that it offers what a server must refuse
    assert_true(SSL_CTX_set_min_proto_version(context, version));
    assert_true(SSL_CTX_set_max_proto_version(context, version));
    return context;
}

SSL *tls_client_new(SSL_CTX *context)
{
    SSL *client = SSL_new(context);
    assert_non_null(client);
    SSL_set_bio(client, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(client);
    return client;
}

SSL *tls_client_connect(SSL_CTX *context, int fd, SSL_SESSION *session)
{
    SSL *client = SSL_new(context);
    assert_non_null(client);
    assert_true(SSL_set_fd(client, fd));
    if (session)
        assert_true(SSL_set_session(client, session));
    assert_int_equal(SSL_connect(client), 1);
    return client;
}

void tls_client_send(SSL *client, str bytes)
{
    size_t written;
    assert_int_equal(SSL_write_ex(client, bytes.data, bytes.len, &written), 1);
    assert_int_equal(written, bytes.len);
}

str tls_client_rest(SSL *client, struct arena *arena)
{
    struct buf buf = { 0 };
    size_t got;
    while (SSL_read_ex(client, buf_reserve(&buf, 4096), 4096, &got))
        buf.len += got;
    if (SSL_get_error(client, 0) != SSL_ERROR_ZERO_RETURN)
        buf_add_str(&buf, STR("(cut)"));
    str rest = arena_dup(arena, buf_str(&buf));
    buf_done(&buf);
    return rest;
}
