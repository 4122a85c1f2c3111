-- SPDX-License-Identifier: Apache-2.0
-- The audit log's chain. seq and hash: audit_chain.h; they are filled in for older rows right
-- behind this step.

ALTER TABLE audit ADD COLUMN actor_name TEXT;
ALTER TABLE audit ADD COLUMN details TEXT;
ALTER TABLE audit ADD COLUMN seq BIGINT;
ALTER TABLE audit ADD COLUMN hash BLOB;
CREATE UNIQUE INDEX audit_seq ON audit (seq);
CREATE INDEX audit_target ON audit (target_id, seq);
