// SPDX-License-Identifier: Apache-2.0
// Sources or destinations as a table with search, filters and order, all in the address.
import { Anchor, Button, Group, Paper, Table, Text, UnstyledButton } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { CopyValue } from './CopyValue';
import { columnNames } from './DataTable';
import { DefinitionTile } from './DefinitionTile';
import { EmptyState } from './EmptyState';
import { FilterSelect } from './FilterSelect';
import {
    filterNames,
    filterRows,
    nextSort,
    sortRows,
    typesOf,
    type ResourceRow,
    type RowFilters,
} from './resourceRows';
import classes from './ResourceTable.module.css';
import { SearchBox } from './SearchBox';
import sectionClasses from './Section.module.css';
import { Status } from './Status';
import { Time } from './Time';
import { useFilters } from './useFilters';

interface ResourceTableProps {
    what: 'sources' | 'destinations';
    rows: readonly ResourceRow[];
}

const words = {
    sources: { id: 'Source ID', peers: 'Destinations' },
    destinations: { id: 'Destination ID', peers: 'Sources' },
};

type SetFilter = (name: keyof RowFilters, text: string) => void;

function Filters(props: ResourceTableProps & { filters: RowFilters; set: SetFilter }) {
    const { what, rows, filters, set } = props;
    return (
        <div className={classes.filters}>
            <SearchBox label={`Search ${what}`} />
            <FilterSelect
                label="Type"
                all="All types"
                options={typesOf(rows)}
                value={filters.type}
                onChange={(value) => set('type', value)}
            />
            <FilterSelect
                label="Status"
                all="Any status"
                options={[
                    { value: 'enabled', label: 'Enabled' },
                    { value: 'disabled', label: 'Disabled' },
                ]}
                value={filters.status}
                onChange={(value) => set('status', value)}
            />
            <FilterSelect
                label="Connected"
                all="Connected or not"
                options={[
                    { value: 'yes', label: 'Connected' },
                    { value: 'no', label: 'Not connected' },
                ]}
                value={filters.connected}
                onChange={(value) => set('connected', value)}
            />
        </div>
    );
}

interface HeadProps {
    column: string;
    label: string;
    sort: string;
    onSort: (sort: string) => void;
}

function Head({ column, label, sort, onSort }: HeadProps) {
    const isUp = sort === column;
    const isDown = sort === `-${column}`;
    return (
        <Table.Th aria-sort={isUp ? 'ascending' : isDown ? 'descending' : undefined}>
            <UnstyledButton
                className={classes.sort}
                onClick={() => onSort(nextSort(sort, column))}
            >
                {label}
                <span aria-hidden="true">{isUp ? ' ↑' : isDown ? ' ↓' : ''}</span>
            </UnstyledButton>
        </Table.Th>
    );
}

export function ResourceTable({ what, rows }: ResourceTableProps) {
    const [filters, set] = useFilters(filterNames);
    const found = sortRows(filterRows(rows, filters), filters.sort);
    const { id, peers } = words[what];
    const head = (column: string, label: string) => (
        <Head {...{ column, label, sort: filters.sort }} onSort={(sort) => set('sort', sort)} />
    );
    return (
        <>
            <Filters {...{ what, rows, filters, set }} />
            <Paper className={sectionClasses.root} mt="md">
                {found.length === 0 ? (
                    <NothingFound what={what} />
                ) : (
                    <Table.ScrollContainer
                        minWidth={720}
                        type="native"
                        className={classes.frame}
                    >
                        <Table
                            verticalSpacing="sm"
                            horizontalSpacing="lg"
                            className={`${classes.table} ${classes.stacked}`}
                            style={columnNames(['Name', id, peers, 'Status', 'Created'])}
                        >
                            <Table.Thead>
                                <Table.Tr>
                                    {head('name', 'Name')}
                                    <Table.Th>{id}</Table.Th>
                                    {head('connections', peers)}
                                    {head('status', 'Status')}
                                    {head('created', 'Created')}
                                </Table.Tr>
                            </Table.Thead>
                            <Table.Tbody>
                                {found.map((row) => (
                                    <Row key={row.id} row={row} idLabel={id} />
                                ))}
                            </Table.Tbody>
                        </Table>
                    </Table.ScrollContainer>
                )}
            </Paper>
            <Text size="xs" c="dimmed" mt="xs" role="status">
                {found.length} of {rows.length} {what}
            </Text>
        </>
    );
}

function NothingFound({ what }: { what: string }) {
    const [here] = useLocation(); // without the filters
    return (
        <EmptyState
            icon="search"
            title="Nothing found"
            action={
                <Button component={Link} href={here} variant="default">
                    Show all {what}
                </Button>
            }
        >
            None of the {what} fits the search and the filters.
        </EmptyState>
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
