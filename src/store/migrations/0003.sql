-- SPDX-License-Identifier: Apache-2.0
-- Invitations and password resets. group_ids: separated by commas.

ALTER TABLE sessions ADD COLUMN confirmed_ms BIGINT NOT NULL DEFAULT 0;

CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    role TEXT NOT NULL,
    group_ids TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    UNIQUE (organization_id, email_folded)
) STRICT;

CREATE TABLE password_resets (
    digest BLOB PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE REFERENCES users (id),
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
) STRICT;
