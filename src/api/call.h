// SPDX-License-Identifier: Apache-2.0
// One management request while it is being answered: what came in, who asks, and the answer as
// it grows. A call is handled on one thread; everything in it lives in its arena.
#pragma once

#include "access/access.h"
#include "access/feature.h"
#include "api/core.h"
#include "base/arena.h"
#include "base/buf.h"
#include "codec/json.h"
#include "http/server.h"
#include "store/audit.h"
#include "store/sessions.h"
#include "store/store.h"
#include "store/users.h"

struct call;

// Who may call an operation, and who does.
enum caller {
    CALLER_SESSION = 1 << 0,
    CALLER_TOKEN = 1 << 1,
    CALLER_WRITE_KEY = 1 << 2, // answered on the loop, from the snapshot alone
    CALLER_ANYBODY = 1 << 3,
    CALLER_LOCAL = 1 << 4,
};

// Whether a session has to say in which workspace it works.
enum workspace_need { WORKSPACE_REQUIRED, WORKSPACE_OPTIONAL, WORKSPACE_NONE };

// A row of the OpenAPI document.
struct operation {
    const char *name;
    enum permission permission;
    enum effect effect;
    unsigned callers; // CALLER_… bits
    enum workspace_need workspace;
    bool is_stream;       // on success the caller gets the live events of call->watched_id
    enum feature feature; // that it is part of
    // OK: the call is answered (reply.h). Otherwise it is answered by the error and what is in
    // call->details and call->problem.
    enum err (*handle)(struct call *call);
};

struct call_detail {
    str field;
    str text;
};

// A destination whose secrets are in the answer, which the audit log is to hear of.
struct call_reveal {
    struct call_reveal *next;
    str id;
    str name;
};

enum { CALL_DETAILS_MAX = 16, CALL_HEADERS_MAX = 8 };

struct call {
    struct api *api;
    const struct operation *operation;
    struct arena *arena;

    str method;
    str query;
    str params[HTTP_PARAMS_MAX];
    str body;
    str authorization; // headers; STR_NONE when absent
    str cookie;
    str csrf_token;
    str workspace_id;
    str fetch_site;
    str user_agent;
    str if_match;
    str idempotency_key;
    str client_address;
    str request_id;
    bool is_tls;
    bool is_local;
    const struct snapshot *snapshot; // CALLER_WRITE_KEY only

    enum caller caller;
    struct principal principal;       // of sessions and tokens
    uint8_t digest[STORE_DIGEST_LEN]; // of the token or session
    struct session_row session;       // of sessions

    int status;
    struct json json;
    struct buf out;
    struct http_header headers[CALL_HEADERS_MAX];
    size_t header_count;
    const char *refused_because; // why a known token does not work; NULL: it does
    str watched_id;
    struct call_reveal *reveals;

    struct problem problem; // of the room below that failed; empty texts: none
    str failure;            // the sentence for a person; empty: a general one
    bool tells_error;       // `failure` is the answer's `error` as well
    str detail_prefix; // of the details' fields: "sources[2]", while a part of a body is read
    struct call_detail details[CALL_DETAILS_MAX];
    size_t detail_count;
};

void call_init(struct call *call, struct api *api, struct arena *arena);
void call_done(struct call *call);

// Identifies the caller, runs the operation, and leaves an answer in any case.
void call_run(struct call *call);

// The rule for "may he?": ERR_FORBIDDEN with details.required, ERR_UNAUTHORIZED for a token of
// the wrong level, or OK. To be asked after it is known that what the call names exists. What
// the operation is done to is the id in the path; without one all there are and all to come, as
// creating needs it.
enum err call_allow(struct call *call);
// The same for what the caller names elsewhere: one id, or both ends of a connection.
enum err call_allow_on(struct call *call, str first, str second);
// The same where another permission than the operation's is the one to ask for.
enum err call_allow_by(struct call *call, enum permission permission, str id);
// The same for another permission than the operation's, without an answer. id may be empty.
bool call_is_allowed(const struct call *call, enum permission permission, enum effect effect,
                     str id);

// The query parameter, percent-decoded; false when absent.
bool call_query(struct call *call, str name, str *ret_value);
// A number of the query within [min, max]; `fallback` when absent. ERR_INVALID names it.
enum err call_query_int(struct call *call, const char *name, const int64_t range[2],
                        int64_t fallback, int64_t *ret_value);
// "true" or "false"; *ret_value stays when absent.
enum err call_query_bool(struct call *call, const char *name, bool *ret_value);

// ERR_FORBIDDEN when the organisation has switched the feature off. Asked for the operation's
// own before it runs.
enum err call_allow_feature(struct call *call, enum feature feature);
// The refusal, for what is switched off elsewhere.
enum err call_feature_off(struct call *call, const char *word);

// --- Failing

// Says what is wrong and returns err.
enum err call_fail(struct call *call, enum err err, const char *format, ...) PRINTF_LIKE(3, 4);
// ERR_INVALID with a detail; may be called for several fields.
enum err call_invalid(struct call *call, str field, const char *format, ...) PRINTF_LIKE(3, 4);
// Adds to the answer's details. Texts are copied.
void call_detail(struct call *call, str field, str text);

// --- Changing the store

// What happened to what, for the audit log. Ids and names are borrowed.
struct call_change {
    const char *action; // "created"
    const char *target_type;
    str target_id;
    str target_name;
    str workspace_id;             // empty: the principal's
    str organization_id;          // empty: the principal's
    str details;                  // a JSON object, without secrets; empty: none
    const struct user_row *actor; // who did it, where no caller is known; NULL: the principal
};

// Adds an audit row for one thing more than the one that a change tells of.
enum err call_audit(struct call *call, struct store_tx *tx, const struct call_change *change);

// Who calls, as the audit log names him: fills actor_type, actor_id, actor_name.
void call_actor(const struct call *call, struct audit_row *row);

// One write transaction: runs `work`, adds the audit row that it describes in *ret_change (no
// action: none), commits, publishes. After an error nothing has happened, unless publishing
// itself failed, which is logged.
enum err call_write(struct call *call,
                    enum err (*work)(struct call *call, struct store_tx *tx, void *ctx,
                                     struct call_change *ret_change),
                    void *ctx);

// A write that changes nothing that is published (sessions).
enum err call_note(struct call *call,
                   enum err (*work)(struct call *call, struct store_tx *tx, void *ctx,
                                    struct call_change *ret_change),
                   void *ctx);
