// SPDX-License-Identifier: Apache-2.0
// Which groups a member is in.
import { Button, Group, Menu, Table, Anchor } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link } from 'wouter';
import { useAccessWrite, useGroups } from '@/api/access';
import { messageOf } from '@/api/error';
import { usePaths } from '@/api/paths';
import type { MemberDetails } from '@/api/schema';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import tableClasses from '@/components/ResourceTable.module.css';
import { Section } from '@/components/Section';

const tell = (error: unknown) =>
    notifications.show({ color: 'red', message: messageOf(error) });

function AddMenu({ member }: { member: MemberDetails }) {
    const groups = useGroups();
    const add = useAccessWrite('PUT /v2/groups/{id}/members/{memberId}', 'groups', 'members');
    const candidates = groups.data?.filter(
        ({ id }) => !member.groups.some((group) => group.id === id),
    );
    return (
        <Menu position="bottom-end" shadow="md" width={260}>
            <Menu.Target>
                <Button
                    variant="default"
                    leftSection={<Icon name="plus" />}
                    disabled={!candidates?.length}
                >
                    Add to group
                </Button>
            </Menu.Target>
            <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
                {candidates?.map(({ id, name }) => (
                    <Menu.Item
                        key={id}
                        onClick={() =>
                            add.mutate({ path: { id, memberId: member.id } }, { onError: tell })
                        }
                    >
                        {name}
                    </Menu.Item>
                ))}
            </Menu.Dropdown>
        </Menu>
    );
}

export function UserGroups({ member }: { member: MemberDetails }) {
    const remove = useAccessWrite(
        'DELETE /v2/groups/{id}/members/{memberId}',
        'groups',
        'members',
    );
    const paths = usePaths();
    return (
        <Section title="Groups" isFlush actions={<AddMenu member={member} />}>
            {member.groups.length === 0 ? (
                <EmptyState icon="user" title="In no group">
                    Groups give rights to several members at once.
                </EmptyState>
            ) : (
                <Table
                    verticalSpacing="sm"
                    horizontalSpacing="lg"
                    className={tableClasses.table}
                >
                    <Table.Tbody>
                        {member.groups.map(({ id, name }) => (
                            <Table.Tr key={id}>
                                <Table.Td>
                                    <Anchor
                                        component={Link}
                                        href={paths.group(id)}
                                        fw={580}
                                        c="var(--mantine-color-text)"
                                    >
                                        {name}
                                    </Anchor>
                                </Table.Td>
                                <Table.Td>
                                    <Group justify="flex-end">
                                        <Button
                                            variant="default"
                                            size="compact-sm"
                                            aria-label={`Remove from ${name}`}
                                            onClick={() =>
                                                remove.mutate(
                                                    { path: { id, memberId: member.id } },
                                                    { onError: tell },
                                                )
                                            }
                                        >
                                            Remove
                                        </Button>
                                    </Group>
                                </Table.Td>
                            </Table.Tr>
                        ))}
                    </Table.Tbody>
                </Table>
            )}
        </Section>
    );
}
