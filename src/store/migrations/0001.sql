-- SPDX-License-Identifier: Apache-2.0
-- The first tables. Times are milliseconds since 1970; ids are KSUIDs of ours; booleans: 0 and 1.
-- meta is read by every release, also older ones: it never changes.
-- revision, in rows of tokens: that in which the row was made or revoked last.
-- deleted_ms is NULL while a row is live.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE revision (
    n BIGINT NOT NULL,
    config_n BIGINT NOT NULL
) STRICT;

INSERT INTO revision (n, config_n) VALUES (0, 0);

CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL
) STRICT;

CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    environment TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (organization_id, name)
) STRICT;

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL
) STRICT;

CREATE TABLE members (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) STRICT;
CREATE INDEX members_user ON members (user_id);

CREATE TABLE sessions (
    digest BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    csrf_sealed BLOB NOT NULL,
    created_ms BIGINT NOT NULL,
    last_seen_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_ms);

CREATE TABLE personal_tokens (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    last4 TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    last_used_ms BIGINT NOT NULL,
    last_used_ip TEXT,
    last_used_agent TEXT,
    revoked_ms BIGINT NOT NULL,
    revision BIGINT NOT NULL
) STRICT;
CREATE INDEX personal_tokens_user ON personal_tokens (user_id, created_ms, id);
CREATE INDEX personal_tokens_revision ON personal_tokens (revision);

CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    write_key TEXT NOT NULL UNIQUE,
    enabled BIGINT NOT NULL,
    config_sealed BLOB NOT NULL,
    transient BIGINT NOT NULL,
    geo_enrichment BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    deleted_ms BIGINT
) STRICT;
CREATE UNIQUE INDEX sources_name ON sources (workspace_id, name) WHERE deleted_ms IS NULL;

CREATE TABLE destinations (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    config_sealed BLOB NOT NULL,
    version BIGINT NOT NULL,
    external_id TEXT,
    revision BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    deleted_ms BIGINT
) STRICT;
CREATE UNIQUE INDEX destinations_name ON destinations (workspace_id, name)
    WHERE deleted_ms IS NULL;
CREATE UNIQUE INDEX destinations_external ON destinations (workspace_id, external_id)
    WHERE deleted_ms IS NULL;

CREATE TABLE connections (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    source_id TEXT NOT NULL REFERENCES sources (id),
    destination_id TEXT NOT NULL REFERENCES destinations (id),
    enabled BIGINT NOT NULL,
    external_id TEXT,
    from_record BIGINT NOT NULL,
    from_event BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    deleted_ms BIGINT,
    UNIQUE (source_id, destination_id)
) STRICT;
CREATE INDEX connections_destination ON connections (destination_id);
CREATE INDEX connections_workspace ON connections (workspace_id, created_ms, id);
CREATE UNIQUE INDEX connections_external ON connections (workspace_id, external_id)
    WHERE deleted_ms IS NULL;

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    workspace_id TEXT,
    actor_type TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    target_type TEXT NOT NULL,
    target_id TEXT NOT NULL,
    target_name TEXT NOT NULL,
    ip TEXT,
    user_agent TEXT,
    created_ms BIGINT NOT NULL
) STRICT;
CREATE INDEX audit_time ON audit (organization_id, created_ms, id);
