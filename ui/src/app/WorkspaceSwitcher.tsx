// SPDX-License-Identifier: Apache-2.0
// Which workspace the page belongs to, and the others.
import { Menu, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useWorkspace } from '@/api/context';
import { samePage, workspacePaths } from '@/api/paths';
import { useSession } from '@/api/session';
import { Icon } from '@/components/Icon';
import { matches } from '@/components/matches';
import classes from './WorkspaceSwitcher.module.css';

const SEARCH_FROM = 8; // workspaces, of which one is looked for sooner than seen

export function WorkspaceSwitcher() {
    const workspace = useWorkspace();
    const { data: session } = useSession();
    const [search, setSearch] = useState('');
    const [location] = useLocation();
    const all = session?.workspaces ?? [];
    const found = all.filter(({ id, name }) => matches(search, name, id));
    return (
        <Menu onClose={() => setSearch('')} position="bottom-start" width={260} shadow="md">
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
                {all.length >= SEARCH_FROM && (
                    <TextInput
                        type="search"
                        aria-label="Search workspaces"
                        placeholder="Search"
                        size="sm"
                        m={6}
                        value={search}
                        onChange={(event) => setSearch(event.currentTarget.value)}
                    />
                )}
                <div className={classes.list}>
                    {found.map(({ id, name }) => (
                        <Menu.Item
                            key={id}
                            component={Link}
                            href={samePage(location, id)}
                            rightSection={
                                id === workspace.id ? (
                                    <Icon name="check" size={16} />
                                ) : undefined
                            }
                            aria-current={id === workspace.id ? 'true' : undefined}
                        >
                            {name}
                        </Menu.Item>
                    ))}
                    {found.length === 0 && <Menu.Label>None is called that.</Menu.Label>}
                </div>
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
