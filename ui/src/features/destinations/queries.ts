// SPDX-License-Identifier: Apache-2.0
// What belongs to one destination. How its delivery goes is read again every few seconds while
// the page is open.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCall, useWorkspace } from '@/api/context';
import { ApiError } from '@/api/error';

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

const REVISIONS_PER_PAGE = 25;

// Newest first. Under 'destinations': whatever changes one makes a revision.
export function useRevisions(id: string) {
    const call = useCall();
    return useInfiniteQuery({
        queryKey: [useWorkspace().id, 'destinations', id, 'revisions'],
        initialPageParam: 1,
        staleTime: 0, // others make some
        queryFn: ({ pageParam, signal }) =>
            call(
                'GET /v2/destinations/{id}/revisions',
                { path: { id }, query: { page: pageParam, pageSize: REVISIONS_PER_PAGE } },
                signal,
            ),
        getNextPageParam: (last, all) => (last.paging.next ? all.length + 1 : undefined),
    });
}

// What is different now from what it was then.
export function useDifference(id: string, revision: number) {
    const call = useCall();
    return useQuery({
        queryKey: [useWorkspace().id, 'destinations', id, 'difference', revision],
        staleTime: 0,
        queryFn: ({ signal }) =>
            call(
                'GET /v2/destinations/{id}/revisions/{revision}/diff',
                { path: { id, revision: String(revision) } },
                signal,
            ),
    });
}

// null: it has none.
export function useTransformation(id: string) {
    const call = useCall();
    return useQuery({
        queryKey: [useWorkspace().id, 'destinations', id, 'transformation'],
        queryFn: async ({ signal }) => {
            try {
                return await call(
                    'GET /v2/destinations/{id}/transformation',
                    { path: { id } },
                    signal,
                );
            } catch (error) {
                if (error instanceof ApiError && error.status === 404) return null;
                throw error;
            }
        },
    });
}
