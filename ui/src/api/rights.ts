// SPDX-License-Identifier: Apache-2.0
// What somebody may do in a workspace. The server decides; this tells people beforehand.
import { useQuery } from '@tanstack/react-query';
import { useClient, useWorkspace } from './context';
import { missingRight } from './policy';
import { useSession } from './session';

export function useEffectivePolicy(memberId: string, workspaceId: string) {
    const client = useClient();
    return useQuery({
        queryKey: ['members', memberId, 'effective-policy', workspaceId],
        enabled: memberId !== '',
        queryFn: async ({ signal }) =>
            (
                await client.call(
                    'GET /v2/members/{id}/effective-policy',
                    { path: { id: memberId }, query: { workspaceId } },
                    '',
                    signal,
                )
            ).effectivePolicy,
    });
}

// The right that somebody lacks here for an action (missingRight). While it is not known yet,
// none: the server refuses anyway.
export function useMissingRight(
    right: string,
    ids: readonly string[] = [],
): string | undefined {
    const user = useSession().data?.user;
    const isMember = user?.role === 'Member';
    const { data } = useEffectivePolicy(isMember ? user.id : '', useWorkspace().id);
    return isMember && data ? missingRight(data, right, ids) : undefined;
}

export function useIsAdmin(): boolean {
    return useSession().data?.user.role === 'Admin';
}
