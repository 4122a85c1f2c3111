// SPDX-License-Identifier: Apache-2.0
// How many events the organization's sources were sent, in a period that stands in the address.
import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useWorkspaces } from '@/api/access';
import { useClient } from '@/api/context';
import { readAll } from '@/api/resources';
import { DataTable } from '@/components/DataTable';
import { EmptyState } from '@/components/EmptyState';
import { Facts } from '@/components/Facts';
import { FilterRow } from '@/components/FilterRow';
import { FilterSelect } from '@/components/FilterSelect';
import { Loading } from '@/components/Loading';
import { Section } from '@/components/Section';
import { useFilters } from '@/components/useFilters';
import {
    periodOf,
    periods,
    productLabels,
    sumOf,
    totalsOf,
    type Product,
    type SourceTotal,
} from './totals';

const PAGE_SIZE = 200;
const numbers = new Intl.NumberFormat();
const names = ['period', 'workspace'] as const;

function useUsage(period: ReturnType<typeof periodOf>, workspace: string) {
    const client = useClient();
    return useQuery({
        queryKey: ['usage', period, workspace],
        queryFn: ({ signal }) =>
            readAll(
                (page) =>
                    client.call(
                        'GET /v2/organizations/usage/event-metrics',
                        {
                            query: {
                                ...period,
                                workspace_id: workspace || undefined,
                                page,
                                pageSize: PAGE_SIZE,
                            },
                        },
                        '',
                        signal,
                    ),
                ({ data }) => data,
            ),
    });
}

function Row({ total, workspaceName }: { total: SourceTotal; workspaceName: string }) {
    return (
        <Table.Tr>
            <Table.Td style={{ overflowWrap: 'anywhere', minWidth: 150 }}>
                <Text size="sm" fw={560}>
                    {total.sourceName}
                </Text>
            </Table.Td>
            <Table.Td style={{ fontVariantNumeric: 'tabular-nums' }}>
                {numbers.format(total.count)}
            </Table.Td>
            <Table.Td>{productLabels[total.product]}</Table.Td>
            <Table.Td>{workspaceName}</Table.Td>
        </Table.Tr>
    );
}

// Products without events are left out, but something is said in any case.
function factsOf(totals: readonly SourceTotal[]): [string, string][] {
    const facts: [string, string][] = [['Events', numbers.format(sumOf(totals))]];
    for (const product of Object.keys(productLabels) as Product[]) {
        const sum = sumOf(totals, product);
        if (sum > 0) facts.push([productLabels[product], numbers.format(sum)]);
    }
    return facts;
}

export function UsageSection() {
    const [filters, set] = useFilters(names);
    const workspaces = useWorkspaces().data ?? [];
    // A day per choice, not per rendering: it is part of the query's key.
    const period = useMemo(() => periodOf(filters.period, Date.now()), [filters.period]);
    const usage = useUsage(period, filters.workspace);
    const nameOf = (id: string) =>
        workspaces.find((workspace) => workspace.id === id)?.name ?? id;
    const [thisMonth, ...earlier] = periods;
    return (
        <Section
            title="Usage"
            lead="Events that were accepted, counted in UTC. Sources that were deleted since are among them."
            isFlush
        >
            <FilterRow>
                <FilterSelect
                    label="Period"
                    all={thisMonth.label}
                    options={earlier}
                    value={filters.period}
                    onChange={(value) => set('period', value)}
                />
                <FilterSelect
                    label="Workspace"
                    all="All"
                    options={workspaces.map(({ id, name }) => ({ value: id, label: name }))}
                    value={filters.workspace}
                    onChange={(value) => set('workspace', value)}
                />
            </FilterRow>
            <Loading queries={[usage]}>
                {(rows) => {
                    const totals = totalsOf(rows);
                    if (totals.length === 0)
                        return (
                            <EmptyState icon="search" title="No events">
                                None came in within this period.
                            </EmptyState>
                        );
                    return (
                        <>
                            <div style={{ padding: '0 24px 16px' }}>
                                <Facts facts={factsOf(totals)} />
                            </div>
                            <DataTable
                                spacing="sm"
                                minWidth={520}
                                columns={['Source', 'Events', 'Product', 'Workspace']}
                            >
                                {totals.map((total) => (
                                    <Row
                                        key={`${total.sourceId} ${total.product}`}
                                        total={total}
                                        workspaceName={nameOf(total.workspaceId)}
                                    />
                                ))}
                            </DataTable>
                        </>
                    );
                }}
            </Loading>
        </Section>
    );
}
