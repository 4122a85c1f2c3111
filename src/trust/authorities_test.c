// SPDX-License-Identifier: Apache-2.0
// Tests of when certificates are read, and of what happens when they cannot be.
#include "base/test.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <unistd.h>

#include "trust/authorities.h"

enum { HOUR_MS = 3600 * 1000 };

static void add_certificate(FILE *file, long serial)
{
    X509 *certificate = X509_new();
    EVP_PKEY *key = EVP_EC_gen("P-256");
    char name[32];
    (void)snprintf(name, sizeof(name), "authority %ld", serial);
    assert_true(ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial));
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), 0));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), 3600));
    assert_true(X509_set_pubkey(certificate, key));
    assert_true(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN",
                                           MBSTRING_ASC, (const unsigned char *)name, -1, -1,
                                           0));
    assert_true(X509_sign(certificate, key, EVP_sha256()));
    assert_true(PEM_write_X509(file, certificate));
    EVP_PKEY_free(key);
    X509_free(certificate);
}

struct scene {
    char path[32];
    struct clock_fake clock;
    struct authorities *authorities;
};

static void write_some(const struct scene *scene, long count)
{
    FILE *file = fopen(scene->path, "w");
    assert_non_null(file);
    for (long i = 1; i <= count; i++)
        add_certificate(file, i);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    static struct scene scene;
    scene = (struct scene){ .path = "/tmp/pintle-trust-XXXXXX" };
    int fd = mkstemp(scene.path);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    clock_fake_init(&scene.clock, 1700000000000);
    assert_int_equal(unsetenv("SSL_CERT_FILE"), 0);
    assert_int_equal(unsetenv("SSL_CERT_DIR"), 0);
    scene.authorities = authorities_new(scene.path, NULL, &scene.clock.clock);
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    authorities_free(scene->authorities);
    (void)unlink(scene->path); // a test may have done so
    return unsetenv("SSL_CERT_FILE");
}

static int count(struct authorities *authorities)
{
    X509_STORE *store = authorities_store(authorities);
    int result = sk_X509_OBJECT_num(X509_STORE_get0_objects(store));
    X509_STORE_free(store);
    return result;
}

static void certificates_are_read_again_after_an_hour(void **state)
{
    struct scene *scene = *state;
    write_some(scene, 1);
    assert_int_equal(count(scene->authorities), 1);
    write_some(scene, 2);
    clock_fake_advance_ms(&scene->clock, HOUR_MS - 1);
    assert_int_equal(count(scene->authorities), 1);
    clock_fake_advance_ms(&scene->clock, 1);
    assert_int_equal(count(scene->authorities), 2);
}

static void a_file_that_has_gone_leaves_what_was_read(void **state)
{
    struct scene *scene = *state;
    write_some(scene, 2);
    assert_int_equal(count(scene->authorities), 2);
    assert_int_equal(unlink(scene->path), 0);
    clock_fake_advance_ms(&scene->clock, HOUR_MS);
    assert_int_equal(count(scene->authorities), 2);
    write_some(scene, 3);
    assert_int_equal(count(scene->authorities), 3); // tried with each connection
}

static void a_file_that_comes_late_is_read_when_it_is_there(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(count(scene->authorities), 0);
    write_some(scene, 1);
    assert_int_equal(count(scene->authorities), 1);
}

static void the_environment_goes_before_the_default(void **state)
{
    struct scene *scene = *state;
    write_some(scene, 2);
    assert_int_equal(setenv("SSL_CERT_FILE", scene->path, 1), 0);
    struct authorities *named = authorities_new("/nowhere", NULL, &scene->clock.clock);
    assert_int_equal(count(named), 2);
    authorities_free(named);
}

#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCENE(certificates_are_read_again_after_an_hour),
        IN_SCENE(a_file_that_has_gone_leaves_what_was_read),
        IN_SCENE(a_file_that_comes_late_is_read_when_it_is_there),
        IN_SCENE(the_environment_goes_before_the_default),
    };
    return cmocka_run_group_tests_name("trust authorities", tests, NULL, NULL);
}
