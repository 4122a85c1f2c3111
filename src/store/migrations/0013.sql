-- SPDX-License-Identifier: Apache-2.0
-- changed_n: the revision in which the row was made, changed or deleted last (0: before this
-- step). tables_n: the last revision that changed a table of snapshots without such a column.

ALTER TABLE revision ADD COLUMN tables_n BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN changed_n BIGINT NOT NULL DEFAULT 0;
ALTER TABLE destinations ADD COLUMN changed_n BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN changed_n BIGINT NOT NULL DEFAULT 0;
CREATE INDEX sources_changed ON sources (changed_n);
CREATE INDEX destinations_changed ON destinations (changed_n);
CREATE INDEX connections_changed ON connections (changed_n);
