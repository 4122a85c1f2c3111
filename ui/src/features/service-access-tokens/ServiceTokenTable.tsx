// SPDX-License-Identifier: Apache-2.0
// The list of service access tokens, without their values.
import { Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import type { ServiceAccessToken } from '@/api/schema';
import tableClasses from '@/components/ResourceTable.module.css';
import { Time } from '@/components/Time';

interface ServiceTokenTableProps {
    tokens: readonly ServiceAccessToken[];
    onRotate: (token: ServiceAccessToken) => void;
    onDelete: (token: ServiceAccessToken) => void;
}

function Row({ token, onRotate, onDelete }: { token: ServiceAccessToken } & Actions) {
    return (
        <Table.Tr>
            <Table.Td>
                <Text size="sm" fw={580}>
                    {token.name}
                </Text>
                <Text size="xs" c="dimmed" ff="monospace" style={{ whiteSpace: 'nowrap' }}>
                    {token.prefix}…{token.lastFour}
                </Text>
                {token.overlapUntil && (
                    <Text size="xs" c="dimmed">
                        replaced, works until <Time at={token.overlapUntil} />
                    </Text>
                )}
            </Table.Td>
            <Table.Td>{token.workspaceName ?? 'Organization'}</Table.Td>
            <Table.Td>
                <Time at={token.createdAt} as="date" />
            </Table.Td>
            <Table.Td>
                {token.expiresAt ? <Time at={token.expiresAt} as="date" /> : 'Never'}
            </Table.Td>
            <Table.Td>
                {token.lastUsedAt ? <Time at={token.lastUsedAt} /> : 'Never'}
                <Text size="xs" c="dimmed">
                    {token.lastUsedIp}
                </Text>
            </Table.Td>
            <Table.Td>
                <Group gap={4} justify="flex-end" wrap="nowrap">
                    {!token.replacedBy && (
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
                </Group>
            </Table.Td>
        </Table.Tr>
    );
}

type Actions = Pick<ServiceTokenTableProps, 'onRotate' | 'onDelete'>;

export function ServiceTokenTable({ tokens, ...actions }: ServiceTokenTableProps) {
    return (
        <Table.ScrollContainer minWidth={760} type="native">
            <Table verticalSpacing="sm" horizontalSpacing="md" className={tableClasses.table}>
                <Table.Thead>
                    <Table.Tr>
                        <Table.Th>Name</Table.Th>
                        <Table.Th>Opens</Table.Th>
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
                        <Row key={token.id} token={token} {...actions} />
                    ))}
                </Table.Tbody>
            </Table>
        </Table.ScrollContainer>
    );
}
