// SPDX-License-Identifier: Apache-2.0
// Tells somebody who may change nothing that a Read-Write token would only read.
import { Alert } from '@mantine/core';
import { useEffectivePolicy } from '@/api/rights';
import { useSession } from '@/api/session';
import { Icon } from '@/components/Icon';

export function ReadsOnlyNow({ workspaceId }: { workspaceId: string }) {
    const user = useSession().data?.user;
    const { data: policy } = useEffectivePolicy(user?.id ?? '', workspaceId);
    const mayChange =
        !policy ||
        policy.isAdmin ||
        policy.rights.some(({ right }) => !right.startsWith('pii.'));
    if (mayChange) return null;
    return (
        <Alert color="brass" icon={<Icon name="warning" />}>
            This token can only read now: your own rights in the workspace allow no more. When
            you are given more, it can do more.
        </Alert>
    );
}
