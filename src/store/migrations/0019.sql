-- SPDX-License-Identifier: Apache-2.0
-- Whose events are not wanted. kind: 'suppress'; source_ids: separated by commas, empty: of every
-- source. attributes_sealed: a JSON object, as it was given. Rows stay when they are canceled.

CREATE TABLE regulations (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    source_ids TEXT NOT NULL,
    user_id_sealed BLOB NOT NULL,
    attributes_sealed BLOB NOT NULL,
    canceled BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    changed_n BIGINT NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX regulations_workspace ON regulations (workspace_id, id);
CREATE INDEX regulations_active ON regulations (workspace_id) WHERE canceled = 0;
CREATE INDEX regulations_changed ON regulations (changed_n);
