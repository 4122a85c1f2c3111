// SPDX-License-Identifier: Apache-2.0
// The addresses of pages. Features link to each other by these and nothing else.
import { useMemo } from 'react';
import { useWorkspace } from './context';

export const signInPath = (next: string) =>
    next === '/' ? '/signin' : `/signin?next=${encodeURIComponent(next)}`;

export type SourceTab =
    'overview' | 'setup' | 'runs' | 'live-events' | 'audit-logs' | 'settings';
export type DestinationTab =
    | 'sources'
    | 'transformation'
    | 'configuration'
    | 'live-events'
    | 'delivery'
    | 'revisions'
    | 'audit-logs'
    | 'settings';

export function workspacePaths(workspaceId: string) {
    const base = `/w/${workspaceId}`;
    return {
        connections: `${base}/connections`,
        sources: `${base}/sources`,
        // destination: the one to connect the new source to
        sourceNew: (destination?: string) =>
            `${base}/sources/new${destination ? `?destination=${destination}` : ''}`,
        source: (id: string, tab: SourceTab = 'overview') => `${base}/sources/${id}/${tab}`,
        destinations: `${base}/destinations`,
        destinationNew: (source?: string) =>
            `${base}/destinations/new${source ? `?source=${source}` : ''}`,
        destinationClone: (id: string, type: string) =>
            `${base}/destinations/new?type=${encodeURIComponent(type)}&clone=${id}`,
        destination: (id: string, tab: DestinationTab = 'sources') =>
            `${base}/destinations/${id}/${tab}`,
        directory: (kind: 'sources' | 'destinations' = 'destinations') =>
            `${base}/directory/${kind}`,
        settings: `${base}/settings`,
        profile: `${base}/settings/profile`,
        tokens: `${base}/settings/profile/tokens`,
        workspace: `${base}/settings/workspace`,
        credentials: `${base}/settings/workspace/credentials`,
        eventRules: `${base}/settings/workspace/events`,
        suppression: `${base}/settings/workspace/suppression`,
        organization: `${base}/settings/organization`,
        usage: `${base}/settings/organization/usage`,
        auditLogs: `${base}/settings/organization/audit-logs`,
        workspaces: `${base}/settings/organization/workspaces`,
        accessPolicy: `${base}/settings/profile/access-policy`,
        security: `${base}/settings/profile/security`,
        baselinePolicies: `${base}/settings/access/baseline-policies`,
        groups: `${base}/settings/access/groups`,
        group: (id: string) => `${base}/settings/access/groups/${id}`,
        users: `${base}/settings/access/users`,
        user: (id: string) => `${base}/settings/access/users/${id}`,
        serviceTokens: `${base}/settings/access/service-access-tokens`,
        serviceToken: (id: string) => `${base}/settings/access/service-access-tokens/${id}`,
        accessTokens: `${base}/settings/access/tokens`,
        simulator: `${base}/settings/access/simulator`,
        invitations: `${base}/settings/access/invitations`,
        migration: `${base}/settings/access/migration`,
    };
}

// The page of another workspace that is the same as this one: what belongs to one workspace only
// (a source, a destination) gives way to its list.
export function samePage(location: string, workspaceId: string): string {
    const [, , , page = 'connections', ...rest] = location.split('/');
    const isOfOne = page === 'sources' || page === 'destinations';
    const below = isOfOne && rest[0] !== 'new' ? [] : rest;
    return ['', 'w', workspaceId, page, ...below].join('/');
}

export function usePaths() {
    const { id } = useWorkspace();
    return useMemo(() => workspacePaths(id), [id]);
}

// Where to go after signing in: only to a page of this dashboard.
export function nextOf(search: string): string {
    const next = new URLSearchParams(search).get('next') ?? '/';
    return /^\/(?![/\\])/.test(next) && !next.startsWith('/signin') ? next : '/';
}
