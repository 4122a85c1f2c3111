// SPDX-License-Identifier: Apache-2.0
// Answers: JSON of the resources, the one form of errors, paging.
#pragma once

#include "api/call.h"

// Begins a JSON answer; the caller writes exactly one value.
struct json *reply_json(struct call *call, int status);
// An answer without a body.
void reply_empty(struct call *call, int status);
// name and value live as long as the call.
void reply_header(struct call *call, str name, str value);

// The error that `err`, call->failure, call->problem and call->details amount to. Tells the log
// about those that are not the caller's fault.
void reply_error(struct call *call, enum err err);

// The same for what went wrong before there was a call.
struct reply_error_text {
    const char *code;
    str error;
    str message;
    int scim_status; // where the caller reads RFC 7644's form as well (3.12); 0: he does not
};
void reply_error_body(struct json *json, const struct reply_error_text *text);

// What a router's family refuses with that status, without a call.
void reply_refusal(struct json *json, int status, bool is_for_scim);

// The media type of the call's answer.
str reply_media(const struct call *call);
#define REPLY_MEDIA_SCIM "application/scim+json"

// A point in time, or null for 0.
void reply_time_or_null(struct json *json, const char *key, int64_t wall_ms);

// --- Lists: `paging.next` is a path without the host

enum { PAGE_SIZE = 50, PAGE_SIZE_MAX = 200 };

struct page {
    int64_t number; // from 1
    int64_t size;
    bool has_filter; // hasExternalId was given
    bool has_external_id;
    str filters; // "&owner=…", encoded: further parameters for the next link
};

// Reads page and pageSize. ERR_INVALID names the bad one.
enum err page_read(struct call *call, struct page *ret_page);
// The same with hasExternalId, for resources that have one.
enum err page_read_filtered(struct call *call, struct page *ret_page);
// The query's parameters of these names (ends with NULL), for page->filters.
str page_repeat_filters(struct call *call, const char *const *names);
struct store_page page_of_store(const struct page *page);
// Writes the member "paging": {"total": …, "next": …}; next is absent on the last page. path
// is that of the list.
void page_write(struct call *call, str path, const struct page *page, size_t total);
