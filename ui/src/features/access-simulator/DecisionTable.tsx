// SPDX-License-Identifier: Apache-2.0
// The answers, each with the rule that decided.
import { Table } from '@mantine/core';
import type { AccessDecisionOnRight } from '@/api/schema';
import { DataTable } from '@/components/DataTable';
import { EmptyState } from '@/components/EmptyState';
import { Status } from '@/components/Status';
import { labelOf, sentenceOf } from './words';

interface DecisionTableProps {
    decisions: readonly AccessDecisionOnRight[];
    show: string; // "allowed", "refused", anything else is both
}

export function DecisionTable({ decisions, show }: DecisionTableProps) {
    const isShown = ({ allowed }: AccessDecisionOnRight) =>
        show === 'allowed' ? allowed : show === 'refused' ? !allowed : true;
    const shown = decisions.filter(isShown);
    if (shown.length === 0)
        return (
            <EmptyState icon="lock" title="None">
                Nothing is {show} here.
            </EmptyState>
        );
    return (
        <DataTable minWidth={600} columns={['Right', 'Answer', 'Why']}>
            {shown.map((decision) => (
                <Table.Tr key={decision.right}>
                    <Table.Td fw={560}>{labelOf(decision.right)}</Table.Td>
                    <Table.Td>
                        <Status isOn={decision.allowed} on="Allowed" off="Refused" />
                    </Table.Td>
                    <Table.Td>{sentenceOf(decision)}</Table.Td>
                </Table.Tr>
            ))}
        </DataTable>
    );
}
