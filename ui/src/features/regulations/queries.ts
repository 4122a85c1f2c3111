// SPDX-License-Identifier: Apache-2.0
// The workspace's suppressed users, page by page: there may be very many.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCall, useWorkspace } from '@/api/context';

const PER_PAGE = 50;

export function useRegulations() {
    const call = useCall();
    return useInfiniteQuery({
        queryKey: [useWorkspace().id, 'regulations'],
        initialPageParam: undefined as string | undefined,
        queryFn: ({ signal, pageParam }) =>
            call(
                'GET /v2/regulations',
                { query: { per_page: PER_PAGE, after_cursor: pageParam } },
                signal,
            ),
        getNextPageParam: (page) => (page.paging.next ? page.data.at(-1)?.id : undefined),
    });
}
