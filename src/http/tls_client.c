// SPDX-License-Identifier: Apache-2.0
// OpenSSL over a blocking socket.
#include "http/tls_client.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/mem.h"
#include "trust/trust.h"

struct http_tls_client {
    SSL_CTX *context;
};

struct http_tls_line {
    SSL *ssl;
};

// --- Whom to believe

enum err http_tls_client_new(str ca_file, struct http_tls_client **ret_client,
                             struct problem *ret_problem)
{
    SSL_CTX *context = NULL;
    enum err err = trust_context_new(ca_file, STR("ca_file"), &context, ret_problem);
    if (err)
        return err;
    struct http_tls_client *client = NEW(struct http_tls_client);
    client->context = context;
    *ret_client = client;
    return OK;
}

void http_tls_client_free(struct http_tls_client *client)
{
    if (!client)
        return;
    SSL_CTX_free(client->context);
    mem_free(client);
}

// --- A connection

// What is behind in OpenSSL's queue of errors is another connection's.
static void forget_errors(void)
{
    errno = 0;
    ERR_clear_error();
}

// errno of a call that has failed.
static int reason(const SSL *ssl, int result)
{
    int number = errno;
    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return ETIMEDOUT;
    case SSL_ERROR_SYSCALL:
        return number ? number : ECONNRESET;
    case SSL_ERROR_ZERO_RETURN:
        return ECONNRESET;
    default:
        return EPROTO;
    }
}

static enum err refuse(const SSL *ssl, int result, const char *host,
                       struct problem *ret_problem)
{
    long verdict = SSL_get_verify_result(ssl);
    int number = reason(ssl, result);
    const char *said = ERR_reason_error_string(ERR_peek_last_error());
    if (verdict != X509_V_OK)
        return problem_set(ret_problem, ERR_IO, str_of(host),
                           "its certificate is not believed: %s",
                           X509_verify_cert_error_string(verdict));
    return problem_set(ret_problem, ERR_IO, str_of(host), "TLS cannot be begun: %s",
                       number == EPROTO && said ? said : strerror(number));
}

enum err http_tls_connect(struct http_tls_client *client, int fd, const char *host,
                          struct http_tls_line **ret_line, struct problem *ret_problem)
{
    forget_errors();
    SSL *ssl = SSL_new(client->context);
    if (!ssl || SSL_set_fd(ssl, fd) != 1 || !trust_name_server(ssl, host)) {
        SSL_free(ssl);
        return problem_set(ret_problem, ERR_IO, str_of(host), "TLS cannot be begun");
    }
    int result = SSL_connect(ssl);
    if (result != 1) {
        enum err err = refuse(ssl, result, host, ret_problem);
        SSL_free(ssl);
        return err;
    }
    *ret_line = NEW(struct http_tls_line);
    (*ret_line)->ssl = ssl;
    return OK;
}

bool http_tls_send(struct http_tls_line *line, str bytes)
{
    while (bytes.len > 0) {
        forget_errors();
        int sent = SSL_write(line->ssl, bytes.data, (int)MIN(bytes.len, (size_t)INT_MAX));
        if (sent <= 0) {
            errno = reason(line->ssl, sent);
            return false;
        }
        bytes = str_sub(bytes, (size_t)sent, SIZE_MAX);
    }
    return true;
}

void http_tls_end(struct http_tls_line *line)
{
    if (!line)
        return;
    forget_errors();
    (void)SSL_shutdown(line->ssl); // whether the other side says so too is not waited for
    SSL_free(line->ssl);
    mem_free(line);
}
