// SPDX-License-Identifier: Apache-2.0
// What people read for rights and rules.
import { originLabel, rightLabel } from '@/api/policy';
import type { AccessDecisionOnRight } from '@/api/schema';

// Rights that no policy gives.
const labels: Record<string, string> = {
    none: 'What every caller may',
    'workspace.read': 'See the workspace',
    'workspace.edit': 'Change the workspace',
    'sources.read': 'See sources',
    'destinations.read': 'See destinations',
    'connections.read': 'See connections',
    'connections.connect': 'Connect sources and destinations',
    ownTokens: 'Manage own tokens',
    organization: 'Change the organization',
    manageMembers: 'Manage members, groups and policies',
    manageTokens: 'Manage tokens',
    scim: 'SCIM',
    'auditLogs.read': 'Read the audit log',
    usage: 'Read the usage of the organization',
};

export const labelOf = (right: string): string => labels[right] ?? rightLabel(right);

// "the token is read-only" → "The token is read-only."
export function sentenceOf({ rule, origin }: AccessDecisionOnRight): string {
    const from =
        origin?.kind === 'group'
            ? ` (${originLabel({ ...origin, kind: 'group', all: false, ids: [] })})`
            : '';
    return `${rule.charAt(0).toUpperCase()}${rule.slice(1)}${from}.`;
}
