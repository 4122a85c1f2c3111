// SPDX-License-Identifier: Apache-2.0
// A list as a table: heads above, the rows from whoever uses it. Narrow screens scroll it, phones
// show a card for each row.
import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './ResourceTable.module.css';

// What the style sheet puts before the cells of a card.
export const columnNames = (columns: readonly string[]) =>
    Object.fromEntries(
        columns.map((column, index) => [`--column-${index + 1}`, JSON.stringify(column)]),
    );

interface DataTableProps {
    columns: readonly string[];
    minWidth: number; // pixels, below which it scrolls
    spacing?: 'sm' | 'lg';
    hasActions?: boolean; // a last column with buttons
    children: ReactNode; // Table.Tr
}

export function DataTable(props: DataTableProps) {
    const { columns, minWidth, spacing = 'lg', hasActions, children } = props;
    return (
        <Table.ScrollContainer minWidth={minWidth} type="native" className={classes.frame}>
            <Table
                verticalSpacing="sm"
                horizontalSpacing={spacing}
                className={`${classes.table} ${classes.stacked}`}
                style={columnNames(columns)}
            >
                <Table.Thead>
                    <Table.Tr>
                        {columns.map((column) => (
                            <Table.Th key={column}>{column}</Table.Th>
                        ))}
                        {hasActions && (
                            <Table.Th pos="relative">
                                <VisuallyHidden>Actions</VisuallyHidden>
                            </Table.Th>
                        )}
                    </Table.Tr>
                </Table.Thead>
                <Table.Tbody>{children}</Table.Tbody>
            </Table>
        </Table.ScrollContainer>
    );
}
