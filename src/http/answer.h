// SPDX-License-Identifier: Apache-2.0
// How an answer's head is made; inside of the http room.
#pragma once

#include "base/base.h"
#include "http/conn.h"

enum { ANSWER_CHUNKED = -1, ANSWER_UNTIL_CLOSE = -2 }; // instead of a length

struct answer {
    int status;
    str content_type;
    int64_t content_length; // or one of the above
    unsigned retry_after_s; // 0: nothing is said
    bool is_last;           // the connection ends with it
};

// Into the server's buffer, valid until the next one is made. message may be NULL.
str answer_head(struct conn *conn, const struct message *message, const struct answer *answer);

// Whether the connection cannot be used after the answer to its message.
bool answer_is_last(struct conn *conn);
