// SPDX-License-Identifier: Apache-2.0
// Letters as bytes: what a mail program shows, and that nobody can add to their head.
#include "base/test.h"

#include "mail/message.h"

static const struct message_marks marks = {
    .from = { .data = "pintle@example.com", .len = 18 },
    .id = { .data = "abc", .len = 3 },
    .wall_ms = 1767323045678,
};

static void assert_written(const struct mail_letter *letter, const char *expected)
{
    struct buf out = { 0 };
    assert_int_equal(message_check(letter, NULL), OK);
    message_write(letter, &marks, &out);
    buf_add_char(&out, '\0');
    assert_string_equal(out.data, expected);
    buf_done(&out);
}

static void a_letter_is_what_mail_programs_read(void **state)
{
    (void)state;
    assert_written(&(struct mail_letter){ STR("ada@example.org"), STR("You are invited"),
                                          STR("Hello,\nB\xc3\xbc"
                                              "cher\n") },
                   "Date: Fri, 02 Jan 2026 03:04:05 +0000\r\n"
                   "From: Pintle <pintle@example.com>\r\n"
                   "To: <ada@example.org>\r\n"
                   "Subject: You are invited\r\n"
                   "Message-ID: <abc@example.com>\r\n"
                   "Auto-Submitted: auto-generated\r\n"
                   "MIME-Version: 1.0\r\n"
                   "Content-Type: text/plain; charset=utf-8\r\n"
                   "Content-Transfer-Encoding: base64\r\n\r\n"
                   "SGVsbG8sDQpCw7xjaGVyDQo=\r\n");
}

// The header lines of a letter, without its body.
static size_t count_header_lines(str subject)
{
    struct buf out = { 0 };
    size_t lines = 0;
    const struct mail_letter letter = { STR("ada@example.org"), subject, STR("x") };
    assert_int_equal(message_check(&letter, NULL), OK);
    message_write(&letter, &marks, &out);
    str head = str_sub(buf_str(&out), 0, str_find_str(buf_str(&out), STR("\r\n\r\n")));
    for (size_t i = 0; i + 2 < head.len; i++) {
        assert_true(head.data[i] == '\r' ? head.data[i + 1] == '\n'
                                         : head.data[i] >= ' ' || head.data[i] == '\n');
        lines += head.data[i] == '\n' && head.data[i + 1] != ' ';
    }
    assert_true(str_find_str(head, STR("\r\nBcc")) == head.len);
    buf_done(&out);
    return lines;
}

static void a_subject_cannot_add_a_header(void **state)
{
    (void)state;
    size_t usual = count_header_lines(STR("plain"));
    assert_int_equal(count_header_lines(STR("a\r\nBcc: eve@example.com")), usual);
    assert_int_equal(count_header_lines(STR("a\nBcc: eve@example.com\n\nbody")), usual);
    assert_int_equal(count_header_lines(STR("a\rb\0c")), usual);
    assert_int_equal(count_header_lines(STR("=?utf-8?Q?a=0D=0ABcc:_x?=")), usual);
    char longest[MAIL_SUBJECT_MAX];
    memset(longest, 0xc3, sizeof(longest)); // not even UTF-8
    assert_int_equal(count_header_lines(str_make(longest, sizeof(longest))), usual);
}

static void a_subject_in_other_letters_is_encoded_in_whole_characters(void **state)
{
    (void)state;
    struct buf out = { 0 };
    const struct mail_letter letter = {
        STR("a@b"),
        STR("\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
            "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
            "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"),
        STR("x"),
    };
    message_write(&letter, &marks, &out);
    str wanted = STR("Subject: =?utf-8?B?4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs"
                     "4oKs4oKs?=\r\n =?utf-8?B?4oKs?=\r\n");
    assert_true(str_find_str(buf_str(&out), wanted) < out.len);
    buf_done(&out);
}

static void only_addresses_are_written_to(void **state)
{
    (void)state;
    static const char *const good[] = { "ada@example.org", "a.b+c@x-y.example", "o'n@h" };
    static const char *const bad[] = {
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@a b",
        "a da@b",
        "<ada@b>",
        "ada@b\r\nRCPT TO:<eve@c>",
        "ada@b,eve@c",
        "ada@b>",
        "\xc3\xa4@b",
        "-oQ@b",
        "ada@@b",
        "ada@b\nBcc: x",
        "\"a b\"@example",
        "ada@.b",
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(message_address_is_valid(str_of(good[i])));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(message_address_is_valid(str_of(bad[i])));
    char longest[MAIL_ADDRESS_MAX + 2];
    memset(longest, 'a', sizeof(longest));
    longest[100] = '@';
    assert_true(message_address_is_valid(str_make(longest, MAIL_ADDRESS_MAX)));
    assert_false(message_address_is_valid(str_make(longest, MAIL_ADDRESS_MAX + 1)));
}

static void settings_hold_no_password(void **state)
{
    (void)state;
    struct mail_settings settings = { .url = STR("smtp://mail.example.com:587"),
                                      .from = STR("pintle@example.com") };
    struct problem problem;
    assert_int_equal(mail_settings_check(&settings, &problem), OK);
    static const char *const bad[] = {
        "",
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://me:secret@mail",
        "smtp://mail/\r\nhelo",
        "smtps://mail?x",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        settings.url = str_of(bad[i]);
        assert_int_equal(mail_settings_check(&settings, &problem), ERR_INVALID);
        assert_string_equal(problem.field, "smtp_url");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_is_what_mail_programs_read),
        cmocka_unit_test(a_subject_cannot_add_a_header),
        cmocka_unit_test(a_subject_in_other_letters_is_encoded_in_whole_characters),
        cmocka_unit_test(only_addresses_are_written_to),
        cmocka_unit_test(settings_hold_no_password),
    };
    return cmocka_run_group_tests_name("mail message", tests, NULL, NULL);
}
