// SPDX-License-Identifier: Apache-2.0
// What managing the organisation has in common: members, groups, invitations, workspaces.
#pragma once

#include "api/resource.h"
#include "store/users.h"

// A workspace of the caller's organisation (struct workspace_row). ERR_NOT_FOUND.
enum err organization_workspace(struct call *call, struct store_tx *tx, str id, void *ret_row);

// For a store's ERR_CONFLICT about the name of a `kind` ("group"): sets the sentence that the
// caller reads. Returns err.
enum err organization_collision(struct call *call, enum err err, const char *kind);

// For struct resource_type: what changes who may do what asks for the password again.
enum err allow_confirmed(struct call *call, const void *row);

// "Admin", "Member": the roles as callers read and write them.
extern const char *const role_words[];
str role_shown(str stored);
// "admin", "member", as the store has it.
str role_stored(str shown);

// --- Settings

struct organization_settings;
void settings_write(const struct organization_settings *values, struct json *json);
// Takes over what the object has. ERR_INVALID: the details name "settings.patCreation".
enum err settings_read(struct call *call, yyjson_val *object,
                       struct organization_settings *values);

// --- Members

struct member {
    struct user_row user;
    str role; // as the store has it
    int64_t created_ms;
};

// A member of the caller's organisation (struct member). ERR_NOT_FOUND.
enum err organization_member(struct call *call, struct store_tx *tx, str user_id,
                             void *ret_member);

// A group of the caller's organisation (struct group_row). ERR_NOT_FOUND.
enum err organization_group(struct call *call, struct store_tx *tx, str id, void *ret_row);

// Whether the caller, a session or whoever owns the machine, may work in the workspace at all.
bool organization_is_open(struct call *call, str workspace_id);

// The member "policies": the workspaces in which a group or member has a policy.
enum err policy_places_write(struct call *call, struct store_tx *tx, str kind, str subject_id);

// {"id", "name"} of things that are named elsewhere.
void named_write(str id, str name, struct json *json);
