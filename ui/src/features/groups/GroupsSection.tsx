// SPDX-License-Identifier: Apache-2.0
// The groups of the organization.
import { Anchor, Button, Modal, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useLocation } from 'wouter';
import { useAccessWrite, useGroups } from '@/api/access';
import { usePaths } from '@/api/paths';
import type { Group } from '@/api/schema';
import { DataTable } from '@/components/DataTable';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { GroupForm } from './GroupForm';

function GroupTable({ groups }: { groups: readonly Group[] }) {
    const paths = usePaths();
    return (
        <DataTable minWidth={520} columns={['Name', 'Members', 'Created']}>
            {groups.map((group) => (
                <Table.Tr key={group.id}>
                    <Table.Td>
                        <Anchor
                            component={Link}
                            href={paths.group(group.id)}
                            fw={580}
                            c="var(--mantine-color-text)"
                        >
                            {group.name}
                        </Anchor>
                        <Text size="xs" c="dimmed" lineClamp={2}>
                            {group.description}
                        </Text>
                    </Table.Td>
                    <Table.Td>{group.memberCount}</Table.Td>
                    <Table.Td>
                        <Time at={group.createdAt} as="date" />
                    </Table.Td>
                </Table.Tr>
            ))}
        </DataTable>
    );
}

export function GroupsSection() {
    const groups = useGroups();
    const create = useAccessWrite('POST /v2/groups', 'groups');
    const [isOpen, { open, close }] = useDisclosure(false);
    const paths = usePaths();
    const [, navigate] = useLocation();
    return (
        <Section
            title="Groups"
            lead="Members of a group get what its policies give, workspace by workspace."
            isFlush
            actions={
                <Button leftSection={<Icon name="plus" />} onClick={open}>
                    Create group
                </Button>
            }
        >
            <Loading queries={[groups]}>
                {(list) =>
                    list.length === 0 ? (
                        <EmptyState icon="user" title="No groups yet">
                            Create one for each team that should have the same rights.
                        </EmptyState>
                    ) : (
                        <GroupTable groups={list} />
                    )
                }
            </Loading>
            <Modal
                opened={isOpen}
                onClose={close}
                title={<Text fw={620}>Create group</Text>}
                closeButtonProps={{ 'aria-label': 'Close' }}
            >
                <GroupForm
                    submitLabel="Create"
                    onSubmit={async (body) => {
                        const { group } = await create.mutateAsync({ body });
                        navigate(paths.group(group.id));
                    }}
                />
            </Modal>
        </Section>
    );
}
