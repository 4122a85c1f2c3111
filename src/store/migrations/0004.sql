-- SPDX-License-Identifier: Apache-2.0
-- Access: groups, policies, service tokens; the life of tokens; settings of organizations.
-- kind: 'baseline' (no subject), 'group' or 'member'; who has a policy in a workspace, be it an
-- empty one, belongs to it. Lists of addresses and grants are separated by commas.

CREATE TABLE groups (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (organization_id, name)
) STRICT;

CREATE TABLE group_members (
    group_id TEXT NOT NULL REFERENCES groups (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (group_id, user_id)
) STRICT;
CREATE INDEX group_members_user ON group_members (user_id);

CREATE TABLE policies (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    policy TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind, subject_id)
) STRICT;
CREATE INDEX policies_subject ON policies (subject_id);

INSERT INTO policies (workspace_id, kind, subject_id, policy, created_ms, updated_ms)
    SELECT w.id, 'member', m.user_id, '{"resources":{},"pii":{}}', m.created_ms, m.created_ms
    FROM members m
    JOIN workspaces w ON w.organization_id = m.organization_id
    WHERE m.role = 'member';

ALTER TABLE invitations ADD COLUMN workspace_ids TEXT NOT NULL DEFAULT '';

CREATE TABLE service_tokens (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    level TEXT NOT NULL,
    workspace_id TEXT REFERENCES workspaces (id),
    name TEXT NOT NULL,
    grants TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    last4 TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    last_used_ms BIGINT NOT NULL,
    last_used_ip TEXT,
    last_used_agent TEXT,
    revoked_ms BIGINT NOT NULL,
    revision BIGINT NOT NULL
) STRICT;
CREATE INDEX service_tokens_organization ON service_tokens (organization_id, created_ms, id);
CREATE INDEX service_tokens_revision ON service_tokens (revision);

ALTER TABLE service_tokens ADD COLUMN policy TEXT;
ALTER TABLE service_tokens ADD COLUMN allowed_ips TEXT NOT NULL DEFAULT '';
ALTER TABLE service_tokens ADD COLUMN not_before_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE service_tokens ADD COLUMN expires_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE service_tokens ADD COLUMN rotation_fixed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE service_tokens ADD COLUMN predecessor_id TEXT;
ALTER TABLE service_tokens ADD COLUMN successor_id TEXT;
ALTER TABLE service_tokens ADD COLUMN overlap_until_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE service_tokens ADD COLUMN imported BIGINT NOT NULL DEFAULT 0;
ALTER TABLE personal_tokens ADD COLUMN kind TEXT NOT NULL DEFAULT 'personal';
ALTER TABLE personal_tokens ADD COLUMN policy TEXT;
ALTER TABLE personal_tokens ADD COLUMN allowed_ips TEXT NOT NULL DEFAULT '';
ALTER TABLE personal_tokens ADD COLUMN not_before_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE personal_tokens ADD COLUMN expires_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE personal_tokens ADD COLUMN rotation_fixed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE personal_tokens ADD COLUMN predecessor_id TEXT;
ALTER TABLE personal_tokens ADD COLUMN successor_id TEXT;
ALTER TABLE personal_tokens ADD COLUMN overlap_until_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE personal_tokens ADD COLUMN imported BIGINT NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN pat_creation TEXT NOT NULL DEFAULT 'everyone';
ALTER TABLE organizations ADD COLUMN allows_personal BIGINT NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN allows_service BIGINT NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN max_personal_life_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN max_service_life_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN allows_rotation BIGINT NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN strict_effects BIGINT NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN baseline_pii BIGINT NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN features_off TEXT NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN audits_every_use BIGINT NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN audit_days BIGINT NOT NULL DEFAULT 0;
