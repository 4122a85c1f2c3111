-- SPDX-License-Identifier: Apache-2.0
-- What destinations were, revision by revision. actor_type is empty where nobody kept who it was.

CREATE TABLE destination_revisions (
    id TEXT PRIMARY KEY,
    destination_id TEXT NOT NULL REFERENCES destinations (id),
    revision BIGINT NOT NULL,
    name TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    version BIGINT NOT NULL,
    config_sealed BLOB NOT NULL,
    actor_type TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    UNIQUE (destination_id, revision)
) STRICT;
