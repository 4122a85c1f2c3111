// SPDX-License-Identifier: Apache-2.0
// The organization's service access tokens.
import { useQuery } from '@tanstack/react-query';
import { useClient } from '@/api/context';
import { readAll } from '@/api/resources';

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
