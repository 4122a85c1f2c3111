-- SPDX-License-Identifier: Apache-2.0
-- What a workspace wants of its events. blocked_track: a JSON array of names. dedup_window_s: 0,
-- messageIds are not compared; dedup_source_ids: separated by commas, empty: of every source.

CREATE TABLE event_rules (
    workspace_id TEXT PRIMARY KEY REFERENCES workspaces (id),
    blocked_track TEXT NOT NULL,
    dedup_window_s BIGINT NOT NULL,
    dedup_source_ids TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    changed_n BIGINT NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX event_rules_changed ON event_rules (changed_n);
