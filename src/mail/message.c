// SPDX-License-Identifier: Apache-2.0
#include "mail/message.h"

#include <time.h>

#include "codec/base64.h"

enum {
    LINE_BYTES = 57,         // as base64: 76 characters
    WORD_BYTES = 42,         // as base64: 56 characters, with the rest of the word below 75
    PLAIN_SUBJECT_MAX = 100, // together with its name in one line
};

// --- Checking

static bool is_local_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

static bool is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.';
}

static bool all_are(str text, bool (*is_good)(char c))
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_good(text.data[i]))
            return false;
    return text.len > 0;
}

bool message_address_is_valid(str address)
{
    size_t at = str_find(address, '@');
    str local = str_sub(address, 0, at), host = str_sub(address, at + 1, address.len);
    return address.len <= MAIL_ADDRESS_MAX && at < address.len &&
           all_are(local, is_local_char) && all_are(host, is_host_char) &&
           local.data[0] != '-' && host.data[0] != '-' && host.data[0] != '.';
}

enum err message_check(const struct mail_letter *letter, struct problem *ret_problem)
{
    if (!message_address_is_valid(letter->to))
        return problem_set(ret_problem, ERR_INVALID, STR("to"),
                           "is not an address that can be written to");
    if (letter->subject.len == 0 || letter->subject.len > MAIL_SUBJECT_MAX * 4)
        return problem_set(ret_problem, ERR_INVALID, STR("subject"), "is empty or too long");
    if (letter->text.len > MAIL_TEXT_MAX)
        return problem_set(ret_problem, ERR_INVALID, STR("text"), "is too long");
    return OK;
}

// --- Writing

static bool is_plain(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] < ' ' || text.data[i] > '~')
            return false;
    return text.len <= PLAIN_SUBJECT_MAX && str_find_str(text, STR("=?")) == text.len;
}

// At most `most` bytes, not ending inside of a character.
static size_t whole_characters(str text, size_t most)
{
    size_t len = MIN(text.len, most);
    while (len > 0 && len < text.len && (text.data[len] & 0xc0) == 0x80)
        len--;
    return len > 0 ? len : MIN(text.len, most);
}

static void write_subject(str subject, struct buf *out)
{
    buf_add_str(out, STR("Subject: "));
    if (is_plain(subject)) {
        buf_add_str(out, subject);
    } else {
        for (bool is_first = true; subject.len > 0; is_first = false) {
            size_t len = whole_characters(subject, WORD_BYTES);
            buf_add_str(out, is_first ? STR("=?utf-8?B?") : STR("\r\n =?utf-8?B?"));
            base64_encode(BASE64_STANDARD, subject.data, len, out);
            buf_add_str(out, STR("?="));
            subject = str_sub(subject, len, subject.len);
        }
    }
    buf_add_str(out, STR("\r\n"));
}

static void write_date(int64_t wall_ms, struct buf *out)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm at;
    (void)gmtime_r(&seconds, &at);
    buf_addf(out, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n", days[at.tm_wday], at.tm_mday,
             months[at.tm_mon], at.tm_year + 1900, at.tm_hour, at.tm_min, at.tm_sec);
}

static void write_text(str text, struct buf *out)
{
    AUTO(buf_done) struct buf lines = { 0 };
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\n')
            buf_add_char(&lines, '\r');
        if (text.data[i] != '\r')
            buf_add_char(&lines, text.data[i]);
    }
    for (size_t at = 0; at < lines.len; at += LINE_BYTES) {
        base64_encode(BASE64_STANDARD, lines.data + at, MIN(lines.len - at, (size_t)LINE_BYTES),
                      out);
        buf_add_str(out, STR("\r\n"));
    }
}

void message_write(const struct mail_letter *letter, const struct message_marks *marks,
                   struct buf *out)
{
    str from = marks->from;
    write_date(marks->wall_ms, out);
    buf_addf(out, "From: Pintle <%" PRIstr ">\r\nTo: <%" PRIstr ">\r\n", STR_ARG(from),
             STR_ARG(letter->to));
    write_subject(letter->subject, out);
    str host = str_sub(from, str_find(from, '@') + 1, from.len);
    buf_addf(out, "Message-ID: <%" PRIstr "@%" PRIstr ">\r\n", STR_ARG(marks->id),
             STR_ARG(host));
    buf_add_str(out, STR("Auto-Submitted: auto-generated\r\n"
                         "MIME-Version: 1.0\r\n"
                         "Content-Type: text/plain; charset=utf-8\r\n"
                         "Content-Transfer-Encoding: base64\r\n\r\n"));
    write_text(letter->text, out);
}
