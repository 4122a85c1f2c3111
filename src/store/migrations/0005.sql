-- SPDX-License-Identifier: Apache-2.0
-- Access imports that wait to be deployed: at most one for each organization. The document
-- holds no values of tokens, only their digests.

CREATE TABLE access_imports (
    organization_id TEXT PRIMARY KEY REFERENCES organizations (id),
    id TEXT NOT NULL,
    mode TEXT NOT NULL,
    document TEXT NOT NULL,
    staged_by TEXT NOT NULL,
    staged_ms BIGINT NOT NULL
) STRICT;
