// SPDX-License-Identifier: Apache-2.0
// The members of the organization.
import { Badge, Button, Table } from '@mantine/core';
import { Link } from 'wouter';
import { useMembers } from '@/api/access';
import { usePaths } from '@/api/paths';
import { useSession } from '@/api/session';
import { DataTable } from '@/components/DataTable';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { PersonName } from '@/components/PersonName';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';

export function UsersSection() {
    const members = useMembers();
    const { data: session } = useSession();
    const paths = usePaths();
    return (
        <Section
            title="Users"
            lead="Admins may do everything. Members may do what policies give them."
            isFlush
            actions={
                <Button
                    component={Link}
                    href={`${paths.invitations}?invite=1`}
                    leftSection={<Icon name="plus" />}
                >
                    Invite users
                </Button>
            }
        >
            <Loading queries={[members]}>
                {(list) => (
                    <DataTable minWidth={480} columns={['User', 'Organization role', 'Joined']}>
                        {list.map((member) => (
                            <Table.Tr key={member.id}>
                                <Table.Td>
                                    <PersonName
                                        person={member}
                                        href={paths.user(member.id)}
                                        isYou={member.id === session?.user.id}
                                    />
                                </Table.Td>
                                <Table.Td>
                                    <Badge
                                        variant="light"
                                        color={member.role === 'Admin' ? 'brass' : 'sea'}
                                        tt="none"
                                        fw={560}
                                    >
                                        {member.role}
                                    </Badge>
                                </Table.Td>
                                <Table.Td>
                                    <Time at={member.createdAt} as="date" />
                                </Table.Td>
                            </Table.Tr>
                        ))}
                    </DataTable>
                )}
            </Loading>
        </Section>
    );
}
