// SPDX-License-Identifier: Apache-2.0
// The organization's name and id, and its workspaces.
import { Anchor, Stack, Table } from '@mantine/core';
import { Link } from 'wouter';
import { workspacePaths } from '@/api/paths';
import { useSession } from '@/api/session';
import { CopyValue } from '@/components/CopyValue';
import { Facts } from '@/components/Facts';
import { Section } from '@/components/Section';

export function OrganizationSettings() {
    const { data: session } = useSession();
    if (!session) return null;
    const { organization, workspaces } = session;
    return (
        <Stack gap="lg">
            <Section title="General">
                <Stack gap="lg">
                    <Facts facts={[['Organization name', organization.name]]} />
                    <CopyValue label="Organization ID" value={organization.id} />
                </Stack>
            </Section>
            <Section title="Workspaces" isFlush>
                <Table.ScrollContainer minWidth={480} type="native">
                    <Table verticalSpacing="sm" horizontalSpacing="lg">
                        <Table.Thead>
                            <Table.Tr>
                                <Table.Th>Name</Table.Th>
                                <Table.Th>Workspace ID</Table.Th>
                            </Table.Tr>
                        </Table.Thead>
                        <Table.Tbody>
                            {workspaces.map(({ id, name }) => (
                                <Table.Tr key={id}>
                                    <Table.Td>
                                        <Anchor
                                            component={Link}
                                            href={workspacePaths(id).connections}
                                            fw={560}
                                        >
                                            {name}
                                        </Anchor>
                                    </Table.Td>
                                    <Table.Td>
                                        <CopyValue
                                            label="Workspace ID"
                                            value={id}
                                            isLabelShown={false}
                                            size="sm"
                                        />
                                    </Table.Td>
                                </Table.Tr>
                            ))}
                        </Table.Tbody>
                    </Table>
                </Table.ScrollContainer>
            </Section>
        </Stack>
    );
}
