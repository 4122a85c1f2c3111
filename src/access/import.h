// SPDX-License-Identifier: Apache-2.0
// The document with which members, their roles and tokens come over from RudderStack; its
// schema: docs/access-import.schema.json. Pure: what it names is looked up elsewhere.
#pragma once

#include <yyjson.h>

#include "access/legacy.h"

enum {
    IMPORT_MEMBERS_MAX = 5000,
    IMPORT_RESTRICTIONS_MAX = 1000,
    IMPORT_TOKENS_MAX = 5000,
    IMPORT_WORKSPACES_MAX = 500,
};

// A role in one workspace.
struct import_place {
    str workspace_id;
    struct legacy_rights rights;
};

struct import_member {
    str email;
    str name; // may be empty
    struct legacy_rights rights;
    bool is_everywhere; // in all workspaces with `rights`; otherwise in places
    const struct import_place *places;
    size_t place_count;
};

// "Only people you select": who else had the role has no right on it.
enum import_restricted {
    IMPORT_RESTRICTED_SOURCE,
    IMPORT_RESTRICTED_DESTINATION,
    IMPORT_RESTRICTED_DATA, // PII
};
struct import_restriction {
    str workspace_id;
    enum import_restricted what;
    str id;            // or name; empty: of data
    const str *emails; // who may nevertheless
    size_t email_count;
    const str *tokens; // names of Service Access Tokens that may
    size_t token_count;
};

struct import_token {
    str name;
    str owner; // e-mail address; empty: a Service Access Token
    enum principal_kind kind;
    str workspace_id; // empty at the level of the organisation
    enum token_scope scope;
    struct legacy_rights rights; // of workspace-level Service Access Tokens with a role …
    yyjson_val *policy;          // … or with a policy
    uint8_t digest[TOKEN_DIGEST_LEN];
    str last4;
};

// What the document calls a workspace, and its name here.
struct import_workspace {
    str id;
    str name;
};

struct import {
    const struct import_workspace *workspaces;
    size_t workspace_count;
    const struct import_member *members;
    size_t member_count;
    const struct import_restriction *restrictions;
    size_t restriction_count;
    const struct import_token *tokens;
    size_t token_count;
};

// Everything lives in the arena or in the document. Values of tokens are read into digests, not
// kept. ERR_INVALID: the problem's field is such as "members[3].workspaces[0].role".
enum err import_read(yyjson_val *document, struct arena *arena, struct import *ret_import,
                     struct problem *ret_problem);

// The document without values of tokens, with their digests instead, as it may be stored. It
// has been read before.
void import_write_safe(yyjson_val *document, const struct import *import, struct json *json);
