// SPDX-License-Identifier: Apache-2.0
// The values of a token: the current one, and those it took over from that may still be in use.
import { Alert, Anchor, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import { usePaths } from '@/api/paths';
import type { ServiceAccessToken } from '@/api/schema';
import { DataTable } from '@/components/DataTable';
import { Icon } from '@/components/Icon';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { LastUse } from '@/components/token/TokenTable';
import { shownOf } from '@/components/token/words';

interface TokenValuesProps {
    chain: readonly ServiceAccessToken[]; // newest first
    successor?: ServiceAccessToken; // of the newest
}

const works = ({ overlapUntil }: ServiceAccessToken) =>
    overlapUntil !== null && new Date(overlapUntil) > new Date();

// An old value that was used after its successor was made: somebody has not changed over.
const isStillUsed = (token: ServiceAccessToken, next?: ServiceAccessToken) =>
    Boolean(next && token.lastUsedAt && token.lastUsedAt > next.createdAt && works(token));

function State({ token }: { token: ServiceAccessToken }) {
    if (!token.replacedBy) return 'Current';
    if (!works(token)) return 'Stopped';
    return (
        <>
            Replaced, works until <Time at={token.overlapUntil ?? token.createdAt} />
        </>
    );
}

export function TokenValues({ chain, successor }: TokenValuesProps) {
    const paths = usePaths();
    const late = chain.filter((token, index) =>
        isStillUsed(token, index === 0 ? successor : chain[index - 1]),
    );
    return (
        <Section
            title="Values"
            lead="Which value is used from where. Uses show up within a minute."
            isFlush
        >
            {late.map((token) => (
                <Alert
                    key={token.id}
                    color="brass"
                    icon={<Icon name="warning" />}
                    title="Somebody still uses an old value"
                    mx="lg"
                    mb="md"
                >
                    {shownOf({ lastFour: token.lastFour })} was used from{' '}
                    {token.lastUsedIp ?? 'an unknown address'} (
                    {token.lastUsedAgent ?? 'unknown program'}) after it was replaced.
                </Alert>
            ))}
            {successor && (
                <Text size="sm" px="lg" pb="md">
                    This value was replaced.{' '}
                    <Anchor component={Link} href={paths.serviceToken(successor.id)} size="sm">
                        Go to the current one
                    </Anchor>
                </Text>
            )}
            <DataTable minWidth={560} columns={['Value', 'State', 'Last used', 'By']}>
                {chain.map((token) => (
                    <Table.Tr key={token.id}>
                        <Table.Td ff="monospace">{shownOf(token)}</Table.Td>
                        <Table.Td>
                            <State token={token} />
                        </Table.Td>
                        <Table.Td>
                            <LastUse token={token} />
                        </Table.Td>
                        <Table.Td style={{ overflowWrap: 'anywhere' }}>
                            {token.lastUsedAgent}
                        </Table.Td>
                    </Table.Tr>
                ))}
            </DataTable>
        </Section>
    );
}
