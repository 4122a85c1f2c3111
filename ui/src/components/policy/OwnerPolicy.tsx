// SPDX-License-Identifier: Apache-2.0
// The policy of a group or a member in one workspace. None at all is stored as none.
import { useQuery } from '@tanstack/react-query';
import { useAccessWrite } from '@/api/access';
import { useClient } from '@/api/context';
import { emptyPolicy, isEmptyPolicy, type Inherited } from '@/api/policy';
import type { Policy } from '@/api/schema';
import { Loading } from '../Loading';
import { PolicyForm } from './PolicyForm';

type Owner = 'groups' | 'members';

interface OwnerPolicyProps {
    owner: Owner;
    id: string;
    workspaceId: string;
    places: readonly { workspaceId: string }[]; // where the owner has a policy
    inherited: readonly Inherited[];
}

function useOwnerPolicy({ owner, id, workspaceId, places }: OwnerPolicyProps) {
    const client = useClient();
    const hasOne = places.some((place) => place.workspaceId === workspaceId);
    return useQuery({
        queryKey: [owner, id, 'workspace-policies', workspaceId, hasOne],
        queryFn: async ({ signal }): Promise<Policy> => {
            if (!hasOne) return emptyPolicy;
            const reply = await client.call(
                `GET /v2/${owner}/{id}/workspace-policies/{workspaceId}`,
                { path: { id, workspaceId } },
                '',
                signal,
            );
            return reply.policy;
        },
    });
}

export function OwnerPolicy(props: OwnerPolicyProps) {
    const { owner, id, workspaceId, inherited } = props;
    const stored = useOwnerPolicy(props);
    const changes = ['groups', 'members'];
    const put = useAccessWrite(
        `PUT /v2/${owner}/{id}/workspace-policies/{workspaceId}`,
        ...changes,
    );
    const remove = useAccessWrite(
        `DELETE /v2/${owner}/{id}/workspace-policies/{workspaceId}`,
        ...changes,
    );
    const path = { id, workspaceId };
    const client = useClient();
    const read = async (from: string) => {
        if (!props.places.some((place) => place.workspaceId === from)) return emptyPolicy;
        const reply = await client.call(
            `GET /v2/${owner}/{id}/workspace-policies/{workspaceId}`,
            { path: { id, workspaceId: from } },
        );
        return reply.policy;
    };
    return (
        <Loading queries={[stored]}>
            {(policy) => (
                <PolicyForm
                    key={`${id} ${workspaceId} ${JSON.stringify(policy)}`}
                    workspaceId={workspaceId}
                    policy={policy}
                    inherited={inherited}
                    read={read}
                    onSave={(next) =>
                        isEmptyPolicy(next)
                            ? remove.mutateAsync({ path })
                            : put.mutateAsync({ path, body: { policy: next } })
                    }
                />
            )}
        </Loading>
    );
}
