-- SPDX-License-Identifier: Apache-2.0
-- Whether tokens that may edit destinations get secrets back, and who has got which.

ALTER TABLE workspaces ADD COLUMN api_reveals_secrets BIGINT NOT NULL DEFAULT 1;

CREATE TABLE secret_reveals (
    destination_id TEXT NOT NULL REFERENCES destinations (id),
    token_id TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (destination_id, token_id)
) STRICT;
