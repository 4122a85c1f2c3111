// SPDX-License-Identifier: Apache-2.0
// Bytes to and from the server under load, with TLS or without.
#include "load/wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "trust/trust.h"

struct wire_tls {
    SSL_CTX *context;
    BIO_METHOD *socket; // OpenSSL's own would die of SIGPIPE
    char host[ADDRESS_HOST_MAX + 1];
};

// --- The socket under TLS

static int on_write(BIO *bio, const char *bytes, int len)
{
    const struct wire *wire = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t sent = send(wire->fd, bytes, (size_t)len, MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_write(bio);
    return (int)sent;
}

static int on_read(BIO *bio, char *bytes, int size)
{
    const struct wire *wire = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t got = recv(wire->fd, bytes, (size_t)size, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_read(bio);
    return (int)got;
}

static long on_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH; // nothing is held back
}

static BIO_METHOD *make_socket(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wire");
    if (method)
        (void)(BIO_meth_set_write(method, on_write) && BIO_meth_set_read(method, on_read) &&
               BIO_meth_set_ctrl(method, on_control)); // which only set pointers
    return method;
}

// --- What connections share

enum err wire_tls_open(const struct address_of_server *address, str ca_file,
                       struct wire_tls **ret_tls, struct problem *ret_problem)
{
    AUTO(wire_tls_close) struct wire_tls *tls = NEW(struct wire_tls);
    (void)str_copy(str_of(address->name), tls->host, sizeof(tls->host)); // has the same size
    tls->socket = make_socket();
    if (!tls->socket)
        return problem_set(ret_problem, ERR_IO, STR("url"), "TLS cannot be begun");
    enum err err = trust_context_new(ca_file, STR("ca-file"), &tls->context, ret_problem);
    if (err)
        return err;
    // Several tries to write may go through a buffer that has moved.
    (void)SSL_CTX_set_mode(tls->context,
                           SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    *ret_tls = TAKE(tls);
    return OK;
}

void wire_tls_close(struct wire_tls *tls)
{
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    BIO_meth_free(tls->socket);
    mem_free(tls);
}

// --- A connection

bool wire_start(struct wire *wire, int fd, struct wire_tls *tls)
{
    *wire = (struct wire){ .fd = fd };
    if (!tls)
        return true;
    wire->ssl = SSL_new(tls->context);
    BIO *bio = wire->ssl ? BIO_new(tls->socket) : NULL;
    if (!bio)
        return false;
    BIO_set_data(bio, wire);
    BIO_set_init(bio, 1);
    SSL_set_bio(wire->ssl, bio, bio);
    SSL_set_connect_state(wire->ssl);
    return trust_name_server(wire->ssl, tls->host);
}

void wire_stop(struct wire *wire)
{
    SSL_free(TAKE(wire->ssl));
    if (wire->fd >= 0)
        (void)close(wire->fd);
    wire->fd = -1;
}

// What a call's failure means, as errno says it. 0: the other side has said that it is the end.
static ssize_t fail(const struct wire *wire, int result)
{
    int number = errno;
    switch (SSL_get_error(wire->ssl, result)) {
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        errno = EAGAIN;
        return -1;
    case SSL_ERROR_SYSCALL:
        errno = number ? number : ECONNRESET;
        return -1;
    default:
        errno = EPROTO;
        return -1;
    }
}

static void forget_errors(void)
{
    errno = 0;
    ERR_clear_error(); // of another connection
}

int wire_shake(struct wire *wire)
{
    if (!wire->ssl)
        return 0;
    forget_errors();
    int result = SSL_do_handshake(wire->ssl);
    if (result == 1)
        return 0;
    if (fail(wire, result) == 0)
        errno = ECONNRESET;
    return -1;
}

ssize_t wire_receive(struct wire *wire, char *bytes, size_t size)
{
    if (!wire->ssl)
        return recv(wire->fd, bytes, size, 0);
    forget_errors();
    int got = SSL_read(wire->ssl, bytes, (int)MIN(size, (size_t)INT_MAX));
    return got > 0 ? got : fail(wire, got);
}

ssize_t wire_send(struct wire *wire, const char *bytes, size_t len)
{
    if (!wire->ssl)
        return send(wire->fd, bytes, len, MSG_NOSIGNAL);
    forget_errors();
    int sent = SSL_write(wire->ssl, bytes, (int)MIN(len, (size_t)INT_MAX));
    if (sent > 0)
        return sent;
    if (fail(wire, sent) == 0)
        errno = ECONNRESET;
    return -1;
}

void wire_reason(const struct wire *wire, int number, char ret_text[WIRE_REASON_BYTES])
{
    char buffer[WIRE_REASON_BYTES];
    const char *text = strerror_r(number, buffer, sizeof(buffer));
    if (number == EPROTO && wire->ssl) {
        long verdict = SSL_get_verify_result(wire->ssl);
        const char *reason = ERR_reason_error_string(ERR_peek_error());
        text = verdict != X509_V_OK ? X509_verify_cert_error_string(verdict)
               : reason             ? reason
                                    : "not TLS";
    }
    (void)snprintf(ret_text, WIRE_REASON_BYTES, "%s", text);
}
