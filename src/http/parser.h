// SPDX-License-Identifier: Apache-2.0
// Bytes to events: llhttp, stopped at each point where the connection has something to decide,
// so that no handler ever runs inside of the parser. Inside of the http room.
#pragma once

#include <llhttp.h>

#include "base/base.h"
#include "http/message.h"

enum { METHOD_MAX_BYTES = 32 };

enum parse_event {
    PARSE_MORE,  // everything was used, nothing happened
    PARSE_BEGIN, // a request's first byte: set parser->message
    PARSE_HEAD,  // its header is complete, see parser_head_facts
    PARSE_CHUNK, // a chunk of parser_chunk_bytes is announced
    PARSE_END,   // its body is complete
    PARSE_BAD,   // not HTTP, or beyond a limit: bad_status; nothing more can be read
};

struct parser {
    llhttp_t llhttp;
    const struct http_server_limits *limits;
    struct message *message; // being read, NULL between requests
    enum parse_event event;
    int bad_status;
    size_t head_bytes; // of the header or trailer so far
    size_t header_count;
    char method[METHOD_MAX_BYTES];
    size_t method_len; // 0: the method is llhttp's
    bool is_in_method;
    bool is_in_head;
    bool is_in_trailer;
};

void parser_init(struct parser *parser, const struct http_server_limits *limits);

// Reads up to the next event; *ret_used bytes are done with. The body goes to message->body.
enum parse_event parser_feed(struct parser *parser, str bytes, size_t *ret_used);

struct head_facts parser_head_facts(const struct parser *parser);
uint64_t parser_chunk_bytes(const struct parser *parser);
bool parser_keeps_alive(const struct parser *parser); // after PARSE_END
