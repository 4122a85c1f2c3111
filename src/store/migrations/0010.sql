-- SPDX-License-Identifier: Apache-2.0
-- Runs of sources, accounts, external ids of sources, which transformation a destination has.
-- state of runs and tasks: 'running', 'finished' or 'failed'; finished_ms is 0 while running.
-- parameters: a JSON array of texts.

CREATE TABLE source_runs (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    source_id TEXT NOT NULL REFERENCES sources (id),
    state TEXT NOT NULL,
    parameters TEXT NOT NULL,
    error TEXT,
    started_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    finished_ms BIGINT NOT NULL
) STRICT;
CREATE INDEX source_runs_source ON source_runs (source_id, id);
CREATE UNIQUE INDEX source_runs_running ON source_runs (source_id) WHERE state = 'running';

CREATE TABLE source_run_tasks (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES source_runs (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    error TEXT,
    started_ms BIGINT NOT NULL,
    finished_ms BIGINT NOT NULL,
    UNIQUE (run_id, name)
) STRICT;

ALTER TABLE sources ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX sources_external ON sources (workspace_id, external_id)
    WHERE deleted_ms IS NULL;

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    options_sealed BLOB NOT NULL,
    secret_sealed BLOB NOT NULL,
    external_id TEXT,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    deleted_ms BIGINT
) STRICT;
CREATE INDEX accounts_workspace ON accounts (workspace_id, created_ms, id);
CREATE UNIQUE INDEX accounts_external ON accounts (workspace_id, external_id)
    WHERE deleted_ms IS NULL;

CREATE TABLE destination_transformations (
    destination_id TEXT PRIMARY KEY REFERENCES destinations (id),
    transformation_id TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL
) STRICT;
