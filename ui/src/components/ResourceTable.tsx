// SPDX-License-Identifier: Apache-2.0
// Sources or destinations as a searchable table.
import { Anchor, Group, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import { CopyValue } from './CopyValue';
import { DefinitionTile } from './DefinitionTile';
import { EmptyState } from './EmptyState';
import classes from './ResourceTable.module.css';
import { matches } from './matches';
import { useSearchText } from './SearchBox';
import { Status } from './Status';
import { Time } from './Time';

export interface ResourceRow {
    id: string;
    name: string;
    title: string; // of its definition
    href: string;
    enabled: boolean;
    connectionCount: number;
    createdAt: string;
}

interface ResourceTableProps {
    idLabel: string; // "Source ID"
    connectedLabel: string; // "Destinations"
    rows: readonly ResourceRow[];
}

export function ResourceTable({ idLabel, connectedLabel, rows }: ResourceTableProps) {
    const [search] = useSearchText();
    const found = rows.filter((row) => matches(search, row.name, row.title, row.id));
    if (found.length === 0)
        return (
            <EmptyState icon="search" title="Nothing found">
                No name, type or id contains “{search}”.
            </EmptyState>
        );
    return (
        <Table.ScrollContainer minWidth={720} type="native">
            <Table verticalSpacing="sm" horizontalSpacing="lg" className={classes.table}>
                <Table.Thead>
                    <Table.Tr>
                        <Table.Th>Name</Table.Th>
                        <Table.Th>{idLabel}</Table.Th>
                        <Table.Th>{connectedLabel}</Table.Th>
                        <Table.Th>Status</Table.Th>
                        <Table.Th>Created</Table.Th>
                    </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                    {found.map((row) => (
                        <Row key={row.id} row={row} idLabel={idLabel} />
                    ))}
                </Table.Tbody>
            </Table>
        </Table.ScrollContainer>
    );
}

function Row({ row, idLabel }: { row: ResourceRow; idLabel: string }) {
    return (
        <Table.Tr>
            <Table.Td>
                <Group gap="sm" wrap="nowrap">
                    <DefinitionTile title={row.title} size={34} />
                    <div>
                        <Anchor
                            component={Link}
                            href={row.href}
                            fw={580}
                            c="var(--mantine-color-text)"
                        >
                            {row.name}
                        </Anchor>
                        <Text size="xs" c="dimmed">
                            {row.title}
                        </Text>
                    </div>
                </Group>
            </Table.Td>
            <Table.Td>
                <CopyValue label={idLabel} value={row.id} isLabelShown={false} size="sm" />
            </Table.Td>
            <Table.Td>{row.connectionCount}</Table.Td>
            <Table.Td>
                <Status isOn={row.enabled} />
            </Table.Td>
            <Table.Td>
                <Time at={row.createdAt} as="date" />
            </Table.Td>
        </Table.Tr>
    );
}
