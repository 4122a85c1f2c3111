// SPDX-License-Identifier: Apache-2.0
// OpenSSL between two runs of bytes. Its own memory BIO keeps the largest size it ever had;
// this one lends what came from the socket and owns only what has to be sent.
#include "http/secure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/mem.h"

// More than any client needs, with certificates of its own included; OpenSSL bounds what one
// message takes, this bounds how many there are.
enum { HANDSHAKE_BYTES_MAX = 64 << 10 };

struct secure {
    SSL *ssl;
    str incoming; // given and not yet read
    struct buf outgoing;
    size_t handshake_bytes;
    bool is_open;   // once and for all: OpenSSL counts a change of keys as a handshake too
    bool is_broken; // OpenSSL must not be asked again
    bool said_bye;
};

// --- As OpenSSL sees it

static int bio_read(BIO *bio, char *data, size_t size, size_t *ret_len)
{
    struct secure *secure = BIO_get_data(bio);
    size_t len = MIN(size, secure->incoming.len);
    BIO_clear_retry_flags(bio);
    if (len == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    memcpy(data, secure->incoming.data, len);
    secure->incoming = str_sub(secure->incoming, len, SIZE_MAX);
    *ret_len = len;
    return 1;
}

static int bio_write(BIO *bio, const char *data, size_t len, size_t *ret_len)
{
    struct secure *secure = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    buf_add(&secure->outgoing, data, len);
    *ret_len = len;
    return 1;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH; // the rest is for other kinds
}

BIO_METHOD *secure_bio_method_new(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bytes");
    assert(method);
    int done = BIO_meth_set_read_ex(method, bio_read) &&
               BIO_meth_set_write_ex(method, bio_write) && BIO_meth_set_ctrl(method, bio_ctrl);
    assert(done);
    (void)done;
    return method;
}

// --- As a connection sees it

struct secure *secure_new(struct http_tls *tls)
{
    struct secure *secure = NEW(struct secure);
    BIO *bio = tls_bio_new(tls);
    BIO_set_data(bio, secure);
    BIO_set_init(bio, 1);
    secure->ssl = tls_ssl_new(tls);
    SSL_set_bio(secure->ssl, bio, bio); // takes the one reference
    return secure;
}

void secure_free(struct secure *secure)
{
    if (!secure)
        return;
    SSL_free(secure->ssl);
    buf_done(&secure->outgoing);
    mem_free(secure);
}

bool secure_is_open(const struct secure *secure)
{
    return secure->is_open;
}

bool secure_is_resumed(const struct secure *secure)
{
    return SSL_session_reused(secure->ssl);
}

struct buf *secure_outgoing(struct secure *secure)
{
    return &secure->outgoing;
}

void secure_give(struct secure *secure, str sealed)
{
    assert(secure->incoming.len == 0);
    secure->incoming = sealed;
    if (!secure->is_open)
        secure->handshake_bytes += sealed.len;
}

static bool is_endless(const struct secure *secure)
{
    return !secure->is_open && secure->handshake_bytes > HANDSHAKE_BYTES_MAX;
}

enum secure_state secure_read(struct secure *secure, char *plain, size_t size, size_t *ret_len)
{
    if (secure->is_broken)
        return SECURE_BAD;
    ERR_clear_error();
    bool has_bytes = SSL_read_ex(secure->ssl, plain, size, ret_len);
    secure->is_open = secure->is_open || SSL_is_init_finished(secure->ssl);
    if (has_bytes)
        return SECURE_BYTES;
    int error = SSL_get_error(secure->ssl, 0);
    if (error == SSL_ERROR_WANT_READ && !is_endless(secure))
        return SECURE_MORE;
    secure->incoming = STR_NONE;
    if (error == SSL_ERROR_ZERO_RETURN)
        return SECURE_END;
    secure->is_broken = true;
    return SECURE_BAD;
}

bool secure_write(struct secure *secure, str plain)
{
    assert(secure->is_open);
    size_t written;
    if (plain.len == 0)
        return true;
    ERR_clear_error();
    if (secure->is_broken || !SSL_write_ex(secure->ssl, plain.data, plain.len, &written))
        secure->is_broken = true;
    return !secure->is_broken;
}

void secure_bye(struct secure *secure)
{
    if (secure->said_bye || secure->is_broken || !secure->is_open)
        return;
    secure->said_bye = true;
    ERR_clear_error();
    (void)SSL_shutdown(secure->ssl); // 0: the peer has not said so too
}
