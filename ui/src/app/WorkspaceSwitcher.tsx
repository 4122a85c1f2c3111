// SPDX-License-Identifier: Apache-2.0
// Which workspace the page belongs to, and the others.
import { Menu, Text, UnstyledButton } from '@mantine/core';
import { Link } from 'wouter';
import { useWorkspace } from '@/api/context';
import { workspacePaths } from '@/api/paths';
import { useSession } from '@/api/session';
import { Icon } from '@/components/Icon';
import classes from './WorkspaceSwitcher.module.css';

export function WorkspaceSwitcher() {
    const workspace = useWorkspace();
    const { data: session } = useSession();
    return (
        <Menu position="bottom-start" width={260} shadow="md">
            <Menu.Target>
                <UnstyledButton
                    className={classes.target}
                    aria-label={`Workspace ${workspace.name}`}
                >
                    <Text component="span" size="sm" fw={560} truncate>
                        {workspace.name}
                    </Text>
                    <Icon name="down" size={16} />
                </UnstyledButton>
            </Menu.Target>
            <Menu.Dropdown>
                <Menu.Label>{session?.organization.name}</Menu.Label>
                {session?.workspaces.map(({ id, name }) => (
                    <Menu.Item
                        key={id}
                        component={Link}
                        href={workspacePaths(id).connections}
                        rightSection={
                            id === workspace.id ? <Icon name="check" size={16} /> : undefined
                        }
                        aria-current={id === workspace.id ? 'true' : undefined}
                    >
                        {name}
                    </Menu.Item>
                ))}
                <Menu.Divider />
                <Menu.Item
                    component={Link}
                    href={workspacePaths(workspace.id).workspace}
                    leftSection={<Icon name="settings" size={16} />}
                >
                    Workspace settings
                </Menu.Item>
            </Menu.Dropdown>
        </Menu>
    );
}
