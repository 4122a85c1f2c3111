// SPDX-License-Identifier: Apache-2.0
// A table of the review, with its heading.
import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import tableClasses from '@/components/ResourceTable.module.css';
import { Section } from '@/components/Section';

interface ReviewTableProps {
    title: string;
    lead: string;
    columns: readonly string[];
    children: ReactNode; // rows
}

export function ReviewTable({ title, lead, columns, children }: ReviewTableProps) {
    return (
        <Section title={title} lead={lead} isFlush>
            <Table.ScrollContainer minWidth={700} type="native">
                <Table
                    verticalSpacing="sm"
                    horizontalSpacing="lg"
                    className={tableClasses.table}
                >
                    <Table.Thead>
                        <Table.Tr>
                            {columns.map((column) => (
                                <Table.Th key={column}>{column}</Table.Th>
                            ))}
                        </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>{children}</Table.Tbody>
                </Table>
            </Table.ScrollContainer>
        </Section>
    );
}
