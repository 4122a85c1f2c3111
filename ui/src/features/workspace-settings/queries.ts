// SPDX-License-Identifier: Apache-2.0
// What the workspace wants of its events, as a query.
import { useQuery } from '@tanstack/react-query';
import { useCall, useClient, useWorkspace } from '@/api/context';
import type { Tagged } from '@/api/resources';
import type { WorkspaceSettings } from '@/api/schema';

export function useSettings() {
    const call = useCall();
    const client = useClient();
    return useQuery({
        queryKey: [useWorkspace().id, 'workspace-settings'],
        staleTime: 0,
        queryFn: async ({ signal }): Promise<Tagged<WorkspaceSettings>> => {
            const reply = await call('GET /v2/workspace/settings', {}, signal);
            return { ...reply.settings, etag: client.tagOf(reply) };
        },
    });
}
