// SPDX-License-Identifier: Apache-2.0
// A letter as the bytes that go over the wire (RFC 5322, RFC 2045, RFC 2047), and their way;
// inside of the mail room.
#pragma once

#include <stdatomic.h>

#include "base/buf.h"
#include "mail/mail.h"

// mail_send that is given up once is_ending is true (NULL: never): ERR_IO.
enum err smtp_send(const struct mail_settings *settings, const struct mail_letter *letter,
                   const atomic_bool *is_ending, struct problem *ret_problem);

// letters, digits and !#$%&'*+-/=?^_`{|}~. before one "@", a host name behind it; at most
// MAIL_ADDRESS_MAX bytes, ASCII.
bool message_address_is_valid(str address);

// ERR_INVALID names what is wrong. Nothing is written then.
enum err message_check(const struct mail_letter *letter, struct problem *ret_problem);

struct message_marks {
    str from;
    str id; // the left half of the Message-ID: letters and digits
    int64_t wall_ms;
};

// The letter has been checked.
void message_write(const struct mail_letter *letter, const struct message_marks *marks,
                   struct buf *out);
