// SPDX-License-Identifier: Apache-2.0
// How delivery to a destination goes; read again every few seconds while the page is open.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCall, useWorkspace } from '@/api/context';

const REFRESH_MS = 3_000;
const LETTERS_PER_PAGE = 25;

export function useDelivery(id: string) {
    const call = useCall();
    return useQuery({
        queryKey: [useWorkspace().id, 'delivery', id],
        refetchInterval: REFRESH_MS,
        queryFn: async ({ signal }) =>
            (await call('GET /v2/destinations/{id}/delivery', { path: { id } }, signal))
                .delivery,
    });
}

export function useStats(id: string, minutes: number) {
    const call = useCall();
    return useQuery({
        queryKey: [useWorkspace().id, 'stats', id, minutes],
        refetchInterval: REFRESH_MS,
        placeholderData: keepPreviousData,
        queryFn: async ({ signal }) =>
            (
                await call(
                    'GET /v2/destinations/{id}/stats',
                    { path: { id }, query: { minutes } },
                    signal,
                )
            ).stats,
    });
}

export function useDeadLetters(id: string) {
    const call = useCall();
    return useInfiniteQuery({
        queryKey: [useWorkspace().id, 'dead-letters', id],
        initialPageParam: undefined as string | undefined,
        queryFn: ({ pageParam, signal }) =>
            call(
                'GET /v2/destinations/{id}/dead-letters',
                {
                    path: { id },
                    query: { pageSize: LETTERS_PER_PAGE, after_cursor: pageParam },
                },
                signal,
            ),
        getNextPageParam: (last) => last.paging.next,
    });
}
