// SPDX-License-Identifier: Apache-2.0
// A source's runs as queries, which a stream keeps fresh.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useCall, useWorkspace } from '@/api/context';

const RUNS_PER_PAGE = 25;

const keyOf = (workspaceId: string, id: string) => [workspaceId, 'source-runs', id];

// Newest first.
export function useRuns(id: string) {
    const call = useCall();
    return useInfiniteQuery({
        queryKey: [...keyOf(useWorkspace().id, id), 'list'],
        initialPageParam: 1,
        staleTime: 0,
        queryFn: ({ pageParam, signal }) =>
            call(
                'GET /v2/sources/{id}/runs',
                { path: { id }, query: { page: pageParam, pageSize: RUNS_PER_PAGE } },
                signal,
            ),
        getNextPageParam: (last, all) => (last.paging.next ? all.length + 1 : undefined),
    });
}

// With its tasks.
export function useRun(id: string, runId: string) {
    const call = useCall();
    return useQuery({
        queryKey: [...keyOf(useWorkspace().id, id), runId],
        staleTime: 0,
        queryFn: ({ signal }) =>
            call('GET /v2/sources/{id}/runs/{runId}/status', { path: { id, runId } }, signal),
    });
}

// Reads what is shown of the source's runs again, once whoever calls it knows of a change.
export function useRunsAgain(id: string) {
    const queries = useQueryClient();
    const workspaceId = useWorkspace().id;
    return () => queries.invalidateQueries({ queryKey: keyOf(workspaceId, id) });
}

// Does so whenever the server tells of one, and after each time that nothing could be heard.
export function useRunNews(id: string) {
    const queries = useQueryClient();
    const workspaceId = useWorkspace().id;
    useEffect(() => {
        const again = () =>
            void queries.invalidateQueries({ queryKey: keyOf(workspaceId, id) });
        const query = new URLSearchParams({ workspaceId });
        const stream = new EventSource(`/v2/sources/${id}/runs/live?${query}`);
        stream.onopen = again;
        stream.addEventListener('live', again);
        return () => stream.close();
    }, [queries, workspaceId, id]);
}
