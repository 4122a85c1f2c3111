// SPDX-License-Identifier: Apache-2.0
#include "trust/trust.h"

#include <limits.h>
#include <openssl/ssl.h>

static bool believe(SSL_CTX *context, str ca_file)
{
    char path[PATH_MAX];
    if (ca_file.len == 0)
        return SSL_CTX_set_default_verify_paths(context) == 1;
    return str_copy(ca_file, path, sizeof(path)) &&
           SSL_CTX_load_verify_file(context, path) == 1;
}

enum err trust_context_new(str ca_file, str field, struct ssl_ctx_st **ret_context,
                           struct problem *ret_problem)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
        SSL_CTX_free(context);
        return problem_set(ret_problem, ERR_IO, field, "TLS cannot be begun");
    }
    if (!believe(context, ca_file)) {
        SSL_CTX_free(context);
        return problem_set(ret_problem, ERR_INVALID, field,
                           "must be a file with certificates in PEM that can be read");
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    *ret_context = context;
    return OK;
}

bool trust_name_server(struct ssl_st *ssl, const char *host)
{
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1)
        return true; // it is an address
    return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}
