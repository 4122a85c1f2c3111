// SPDX-License-Identifier: Apache-2.0
// Says before saving how many service tokens a change of the baseline changes.
import { Alert, Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useClient } from '@/api/context';
import { usePaths } from '@/api/paths';
import type { Workspace } from '@/api/schema';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';

const kind = 'service_access_token';

function useTokenCount(workspaceId: string) {
    const client = useClient();
    return useQuery({
        queryKey: ['access-tokens', 'count', workspaceId],
        staleTime: 0, // somebody decides by it
        queryFn: async ({ signal }) => {
            const counts = (['active', 'replaced'] as const).map(async (state) => {
                const query = { kind, state, workspaceId, pageSize: 1 } as const;
                const reply = await client.call('GET /v2/access-tokens', { query }, '', signal);
                return reply.paging.total;
            });
            return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
        },
    });
}

export function AffectedTokens({ workspace }: { workspace: Workspace }) {
    const count = useTokenCount(workspace.id);
    const paths = usePaths();
    const list = `${paths.accessTokens}?kind=${kind}&workspaceId=${workspace.id}`;
    return (
        <Loading queries={[count]}>
            {(total) => (
                <Alert
                    color={total > 0 ? 'brass' : 'gray'}
                    icon={<Icon name={total > 0 ? 'warning' : 'key'} />}
                >
                    {total === 0 ? (
                        'This changes no service access token: the workspace has none.'
                    ) : (
                        <>
                            This changes at once what{' '}
                            <Anchor component={Link} href={list} inherit>
                                {total === 1
                                    ? '1 service access token'
                                    : `${total} service access tokens`}
                            </Anchor>{' '}
                            of {workspace.name} may do, and every member there.
                        </>
                    )}
                </Alert>
            )}
        </Loading>
    );
}
