// SPDX-License-Identifier: Apache-2.0
// The workspace's resources as queries. Lists are read to their last page: a workspace's
// configuration is small, and search and the map want all of it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Arguments, OperationName } from './client';
import { useCall, useClient, useWorkspace } from './context';
import type { Destination, Operations, Paging, Source } from './schema';

const PAGE_SIZE = 200;
const MAX_PAGES = 100;

export async function readAll<Reply extends { paging: Paging }, Item>(
    readPage: (page: number) => Promise<Reply>,
    itemsOf: (reply: Reply) => Item[],
): Promise<Item[]> {
    const items: Item[] = [];
    for (let page = 1; page <= MAX_PAGES; page++) {
        const reply = await readPage(page);
        items.push(...itemsOf(reply));
        if (!reply.paging.next) break;
    }
    return items;
}

type Resource = 'sources' | 'destinations' | 'connections' | 'accounts' | 'regulations' | 'workspace-settings';

export function useSources() {
    const call = useCall();
    return useQuery({
        queryKey: [useWorkspace().id, 'sources'],
        queryFn: ({ signal }) =>
            readAll(
                (page) =>
                    call('GET /v2/sources', { query: { page, pageSize: PAGE_SIZE } }, signal),
                (reply) => reply.sources,
            ),
    });
}

export function useDestinations() {
    const call = useCall();
    return useQuery({
        queryKey: [useWorkspace().id, 'destinations'],
        queryFn: ({ signal }) =>
            readAll(
                (page) =>
                    call(
                        'GET /v2/destinations',
                        { query: { page, pageSize: PAGE_SIZE } },
                        signal,
                    ),
                (reply) => reply.destinations,
            ),
    });
}

export function useConnections() {
    const call = useCall();
    return useQuery({
        queryKey: [useWorkspace().id, 'connections'],
        queryFn: ({ signal }) =>
            readAll(
                (page) =>
                    call(
                        'GET /v2/connections',
                        { query: { page, pageSize: PAGE_SIZE } },
                        signal,
                    ),
                (reply) => reply.connections,
            ),
    });
}

// A thing with the ETag that it was read with: a write that names it fails if somebody else
// changed the thing in between.
export type Tagged<Thing> = Thing & { etag?: string };

export function useSource(id: string) {
    const call = useCall();
    const client = useClient();
    return useQuery({
        queryKey: [useWorkspace().id, 'sources', id],
        queryFn: async ({ signal }): Promise<Tagged<Source>> => {
            const reply = await call('GET /v2/sources/{id}', { path: { id } }, signal);
            return { ...reply.source, etag: client.tagOf(reply) };
        },
    });
}

export function useDestination(id: string) {
    const call = useCall();
    const client = useClient();
    return useQuery({
        queryKey: [useWorkspace().id, 'destinations', id],
        queryFn: async ({ signal }): Promise<Tagged<Destination>> => {
            const reply = await call('GET /v2/destinations/{id}', { path: { id } }, signal);
            return { ...reply.destination, etag: client.tagOf(reply) };
        },
    });
}

export function useSourceDefinitions() {
    const call = useCall();
    return useQuery({
        queryKey: ['source-definitions'],
        staleTime: Infinity,
        queryFn: async ({ signal }) =>
            (await call('GET /v2/source-definitions', {}, signal)).sourceDefinitions,
    });
}

// With the fields of its settings.
export function useDestinationDefinition(type: string) {
    const call = useCall();
    return useQuery({
        queryKey: ['destination-definitions', type],
        staleTime: Infinity,
        queryFn: async ({ signal }) =>
            (await call('GET /v2/destination-definitions/{type}', { path: { type } }, signal))
                .destinationDefinition,
    });
}

export function useDestinationDefinitions() {
    const call = useCall();
    return useQuery({
        queryKey: ['destination-definitions'],
        staleTime: Infinity,
        queryFn: async ({ signal }) =>
            (await call('GET /v2/destination-definitions', {}, signal)).destinationDefinitions,
    });
}

// A writing call; afterwards what it changes is read again.
export function useWrite<K extends OperationName>(name: K, changes: readonly Resource[]) {
    const call = useCall();
    const queries = useQueryClient();
    const workspaceId = useWorkspace().id;
    return useMutation<Operations[K]['reply'], Error, Arguments<K>>({
        mutationFn: (args) => call(name, args),
        onSettled: () =>
            Promise.all(
                changes.map((resource) =>
                    queries.invalidateQueries({ queryKey: [workspaceId, resource] }),
                ),
            ),
    });
}
