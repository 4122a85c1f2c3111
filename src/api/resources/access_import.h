// SPDX-License-Identifier: Apache-2.0
// Importing members and tokens: the plan that is reviewed, and deploying it.
#pragma once

#include "access/import.h"
#include "api/resources/resources.h"

// Somebody's policy in one workspace.
struct planned_place {
    const struct workspace_row *workspace;
    enum legacy_role role;
    struct policy before;
    struct policy granted; // his policy in the workspace, with what he has there already
    struct policy after;   // all he may once it is deployed
};

struct planned_member {
    const struct import_member *wish;
    struct user_row user; // without id: is made
    bool is_member;       // already
    enum member_role role_here;
    enum member_role role_after;
    struct planned_place *places; // none of Admins
    size_t place_count;
};

enum token_verdict { TOKEN_WORKS, TOKEN_WORKS_WITH_LESS, TOKEN_STOPS };

struct planned_token {
    const struct import_token *wish;
    const struct workspace_row *workspace; // NULL: of the organisation
    const struct planned_member *owner;    // NULL: a Service Access Token, or not in the file
    struct user_row user;                  // an owner who is not in the file
    struct policy policy;                  // of workspace-level Service Access Tokens
    struct policy before;
    struct policy after;
    bool opened_organization; // SCIM and audit logs
    bool opens_organization;
    bool is_lost; // its owner does not belong to the workspace, or the kind is switched off
    int64_t expires_ms;
};

enum token_verdict planned_verdict(const struct planned_token *token);

struct import_plan {
    struct import import;
    bool has_policies; // mode "members-with-policies"
    struct organization_row organization;
    struct planned_member *members;
    size_t member_count;
    struct planned_token *tokens;
    size_t token_count;
};

// ERR_INVALID: the details name the place in the document.
enum err import_plan_make(struct call *call, struct store_tx *tx, yyjson_val *document,
                          bool has_policies, struct import_plan *ret_plan);

// The members "members", "tokens" and "summary" of an answer.
void import_plan_write(struct call *call, const struct import_plan *plan);

// Somebody who has no password yet.
struct setup_link {
    str user_id;
    str email;
    str link;
};
struct deployment {
    struct import_plan plan;
    int64_t links_expire_ms;
    struct setup_link *links; // for call->arena
    size_t link_count;
};

// Makes and changes what the plan says, with a row in the audit log for each.
enum err import_plan_apply(struct call *call, struct store_tx *tx,
                           struct deployment *deployment);
