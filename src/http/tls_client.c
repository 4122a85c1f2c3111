// SPDX-License-Identifier: Apache-2.0
// OpenSSL over a blocking socket.
#include "http/tls_client.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/mem.h"

struct http_tls_client {
    SSL_CTX *context;
};

struct http_tls_line {
    SSL *ssl;
};

// --- Whom to believe

static bool trust(SSL_CTX *context, str ca_file)
{
    char path[PATH_MAX];
    if (ca_file.len == 0)
        return SSL_CTX_set_default_verify_paths(context) == 1;
    return str_copy(ca_file, path, sizeof(path)) &&
           SSL_CTX_load_verify_file(context, path) == 1;
}

enum err http_tls_client_new(str ca_file, struct http_tls_client **ret_client,
                             struct problem *ret_problem)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        !trust(context, ca_file)) {
        SSL_CTX_free(context);
        return problem_set(ret_problem, ERR_INVALID, STR("ca_file"),
                           "must be a file with certificates in PEM that can be read");
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
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

static bool name_server(SSL *ssl, const char *host)
{
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1)
        return true; // it is an address
    return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}

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
    if (!ssl || SSL_set_fd(ssl, fd) != 1 || !name_server(ssl, host)) {
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
