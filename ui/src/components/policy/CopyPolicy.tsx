// SPDX-License-Identifier: Apache-2.0
// Fills the form with the policy of another workspace; nothing is saved yet.
import { Button, Group, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { messageOf } from '@/api/error';
import { portable } from '@/api/policy';
import type { Policy } from '@/api/schema';
import { useSession } from '@/api/session';
import { Icon } from '../Icon';

const single = (count: number) =>
    count === 1
        ? '1 permission on a single resource, which exists'
        : `${count} permissions on single resources, which exist`;

interface CopyPolicyProps {
    to: string; // id of the workspace
    read: (workspaceId: string) => Promise<Policy>;
    onCopy: (policy: Policy) => void;
}

export function CopyPolicy({ to, read, onCopy }: CopyPolicyProps) {
    const others = useSession().data?.workspaces.filter(({ id }) => id !== to) ?? [];
    const copy = useMutation({
        mutationFn: ({ id }: { id: string; name: string }) => read(id),
        onSuccess: (policy, { name }) => {
            const { policy: copied, left } = portable(policy);
            onCopy(copied);
            notifications.show({
                message:
                    left === 0
                        ? `Copied from ${name}. Look it through, then save.`
                        : `Copied from ${name}, but for ${single(left)} only there.`,
            });
        },
        onError: (error) => notifications.show({ color: 'red', message: messageOf(error) }),
    });
    if (others.length === 0) return null;
    return (
        <Group>
            <Menu position="bottom-start" shadow="md" width={260}>
                <Menu.Target>
                    <Button
                        variant="default"
                        size="compact-sm"
                        leftSection={<Icon name="copy" size={15} />}
                        loading={copy.isPending}
                    >
                        Copy from another workspace
                    </Button>
                </Menu.Target>
                <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
                    {others.map(({ id, name }) => (
                        <Menu.Item key={id} onClick={() => copy.mutate({ id, name })}>
                            {name}
                        </Menu.Item>
                    ))}
                </Menu.Dropdown>
            </Menu>
        </Group>
    );
}
