-- SPDX-License-Identifier: Apache-2.0
-- Up to when a user has seen which tokens were made; nobody's row: nothing yet.

CREATE TABLE token_notices (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    dismissed_ms BIGINT NOT NULL
) STRICT;
