// SPDX-License-Identifier: Apache-2.0
// Who is signed in, and the way out.
import { ActionIcon, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link } from 'wouter';
import { messageOf } from '@/api/error';
import { usePaths } from '@/api/paths';
import { useSession, useSignOut } from '@/api/session';
import { Icon } from '@/components/Icon';

export function UserMenu() {
    const session = useSession();
    const signOut = useSignOut();
    const paths = usePaths();
    const leave = () =>
        signOut.mutate(undefined, {
            onError: (error) => notifications.show({ color: 'red', message: messageOf(error) }),
        });
    return (
        <Menu position="bottom-end" width={240} shadow="md">
            <Menu.Target>
                <ActionIcon variant="light" size="lg" radius="xl" aria-label="Your account">
                    <Icon name="user" size={20} />
                </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
                <Menu.Label>
                    <Text size="xs">Signed in as</Text>
                    <Text size="sm" fw={560} c="var(--mantine-color-text)" truncate>
                        {session.data?.user.email}
                    </Text>
                </Menu.Label>
                <Menu.Divider />
                <Menu.Item
                    component={Link}
                    href={paths.profile}
                    leftSection={<Icon name="user" size={17} />}
                >
                    Your Profile
                </Menu.Item>
                <Menu.Item
                    component={Link}
                    href={paths.tokens}
                    leftSection={<Icon name="key" size={17} />}
                >
                    Personal Access Tokens
                </Menu.Item>
                <Menu.Item
                    component="a"
                    href="/docs"
                    target="_blank"
                    leftSection={<Icon name="link" size={17} />}
                >
                    API reference
                </Menu.Item>
                <Menu.Divider />
                <Menu.Item leftSection={<Icon name="signOut" size={17} />} onClick={leave}>
                    Sign out
                </Menu.Item>
            </Menu.Dropdown>
        </Menu>
    );
}
