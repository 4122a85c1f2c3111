// SPDX-License-Identifier: Apache-2.0
// The organization's service access tokens.
import { useQuery } from '@tanstack/react-query';
import { useClient } from '@/api/context';
import { readAll } from '@/api/resources';
import type { ServiceAccessToken } from '@/api/schema';

const PAGE_SIZE = 200;

export const key = 'service-access-tokens';

export function useServiceTokens() {
    const client = useClient();
    return useQuery({
        queryKey: [key],
        queryFn: ({ signal }) =>
            readAll(
                (page) =>
                    client.call(
                        'GET /v2/service-access-tokens',
                        { query: { page, pageSize: PAGE_SIZE } },
                        '',
                        signal,
                    ),
                ({ data }) => data,
            ),
    });
}

// One of them, with the values that it took over from and that may still work: newest first.
export function chainOf(
    tokens: readonly ServiceAccessToken[],
    id: string,
): readonly ServiceAccessToken[] {
    const chain: ServiceAccessToken[] = [];
    let next: string | null = id;
    while (next !== null) {
        const token = tokens.find((one) => one.id === next);
        if (!token) break;
        chain.push(token);
        next = token.replaces;
    }
    return chain;
}
