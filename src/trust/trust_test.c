// SPDX-License-Identifier: Apache-2.0
// Tests of whom a client of TLS believes. That servers are refused is tested where there are
// some: http-tls and the load generator's scenario.
#include "base/test.h"

#include <openssl/ssl.h>

#include "trust/trust.h"

static SSL *ssl_new(SSL_CTX **ret_context)
{
    assert_int_equal(trust_context_new(STR(""), STR("ca"), ret_context, NULL), OK);
    SSL *ssl = SSL_new(*ret_context);
    assert_non_null(ssl);
    return ssl;
}

static void a_file_without_certificates_is_refused_under_the_settings_name(void **state)
{
    (void)state;
    SSL_CTX *context = NULL;
    struct problem problem = { 0 };
    const char *const files[] = { "/dev/null", "/nowhere/ca.pem" };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        assert_int_equal(
            trust_context_new(str_of(files[i]), STR("ca-file"), &context, &problem),
            ERR_INVALID);
        assert_string_equal(problem.field, "ca-file");
        assert_null(context);
    }
}

static void servers_are_verified_and_old_versions_refused(void **state)
{
    (void)state;
    SSL_CTX *context = NULL;
    SSL *ssl = ssl_new(&context);
    assert_int_equal(SSL_get_verify_mode(ssl), SSL_VERIFY_PEER);
    assert_int_equal(SSL_get_min_proto_version(ssl), TLS1_2_VERSION);
    SSL_free(ssl);
    SSL_CTX_free(context);
}

static void a_name_is_asked_for_and_must_be_the_certificates(void **state)
{
    (void)state;
    SSL_CTX *context = NULL;
    SSL *ssl = ssl_new(&context);
    assert_true(trust_name_server(ssl, "events.example.com"));
    assert_string_equal(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name),
                        "events.example.com");
    assert_string_equal(X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0),
                        "events.example.com");
    SSL_free(ssl);
    SSL_CTX_free(context);
}

static void an_address_must_be_the_certificates_and_is_not_asked_for(void **state)
{
    (void)state;
    SSL_CTX *context = NULL;
    const char *const addresses[] = { "192.0.2.7", "2001:db8::7" };
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
        SSL *ssl = ssl_new(&context);
        assert_true(trust_name_server(ssl, addresses[i]));
        char *address = X509_VERIFY_PARAM_get1_ip_asc(SSL_get0_param(ssl));
        assert_non_null(address);
        OPENSSL_free(address);
        assert_null(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
        SSL_free(ssl);
        SSL_CTX_free(context);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_without_certificates_is_refused_under_the_settings_name),
        cmocka_unit_test(servers_are_verified_and_old_versions_refused),
        cmocka_unit_test(a_name_is_asked_for_and_must_be_the_certificates),
        cmocka_unit_test(an_address_must_be_the_certificates_and_is_not_asked_for),
    };
    return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
