// SPDX-License-Identifier: Apache-2.0
// Who is in a group.
import { Button, Menu, Table } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useAccessWrite, useMembers } from '@/api/access';
import { messageOf } from '@/api/error';
import { usePaths } from '@/api/paths';
import type { GroupDetails } from '@/api/schema';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { PersonName } from '@/components/PersonName';
import tableClasses from '@/components/ResourceTable.module.css';
import { Section } from '@/components/Section';

const tell = (error: unknown) =>
    notifications.show({ color: 'red', message: messageOf(error) });

function AddMenu({ group }: { group: GroupDetails }) {
    const members = useMembers();
    const add = useAccessWrite('PUT /v2/groups/{id}/members/{memberId}', 'groups', 'members');
    const candidates = members.data?.filter(
        ({ id }) => !group.members.some((member) => member.id === id),
    );
    return (
        <Menu position="bottom-end" shadow="md" width={280}>
            <Menu.Target>
                <Button leftSection={<Icon name="plus" />} disabled={!candidates?.length}>
                    Add member
                </Button>
            </Menu.Target>
            <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
                {candidates?.map((member) => (
                    <Menu.Item
                        key={member.id}
                        onClick={() =>
                            add.mutate(
                                { path: { id: group.id, memberId: member.id } },
                                { onError: tell },
                            )
                        }
                    >
                        {member.name ? `${member.name} (${member.email})` : member.email}
                    </Menu.Item>
                ))}
            </Menu.Dropdown>
        </Menu>
    );
}

export function GroupMembers({ group }: { group: GroupDetails }) {
    const remove = useAccessWrite(
        'DELETE /v2/groups/{id}/members/{memberId}',
        'groups',
        'members',
    );
    const paths = usePaths();
    const row = (member: GroupDetails['members'][number]) => (
        <Table.Tr key={member.id}>
            <Table.Td>
                <PersonName person={member} href={paths.user(member.id)} />
            </Table.Td>
            <Table.Td ta="right">
                <Button
                    variant="default"
                    size="compact-sm"
                    aria-label={`Remove ${member.email} from the group`}
                    loading={remove.isPending && remove.variables.path.memberId === member.id}
                    onClick={() =>
                        remove.mutate(
                            { path: { id: group.id, memberId: member.id } },
                            { onError: tell },
                        )
                    }
                >
                    Remove
                </Button>
            </Table.Td>
        </Table.Tr>
    );
    return (
        <Section title="Group members" isFlush actions={<AddMenu group={group} />}>
            {group.members.length === 0 ? (
                <EmptyState icon="user" title="Nobody is in this group">
                    Its policies give rights to nobody until somebody is added.
                </EmptyState>
            ) : (
                <Table
                    verticalSpacing="sm"
                    horizontalSpacing="lg"
                    className={tableClasses.table}
                >
                    <Table.Tbody>{group.members.map(row)}</Table.Tbody>
                </Table>
            )}
        </Section>
    );
}
