// SPDX-License-Identifier: Apache-2.0
// The import that waits to be deployed. It belongs to the organization, not to a workspace.
import { useQuery } from '@tanstack/react-query';
import { useAccessWrite } from '@/api/access';
import { useClient } from '@/api/context';

const key = 'access-import';

export function useStagedImport() {
    const client = useClient();
    return useQuery({
        staleTime: 0, // a command on the server may stage another
        queryKey: [key],
        queryFn: async ({ signal }) =>
            (await client.call('GET /v2/access-import', {}, '', signal)).import,
    });
}

export const useStage = () => useAccessWrite('PUT /v2/access-import', key);
export const useReset = () => useAccessWrite('DELETE /v2/access-import', key);
export const useDeploy = () =>
    useAccessWrite(
        'POST /v2/access-import/deploy',
        key,
        'members',
        'service-access-tokens',
        'personal-access-tokens',
    );
