// SPDX-License-Identifier: Apache-2.0
// A policy of the token's own: it begins with all that its owner may do, to take away from.
import { Switch, Text } from '@mantine/core';
import { useNamedResources } from '@/api/access';
import { fullPolicy } from '@/api/policy';
import { useEffectivePolicy } from '@/api/rights';
import type { Policy } from '@/api/schema';
import { useSession } from '@/api/session';
import { Loading } from '@/components/Loading';
import { PolicyEditor } from '@/components/policy/PolicyEditor';

interface NarrowingProps {
    workspaceId: string;
    policy?: Policy; // absent: nothing is narrowed
    error?: string;
    onChange: (policy?: Policy) => void;
}

export function Narrowing({ workspaceId, policy, error, onChange }: NarrowingProps) {
    const user = useSession().data?.user;
    const effective = useEffectivePolicy(user?.id ?? '', workspaceId);
    const named = useNamedResources(workspaceId);
    const most = effective.data?.isAdmin ? fullPolicy() : effective.data?.policy;
    return (
        <div>
            <Switch
                label="Narrow it further"
                description="Choose which of your rights the token gets. Otherwise it gets all of them."
                checked={policy !== undefined}
                disabled={!most}
                error={error}
                onChange={(event) => onChange(event.currentTarget.checked ? most : undefined)}
            />
            {policy && (
                <Loading queries={[named]}>
                    {(lists) => (
                        <>
                            <Text size="sm" c="dimmed" my="sm">
                                Uncheck what the token shall not do. It always may read.
                            </Text>
                            <PolicyEditor
                                policy={policy}
                                ceiling={most}
                                named={lists}
                                onChange={onChange}
                            />
                        </>
                    )}
                </Loading>
            )}
        </div>
    );
}
