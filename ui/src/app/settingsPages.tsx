// SPDX-License-Identifier: Apache-2.0
// The pages of Settings, in the order in which they are listed.
import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { workspacePaths } from '@/api/paths';
import { SimulatorSection } from '@/features/access-simulator/SimulatorSection';
import { AccountsSection } from '@/features/accounts/AccountsSection';
import { AllTokensSection } from '@/features/access-tokens/AllTokensSection';
import { AuditLogsSection } from '@/features/audit-logs/AuditLogsSection';
import { BaselinePolicySection } from '@/features/baseline-policies/BaselinePolicySection';
import { OwnPolicySection } from '@/features/effective-policy/OwnPolicySection';
import { GroupsSection } from '@/features/groups/GroupsSection';
import { InvitationsSection } from '@/features/invitations/InvitationsSection';
import { UsersSection } from '@/features/members/UsersSection';
import { MigrationSection } from '@/features/migration/MigrationSection';
import { OrganizationSettings } from '@/features/organization/OrganizationSettings';
import { SuppressionSection } from '@/features/regulations/SuppressionSection';
import { TokensSection } from '@/features/personal-access-tokens/TokensSection';
import { ServiceTokensSection } from '@/features/service-access-tokens/ServiceTokensSection';
import { AccountSection } from '@/features/session/AccountSection';
import { SecuritySection } from '@/features/session/SecuritySection';
import { UsageSection } from '@/features/usage/UsageSection';
import { WorkspaceSettings } from '@/features/workspace/WorkspaceSettings';
import { EventRulesSection } from '@/features/workspace-settings/EventRulesSection';
import { WorkspacesSection } from '@/features/workspaces/WorkspacesSection';

type Paths = ReturnType<typeof workspacePaths>;

export interface SettingsGroup {
    title: string;
    pages: readonly {
        label: string;
        href: (paths: Paths) => string;
        content: ReactElement;
        forAdmins?: boolean;
    }[];
}

const profile = (
    <Stack gap="lg">
        <AccountSection />
        <TokensSection />
    </Stack>
);

export const settingsGroups: readonly SettingsGroup[] = [
    {
        title: 'Your Profile',
        pages: [
            { label: 'Account', href: (paths) => paths.profile, content: profile },
            {
                label: 'Access Policy',
                href: (paths) => paths.accessPolicy,
                content: <OwnPolicySection />,
            },
            {
                label: 'Security',
                href: (paths) => paths.security,
                content: <SecuritySection />,
            },
            {
                label: 'Personal Access Tokens',
                href: (paths) => paths.tokens,
                content: <TokensSection />,
            },
        ],
    },
    {
        title: 'Workspace',
        pages: [
            {
                label: 'General',
                href: (paths) => paths.workspace,
                content: <WorkspaceSettings />,
            },
            {
                label: 'Credentials',
                href: (paths) => paths.credentials,
                content: <AccountsSection />,
            },
            {
                label: 'Events',
                href: (paths) => paths.eventRules,
                content: <EventRulesSection />,
            },
            {
                label: 'User Suppression',
                href: (paths) => paths.suppression,
                content: <SuppressionSection />,
            },
        ],
    },
    {
        title: 'Organization',
        pages: [
            {
                label: 'General',
                href: (paths) => paths.organization,
                content: <OrganizationSettings />,
            },
            {
                label: 'Workspaces',
                href: (paths) => paths.workspaces,
                content: <WorkspacesSection />,
            },
            {
                label: 'Usage',
                href: (paths) => paths.usage,
                content: <UsageSection />,
                forAdmins: true,
            },
            {
                label: 'Audit Logs',
                href: (paths) => paths.auditLogs,
                content: <AuditLogsSection />,
                forAdmins: true,
            },
        ],
    },
    {
        title: 'Access Management',
        pages: [
            {
                label: 'Baseline Workspace Policies',
                href: (paths) => paths.baselinePolicies,
                content: <BaselinePolicySection />,
                forAdmins: true,
            },
            {
                label: 'Groups',
                href: (paths) => paths.groups,
                content: <GroupsSection />,
                forAdmins: true,
            },
            {
                label: 'Users',
                href: (paths) => paths.users,
                content: <UsersSection />,
                forAdmins: true,
            },
            {
                label: 'Invitations',
                href: (paths) => paths.invitations,
                content: <InvitationsSection />,
                forAdmins: true,
            },
            {
                label: 'Service Access Tokens',
                href: (paths) => paths.serviceTokens,
                content: <ServiceTokensSection />,
                forAdmins: true,
            },
            {
                label: 'All Tokens',
                href: (paths) => paths.accessTokens,
                content: <AllTokensSection />,
                forAdmins: true,
            },
            {
                label: 'Simulator',
                href: (paths) => paths.simulator,
                content: <SimulatorSection />,
            },
            {
                label: 'Migration',
                href: (paths) => paths.migration,
                content: <MigrationSection />,
                forAdmins: true,
            },
        ],
    },
];
