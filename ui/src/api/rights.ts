// SPDX-License-Identifier: Apache-2.0
// What somebody may do in a workspace. The server decides; this tells people beforehand.
import { useQuery } from '@tanstack/react-query';
import { useClient } from './context';
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

export function useIsAdmin(): boolean {
    return useSession().data?.user.role === 'Admin';
}
