// SPDX-License-Identifier: Apache-2.0
// What may be wished for a token of either kind: an end, addresses, a policy of its own.
#pragma once

#include "api/body.h"
#include "store/organizations.h"
#include "store/token_life.h"

enum { TOKEN_IPS_MAX = 32 };

// A point in time that has not come yet; 0 when the member is absent. ERR_INVALID.
enum err token_expiry_read(struct call *call, const struct body_value *value,
                           int64_t *ret_expires_ms);

// A list as token_life.h has it; empty when the member is absent. ERR_INVALID names the entry.
enum err token_ips_read(struct call *call, const struct body_value *value, str *ret_list);

// Whether the organization lets such a token live so long: ERR_FORBIDDEN for a kind it has
// switched off, ERR_INVALID for an end it does not allow.
enum err token_rules_check(struct call *call, const struct organization_row *organization,
                           bool is_service, int64_t expires_ms);

// Writes the members that both kinds have of their life.
void token_life_write(const struct token_life *life, struct json *json);
// Writes the members of its last use; ip and agent may be empty.
void token_use_write(int64_t at_ms, str ip, str agent, struct json *json);
