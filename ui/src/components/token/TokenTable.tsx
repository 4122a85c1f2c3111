// SPDX-License-Identifier: Apache-2.0
// A list of tokens of any kind, without their values.
import { Anchor, Button, Group, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { DataTable } from '../DataTable';
import { Time } from '../Time';
import { TokenMark } from './TokenMark';
import { isImported, shownOf } from './words';

export interface ListedToken {
    id: string;
    name: string;
    prefix: string;
    lastFour: string;
    createdAt: string;
    expiresAt: string | null;
    replacedBy: string | null;
    overlapUntil: string | null;
    lastUsedAt: string | null;
    lastUsedIp: string | null;
}

interface TokenTableProps<Token extends ListedToken> {
    tokens: readonly Token[];
    columns: readonly { label: string; cell: (token: Token) => ReactNode }[]; // after the name
    hrefOf?: (token: Token) => string | undefined;
    endLabel: 'Delete' | 'Revoke';
    onEnd: (token: Token) => void;
    onRotate?: (token: Token) => void; // absent: not from here
    mayRotate?: (token: Token) => boolean;
}

function TokenName({ token, href }: { token: ListedToken; href?: string }) {
    return (
        <>
            {href ? (
                <Anchor
                    component={Link}
                    href={href}
                    size="sm"
                    fw={580}
                    c="var(--mantine-color-text)"
                >
                    {token.name}
                </Anchor>
            ) : (
                <Text size="sm" fw={580}>
                    {token.name}
                </Text>
            )}
            <Text size="xs" c="dimmed" ff="monospace" style={{ whiteSpace: 'nowrap' }}>
                {shownOf(token)}
            </Text>
            {isImported(token) && (
                <TokenMark color="brass" hint="Its value came from elsewhere. Rotate it.">
                    imported: rotate
                </TokenMark>
            )}
            {token.overlapUntil && (
                <Text size="xs" c="dimmed">
                    replaced, works until <Time at={token.overlapUntil} />
                </Text>
            )}
        </>
    );
}

export function LastUse({ token }: { token: ListedToken }) {
    if (!token.lastUsedAt) return 'Never';
    return (
        <>
            <Time at={token.lastUsedAt} as="date" />
            <Text size="xs" c="dimmed">
                <Time at={token.lastUsedAt} as="hour" />
                {token.lastUsedIp && `, ${token.lastUsedIp}`}
            </Text>
        </>
    );
}

export function Expiry({ token }: { token: ListedToken }) {
    if (!token.expiresAt) return 'Never';
    const isOver = new Date(token.expiresAt) < new Date();
    return (
        <>
            <Time at={token.expiresAt} as="date" />
            {isOver && (
                <Text size="xs" c="red">
                    Expired
                </Text>
            )}
        </>
    );
}

function Actions<Token extends ListedToken>(props: TokenTableProps<Token> & { token: Token }) {
    const { token, endLabel, onEnd, onRotate, mayRotate } = props;
    return (
        <Group gap={4} justify="flex-end" wrap="nowrap">
            {onRotate && !token.replacedBy && (!mayRotate || mayRotate(token)) && (
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
                onClick={() => onEnd(token)}
                aria-label={`${endLabel} ${token.name}`}
            >
                {endLabel}
            </Button>
        </Group>
    );
}

export function TokenTable<Token extends ListedToken>(props: TokenTableProps<Token>) {
    const { tokens, columns, hrefOf } = props;
    const own = columns.map(({ label }) => label);
    return (
        <DataTable
            minWidth={680}
            spacing="sm"
            columns={['Name', ...own, 'Expires', 'Last used']}
            hasActions
        >
            {tokens.map((token) => (
                <Table.Tr key={token.id}>
                    <Table.Td>
                        <TokenName token={token} href={hrefOf?.(token)} />
                    </Table.Td>
                    {columns.map(({ label, cell }) => (
                        <Table.Td key={label}>{cell(token)}</Table.Td>
                    ))}
                    <Table.Td>
                        <Expiry token={token} />
                        <Text size="xs" c="dimmed">
                            made <Time at={token.createdAt} as="date" />
                        </Text>
                    </Table.Td>
                    <Table.Td>
                        <LastUse token={token} />
                    </Table.Td>
                    <Table.Td>
                        <Actions {...props} token={token} />
                    </Table.Td>
                </Table.Tr>
            ))}
        </DataTable>
    );
}
