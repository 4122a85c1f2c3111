// SPDX-License-Identifier: Apache-2.0
// The list of tokens, without their values.
import { Badge, Button, Table, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import type { PersonalAccessToken } from '@/api/schema';
import tableClasses from '@/components/ResourceTable.module.css';
import { Time } from '@/components/Time';
import { scopeLabels, shownScopeLabels } from './words';

interface TokenTableProps {
    tokens: readonly PersonalAccessToken[];
    onRotate: (token: PersonalAccessToken) => void;
    onDelete: (token: PersonalAccessToken) => void;
}

function Scope({ token }: { token: PersonalAccessToken }) {
    const badge = (
        <Badge
            variant="light"
            color={token.scope === 'read-only' ? 'sea' : 'brass'}
            tt="none"
            fw={560}
            w="max-content"
        >
            {shownScopeLabels[token.scope]}
        </Badge>
    );
    const isWhole = token.effectiveScope === 'read-write' || token.scope === 'read-only';
    if (isWhole) return badge;
    return (
        <Tooltip label="Your own rights in the workspace allow no more than this">
            <span>
                {badge}
                <Text size="xs" c="dimmed">
                    now {scopeLabels[token.effectiveScope]}
                </Text>
            </span>
        </Tooltip>
    );
}

export function TokenTable({ tokens, onRotate, onDelete }: TokenTableProps) {
    return (
        <Table.ScrollContainer minWidth={680} type="native">
            <Table verticalSpacing="sm" horizontalSpacing="md" className={tableClasses.table}>
                <Table.Thead>
                    <Table.Tr>
                        <Table.Th>Name</Table.Th>
                        <Table.Th>Workspace</Table.Th>
                        <Table.Th>Scope</Table.Th>
                        <Table.Th>Created</Table.Th>
                        <Table.Th>Expires</Table.Th>
                        <Table.Th>Last used</Table.Th>
                        <Table.Th pos="relative">
                            <VisuallyHidden>Actions</VisuallyHidden>
                        </Table.Th>
                    </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                    {tokens.map((token) => (
                        <Table.Tr key={token.id}>
                            <Table.Td>
                                <Text size="sm" fw={580}>
                                    {token.name}
                                </Text>
                                <Text
                                    size="xs"
                                    c="dimmed"
                                    ff="monospace"
                                    style={{ whiteSpace: 'nowrap' }}
                                >
                                    {token.prefix}…{token.lastFour}
                                </Text>
                                {token.overlapUntil && (
                                    <Text size="xs" c="dimmed">
                                        replaced, works until <Time at={token.overlapUntil} />
                                    </Text>
                                )}
                            </Table.Td>
                            <Table.Td>{token.workspaceName}</Table.Td>
                            <Table.Td>
                                <Scope token={token} />
                            </Table.Td>
                            <Table.Td>
                                <Time at={token.createdAt} as="date" />
                            </Table.Td>
                            <Table.Td>
                                {token.expiresAt ? (
                                    <Time at={token.expiresAt} as="date" />
                                ) : (
                                    'Never'
                                )}
                            </Table.Td>
                            <Table.Td>
                                {token.lastUsedAt ? <Time at={token.lastUsedAt} /> : 'Never'}
                            </Table.Td>
                            <Table.Td ta="right">
                                {!token.replacedBy && token.scope !== 'admin' && (
                                    <Button
                                        variant="subtle"
                                        size="compact-sm"
                                        onClick={() => onRotate(token)}
                                        aria-label={`Rotate ${token.name}`}
                                    >
                                        Rotate
                                    </Button>
                                )}
                                <Button
                                    variant="subtle"
                                    color="red"
                                    size="compact-sm"
                                    onClick={() => onDelete(token)}
                                    aria-label={`Delete ${token.name}`}
                                >
                                    Delete
                                </Button>
                            </Table.Td>
                        </Table.Tr>
                    ))}
                </Table.Tbody>
            </Table>
        </Table.ScrollContainer>
    );
}
