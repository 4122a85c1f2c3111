// SPDX-License-Identifier: Apache-2.0
// Which of the two kinds of token to make, and what is different about them: one click away.
import { Anchor, Collapse, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';

const rows: readonly [string, string, string][] = [
    ['Belongs to', 'a person', 'the organization'],
    ['Made for', 'development and testing', 'production'],
    ['Made by', 'its owner, as the organization allows', 'Admins'],
    [
        'May do',
        'at most what its owner may do at that moment',
        'read, the baseline, its policy',
    ],
    ['Works in', 'one workspace', 'one workspace, or the organization'],
    ['Stops when', 'its owner leaves or loses rights', 'an Admin deletes it'],
    ['Both', 'expire, rotate, can be bound to addresses', ''],
];

export function TokenComparison({ children }: { children: ReactNode }) {
    const [isOpen, { toggle }] = useDisclosure(false);
    return (
        <div>
            <Text size="sm" c="dimmed">
                {children}{' '}
                <Anchor component="button" type="button" size="sm" onClick={toggle}>
                    {isOpen ? 'Hide the comparison' : 'Compare both kinds'}
                </Anchor>
            </Text>
            <Collapse in={isOpen}>
                <Table.ScrollContainer minWidth={440} type="native" mt="sm">
                    <Table withTableBorder verticalSpacing={6} fz="sm">
                        <Table.Thead>
                            <Table.Tr>
                                <Table.Th />
                                <Table.Th>Personal Access Token</Table.Th>
                                <Table.Th>Service Access Token</Table.Th>
                            </Table.Tr>
                        </Table.Thead>
                        <Table.Tbody>
                            {rows.map(([what, personal, service]) => (
                                <Table.Tr key={what}>
                                    <Table.Th>{what}</Table.Th>
                                    <Table.Td colSpan={service ? 1 : 2}>{personal}</Table.Td>
                                    {service && <Table.Td>{service}</Table.Td>}
                                </Table.Tr>
                            ))}
                        </Table.Tbody>
                    </Table>
                </Table.ScrollContainer>
            </Collapse>
        </div>
    );
}
