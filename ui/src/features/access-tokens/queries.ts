// SPDX-License-Identifier: Apache-2.0
// The inventory, page by page.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useClient } from '@/api/context';
import type { queryOf } from './filters';

export const key = 'access-tokens';
const PAGE_SIZE = 50;

export function useInventory(query: ReturnType<typeof queryOf>) {
    const client = useClient();
    return useInfiniteQuery({
        queryKey: [key, query],
        initialPageParam: 1,
        placeholderData: keepPreviousData,
        queryFn: ({ pageParam, signal }) =>
            client.call(
                'GET /v2/access-tokens',
                { query: { ...query, page: pageParam, pageSize: PAGE_SIZE } },
                '',
                signal,
            ),
        getNextPageParam: (last, pages) => (last.paging.next ? pages.length + 1 : undefined),
    });
}
