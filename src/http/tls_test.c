// SPDX-License-Identifier: Apache-2.0
// What a certificate's files may hold, and what is said about those that may not.
#include "http/tls_testing.h"

#include <openssl/pem.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static enum err open_files(const struct tls_files *files, struct http_tls **ret_tls,
                           struct problem *ret_problem)
{
    return http_tls_open(&files->settings, clock_system(), ret_tls, ret_problem);
}

static void assert_refused(const struct tls_files *files, enum err expected, const char *field,
                           const char *text)
{
    struct http_tls *tls;
    struct problem problem;
    assert_int_equal(open_files(files, &tls, &problem), expected);
    assert_string_equal(problem.field, field);
    if (!strstr(problem.text, text))
        fail_msg("\"%s\" is not in \"%s\"", text, problem.text);
}

static void file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void good_files_are_taken(void **state)
{
    (void)state;
    struct tls_files files;
    struct http_tls *tls;
    struct problem problem;
    int64_t now_s = time(NULL);
    tls_files_make(&files, -60, 3600);
    assert_int_equal(open_files(&files, &tls, &problem), OK);
    struct http_tls_validity validity = http_tls_validity(tls);
    assert_in_range(validity.not_before_s, now_s - 60, now_s - 60 + PATIENCE_S);
    assert_in_range(validity.not_after_s, now_s + 3600, now_s + 3600 + PATIENCE_S);
    http_tls_close(tls);
    tls_files_remove(&files);
}

static void an_expired_certificate_is_taken_and_told(void **state)
{
    (void)state;
    struct tls_files files;
    struct http_tls *tls;
    struct problem problem;
    tls_files_make(&files, -7200, -3600);
    assert_int_equal(open_files(&files, &tls, &problem), OK);
    assert_true(http_tls_validity(tls).not_after_s < time(NULL));
    http_tls_close(tls);
    tls_files_remove(&files);
}

static void missing_files_are_named(void **state)
{
    (void)state;
    struct tls_files files;
    tls_files_make(&files, -60, 3600);
    assert_int_equal(unlink(files.key), 0);
    assert_refused(&files, ERR_NOT_FOUND, "tls_key_file", files.key);
    assert_int_equal(unlink(files.certificate), 0);
    assert_refused(&files, ERR_NOT_FOUND, "tls_certificate_file", files.certificate);
    tls_files_remove(&files);
}

static void other_contents_are_named(void **state)
{
    (void)state;
    struct tls_files files;
    tls_files_make(&files, -60, 3600);
    file_write(files.key, "no key\n");
    assert_refused(&files, ERR_INVALID, "tls_key_file", "holds no private key");
    file_write(files.certificate,
               "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assert_refused(&files, ERR_INVALID, "tls_certificate_file", "holds no certificate");
    file_write(files.certificate, "");
    assert_refused(&files, ERR_INVALID, "tls_certificate_file", "holds no certificate");
    tls_files_remove(&files);
}

static void a_broken_certificate_in_the_chain_is_named(void **state)
{
    (void)state;
    struct tls_files files;
    tls_files_make(&files, -60, 3600);
    FILE *file = fopen(files.certificate, "a");
    assert_non_null(file);
    assert_true(fputs("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", file) >=
                0);
    assert_int_equal(fclose(file), 0);
    assert_refused(&files, ERR_INVALID, "tls_certificate_file", "cannot be read");
    tls_files_remove(&files);
}

static void too_long_a_chain_is_refused(void **state)
{
    (void)state;
    struct tls_files files;
    char text[4096];
    tls_files_make(&files, -60, 3600);
    FILE *file = fopen(files.certificate, "r");
    assert_non_null(file);
    size_t len = fread(text, 1, sizeof(text) - 1, file);
    text[len] = '\0';
    assert_int_equal(fclose(file), 0);
    file = fopen(files.certificate, "a");
    assert_non_null(file);
    for (int i = 0; i < 17; i++)
        assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_refused(&files, ERR_INVALID, "tls_certificate_file", "more than 17");
    tls_files_remove(&files);
}

static void a_key_of_another_certificate_is_refused(void **state)
{
    (void)state;
    struct tls_files files, others;
    tls_files_make(&files, -60, 3600);
    tls_files_make(&others, -60, 3600);
    files.settings.key_file = str_of(others.key);
    assert_refused(&files, ERR_INVALID, "tls_key_file", "is not the key of");
    tls_files_remove(&files);
    tls_files_remove(&others);
}

static void a_key_that_others_may_read_is_refused(void **state)
{
    (void)state;
    static const struct {
        mode_t mode;
        bool is_fine;
    } rows[] = { { 0600, true },  { 0400, true },  { 0640, true },  { 0440, true },
                 { 0644, false }, { 0604, false }, { 0660, false }, { 0602, false } };
    struct tls_files files;
    tls_files_make(&files, -60, 3600);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_tls *tls;
        struct problem problem;
        assert_int_equal(chmod(files.key, rows[i].mode), 0);
        if (!rows[i].is_fine) {
            assert_refused(&files, ERR_FORBIDDEN, "tls_key_file", "chmod 600");
            continue;
        }
        assert_int_equal(open_files(&files, &tls, &problem), OK);
        http_tls_close(tls);
    }
    tls_files_remove(&files);
}

static void a_sealed_key_is_refused_without_asking(void **state)
{
    (void)state;
    struct tls_files files;
    tls_files_make(&files, -60, 3600);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    assert_non_null(key);
    FILE *file = fopen(files.key, "w");
    assert_non_null(file);
    unsigned char passphrase[] = "passphrase";
    assert_true(PEM_write_PrivateKey(file, key, EVP_aes_128_cbc(), passphrase,
                                     sizeof(passphrase) - 1, NULL, NULL));
    assert_int_equal(fclose(file), 0);
    EVP_PKEY_free(key);
    assert_refused(&files, ERR_INVALID, "tls_key_file", "passphrase");
    tls_files_remove(&files);
}

static void unknown_versions_are_refused(void **state)
{
    (void)state;
    struct tls_files files;
    tls_files_make(&files, -60, 3600);
    files.settings.min_version = STR("1.1");
    assert_refused(&files, ERR_INVALID, "tls_min_version", "1.2 or 1.3");
    tls_files_remove(&files);
}

static void bad_files_do_not_replace_good_ones(void **state)
{
    (void)state;
    struct tls_files files;
    struct http_tls *tls;
    struct problem problem;
    tls_files_make(&files, -60, 3600);
    assert_int_equal(open_files(&files, &tls, &problem), OK);
    int64_t not_after_s = http_tls_validity(tls).not_after_s;
    file_write(files.certificate, "half of a");
    assert_int_equal(http_tls_reload(tls, &problem), ERR_INVALID);
    assert_int_equal(http_tls_validity(tls).not_after_s, not_after_s);
    tls_files_renew(&files, -60, 7200);
    assert_int_equal(http_tls_reload(tls, &problem), OK);
    assert_true(http_tls_validity(tls).not_after_s > not_after_s);
    http_tls_close(tls);
    tls_files_remove(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_are_taken),
        cmocka_unit_test(an_expired_certificate_is_taken_and_told),
        cmocka_unit_test(missing_files_are_named),
        cmocka_unit_test(other_contents_are_named),
        cmocka_unit_test(a_broken_certificate_in_the_chain_is_named),
        cmocka_unit_test(too_long_a_chain_is_refused),
        cmocka_unit_test(a_key_of_another_certificate_is_refused),
        cmocka_unit_test(a_key_that_others_may_read_is_refused),
        cmocka_unit_test(a_sealed_key_is_refused_without_asking),
        cmocka_unit_test(unknown_versions_are_refused),
        cmocka_unit_test(bad_files_do_not_replace_good_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
