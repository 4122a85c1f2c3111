// SPDX-License-Identifier: Apache-2.0
// The workspace's accounts as queries.
import { useQuery } from '@tanstack/react-query';
import { useCall, useClient, useWorkspace } from '@/api/context';
import { readAll, type Tagged } from '@/api/resources';
import type { Account } from '@/api/schema';

const PAGE_SIZE = 200;

export function useAccounts() {
    const call = useCall();
    return useQuery({
        queryKey: [useWorkspace().id, 'accounts'],
        queryFn: ({ signal }) =>
            readAll(
                (page) =>
                    call('GET /v2/accounts', { query: { page, pageSize: PAGE_SIZE } }, signal),
                (reply) => reply.data,
            ),
    });
}

export function useAccount(id: string) {
    const call = useCall();
    const client = useClient();
    return useQuery({
        queryKey: [useWorkspace().id, 'accounts', id],
        staleTime: 0,
        queryFn: async ({ signal }): Promise<Tagged<Account>> => {
            const account = await call('GET /v2/accounts/{id}', { path: { id } }, signal);
            return { ...account, etag: client.tagOf(account) };
        },
    });
}

export function useAccountDefinitions() {
    const call = useCall();
    return useQuery({
        queryKey: ['account-definitions'],
        staleTime: Infinity,
        queryFn: async ({ signal }) =>
            (await call('GET /v2/account-definitions', {}, signal)).accountDefinitions,
    });
}
