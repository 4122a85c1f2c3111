// SPDX-License-Identifier: Apache-2.0
// Letters to people by SMTP (RFC 5321, through libcurl): plain text in UTF-8, one recipient
// each. A queue in memory, bounded, with a thread of its own: whoever queues a letter never
// waits for the mail server. What may pass by itself (no connection, an answer of 4xx) is tried
// again, for an hour and a half; what the server refuses for good (5xx) is not. A letter that
// is still waiting when the process ends is lost, and said so: each thing that is sent by mail
// can be asked for again.
//
// Nothing that comes from outside can add a header or another recipient: addresses are held
// against a strict form, a subject that is not plain is encoded (RFC 2047), the text is base64.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/str.h"

struct mail;

enum { MAIL_ADDRESS_MAX = 254, MAIL_SUBJECT_MAX = 200, MAIL_TEXT_MAX = 16 * 1024 };

struct mail_settings {
    str url;                   // smtp://HOST:PORT (STARTTLS) or smtps://HOST:PORT
    str from;                  // the sender's address
    struct secret credentials; // "USER:PASSWORD"; empty: none
    str ca_file;               // certificates to trust instead of the system's; empty: those
    bool is_insecure;          // smtp:// goes on when the server offers no TLS
};

struct mail_letter {
    str to;
    str subject;
    str text; // lines end with "\n"
};

// ERR_INVALID names the setting.
enum err mail_settings_check(const struct mail_settings *settings, struct problem *ret_problem);

// Starts the thread. The texts are copied; the observer hears what became of each letter.
enum err mail_open(const struct mail_settings *settings, struct observer *observer,
                   struct mail **ret_mail, struct problem *ret_problem);
// Ends the thread without trying what is waiting. NULL is accepted.
void mail_close(struct mail *mail);

// Queues a copy. ERR_INVALID: not an address that can be written to, or too long; ERR_BUSY: the
// queue is full. From any thread.
enum err mail_queue(struct mail *mail, const struct mail_letter *letter,
                    struct problem *ret_problem);

// Sends at once and waits for the answer. ERR_IO: it may pass by itself; ERR_FORBIDDEN: refused
// for good. The problem has the server's words.
enum err mail_send(const struct mail_settings *settings, const struct mail_letter *letter,
                   struct problem *ret_problem);
