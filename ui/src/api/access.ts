// SPDX-License-Identifier: Apache-2.0
// Who belongs to the organization, as queries. None of it belongs to one workspace.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Arguments, OperationName } from './client';
import { useClient } from './context';
import { readAll } from './resources';
import type { Operations } from './schema';

const PAGE_SIZE = 200;

export function useMembers() {
    const client = useClient();
    return useQuery({
        staleTime: 0, // others join and leave
        queryKey: ['members'],
        queryFn: ({ signal }) =>
            readAll(
                (page) =>
                    client.call(
                        'GET /v2/members',
                        { query: { page, pageSize: PAGE_SIZE } },
                        '',
                        signal,
                    ),
                ({ members }) => members,
            ),
    });
}

export function useMember(id: string) {
    const client = useClient();
    return useQuery({
        queryKey: ['members', id],
        queryFn: async ({ signal }) =>
            (await client.call('GET /v2/members/{id}', { path: { id } }, '', signal)).member,
    });
}

export function useGroups() {
    const client = useClient();
    return useQuery({
        queryKey: ['groups'],
        queryFn: ({ signal }) =>
            readAll(
                (page) =>
                    client.call(
                        'GET /v2/groups',
                        { query: { page, pageSize: PAGE_SIZE } },
                        '',
                        signal,
                    ),
                ({ groups }) => groups,
            ),
    });
}

export function useOrganization() {
    const client = useClient();
    return useQuery({
        queryKey: ['organization'],
        queryFn: async ({ signal }) =>
            (await client.call('GET /v2/organization', {}, '', signal)).organization,
    });
}

export function useWorkspaces() {
    const client = useClient();
    return useQuery({
        queryKey: ['workspaces'],
        queryFn: ({ signal }) =>
            readAll(
                (page) =>
                    client.call(
                        'GET /v2/workspaces',
                        { query: { page, pageSize: PAGE_SIZE } },
                        '',
                        signal,
                    ),
                ({ workspaces }) => workspaces,
            ),
    });
}

export function useBaselinePolicy(workspaceId: string) {
    const client = useClient();
    return useQuery({
        queryKey: ['baseline-policy', workspaceId],
        queryFn: async ({ signal }) =>
            (
                await client.call(
                    'GET /v2/workspaces/{id}/baseline-policy',
                    { path: { id: workspaceId } },
                    '',
                    signal,
                )
            ).policy,
    });
}

export interface Named {
    id: string;
    name: string;
}

// What can be named one by one in a policy of the workspace, by kind.
export function useNamedResources(workspaceId: string) {
    const client = useClient();
    return useQuery({
        queryKey: [workspaceId, 'named-resources'],
        queryFn: async ({ signal }): Promise<Record<string, Named[]>> => {
            const query = (page: number) => ({ query: { page, pageSize: PAGE_SIZE } });
            const [sources, destinations] = await Promise.all([
                readAll(
                    (page) => client.call('GET /v2/sources', query(page), workspaceId, signal),
                    (reply) => reply.sources,
                ),
                readAll(
                    (page) =>
                        client.call('GET /v2/destinations', query(page), workspaceId, signal),
                    (reply) => reply.destinations,
                ),
            ]);
            return { sources, destinations };
        },
    });
}

// A writing call; afterwards what begins with one of the keys is read again.
export function useAccessWrite<K extends OperationName>(name: K, ...changes: string[]) {
    return useChange(name, changes, 'active');
}

// The same for removing what the page is about: it is left, so nothing on it is read again.
export function useAccessRemoval<K extends OperationName>(name: K, ...changes: string[]) {
    return useChange(name, changes, 'none');
}

function useChange<K extends OperationName>(
    name: K,
    changes: readonly string[],
    refetchType: 'active' | 'none',
) {
    const client = useClient();
    const queries = useQueryClient();
    return useMutation<Operations[K]['reply'], Error, Arguments<K>>({
        mutationFn: (args) => client.call(name, args),
        gcTime: 0, // what it answers may hold a secret that is shown once
        onSettled: () =>
            Promise.all(
                changes.map((first) =>
                    queries.invalidateQueries({ queryKey: [first], refetchType }),
                ),
            ),
    });
}
