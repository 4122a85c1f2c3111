// SPDX-License-Identifier: Apache-2.0
// Each token: whether it still works, and what stops.
import { Badge, Table, Text } from '@mantine/core';
import type { ImportedToken } from '@/api/schema';
import { scopeLabel, shownOf } from '@/components/token/words';
import { Changes } from './Changes';
import { ReviewTable } from './ReviewTable';

const verdicts = {
    works: { label: 'Still works', color: 'sea' },
    'works-with-less': { label: 'Works with less', color: 'brass' },
    stops: { label: 'Stops', color: 'red' },
};

function kindOf(token: ImportedToken): string {
    if (token.scope) return `Personal, ${scopeLabel(token.scope)}`;
    return token.level === 'workspace' ? 'Service, workspace' : 'Service, organization';
}

function Row({ token }: { token: ImportedToken }) {
    const { label, color } = verdicts[token.verdict];
    return (
        <Table.Tr>
            <Table.Td valign="top">
                <Text size="sm" fw={580}>
                    {token.name}
                </Text>
                <Text size="xs" c="dimmed" ff="monospace">
                    {shownOf(token)}
                </Text>
            </Table.Td>
            <Table.Td valign="top">
                {kindOf(token)}
                {token.owner && (
                    <Text size="xs" c="dimmed">
                        of {token.owner}
                    </Text>
                )}
            </Table.Td>
            <Table.Td valign="top">{token.workspaceName ?? 'All'}</Table.Td>
            <Table.Td valign="top">
                <Badge variant="light" color={color} tt="none" w="max-content">
                    {label}
                </Badge>
                <Changes word="Stops" changes={token.loses} />
            </Table.Td>
        </Table.Tr>
    );
}

export function ImportedTokens({ tokens }: { tokens: readonly ImportedToken[] }) {
    if (tokens.length === 0) return null;
    return (
        <ReviewTable
            title="Tokens"
            lead="They keep their values. Rotate them afterwards: only new ones can be recognized when they leak."
            columns={['Token', 'Kind', 'Workspace', 'Afterwards']}
        >
            {tokens.map((token, index) => (
                <Row key={index} token={token} />
            ))}
        </ReviewTable>
    );
}
