// SPDX-License-Identifier: Apache-2.0
// The caller's own tokens. They belong to the person, so no workspace is named.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '@/api/context';
import { readAll } from '@/api/resources';
import type { PersonalAccessTokenCreate } from '@/api/schema';

const key = ['personal-access-tokens'];
const PAGE_SIZE = 200;

export function useTokens() {
    const client = useClient();
    return useQuery({
        queryKey: key,
        queryFn: ({ signal }) =>
            readAll(
                (page) =>
                    client.call(
                        'GET /v2/personal-access-tokens',
                        { query: { page, pageSize: PAGE_SIZE } },
                        '',
                        signal,
                    ),
                (reply) => reply.data,
            ),
    });
}

export function useTokenWrites() {
    const client = useClient();
    const queries = useQueryClient();
    const onSettled = () => queries.invalidateQueries({ queryKey: key });
    const generate = useMutation({
        mutationFn: (body: PersonalAccessTokenCreate) =>
            client.call('POST /v2/personal-access-tokens', { body }),
        onSettled,
        gcTime: 0, // the value is not kept longer than the dialogue
    });
    const rotate = useMutation({
        mutationFn: ({ id, overlapDays }: { id: string; overlapDays: number }) =>
            client.call('POST /v2/personal-access-tokens/{id}/rotate', {
                path: { id },
                body: { overlapDays },
            }),
        onSettled,
        gcTime: 0,
    });
    const remove = useMutation({
        mutationFn: (id: string) =>
            client.call('DELETE /v2/personal-access-tokens/{id}', { path: { id } }),
        onSettled,
    });
    const revokeAll = useMutation({
        mutationFn: () =>
            client.call('POST /v2/personal-access-tokens/revoke-all', { body: {} }),
        onSettled,
    });
    return { generate, rotate, remove, revokeAll };
}
