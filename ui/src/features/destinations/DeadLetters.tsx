// SPDX-License-Identifier: Apache-2.0
// Events that will not be delivered, with what was sent and what came back.
import { Accordion, Badge, Button, Group, Stack, Text } from '@mantine/core';
import type { DeadLetter } from '@/api/schema';
import { CodeBlock } from '@/components/CodeBlock';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { prettyJson } from '@/components/prettyJson';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { useDeadLetters } from './queries';
import classes from './DestinationDelivery.module.css';

const reasons: Record<DeadLetter['reason'], string> = {
    rejected: 'Rejected',
    build_failed: 'Cannot be sent',
    retries_exhausted: 'Retries used up',
    not_implemented: 'Not delivered yet',
    not_connected: 'Not connected',
    filtered: 'Filtered',
    lost: 'Lost',
};

// id: several letters may be of one position, one for each output.
function Letter({ id, letter }: { id: string; letter: DeadLetter }) {
    const blocks: [string, unknown][] = [
        ['Event', letter.event],
        ['Request', letter.request],
        ['Response', letter.response],
    ];
    return (
        <Accordion.Item value={id} className={classes.letter}>
            <Accordion.Control>
                <Group gap="sm">
                    <Text size="sm" c="dimmed">
                        <Time at={letter.at} />
                    </Text>
                    <Badge variant="light" color="red" tt="none">
                        {reasons[letter.reason]}
                    </Badge>
                    {letter.status !== null &&
                        !letter.detail.includes(String(letter.status)) && (
                            <Text size="sm" ff="monospace">
                                {letter.status}
                            </Text>
                        )}
                    <Text size="sm" style={{ flex: '1 1 200px', overflowWrap: 'anywhere' }}>
                        {letter.detail}
                    </Text>
                </Group>
            </Accordion.Control>
            <Accordion.Panel>
                <Stack gap="md">
                    <Text size="sm" c="dimmed">
                        {letter.attempts === 1 ? '1 attempt' : `${letter.attempts} attempts`} ·{' '}
                        {letter.end === null
                            ? `position ${letter.position}`
                            : `positions from ${letter.position} to before ${letter.end}`}
                        {letter.sourceId !== null && ` · source ${letter.sourceId}`}
                    </Text>
                    {blocks.map(
                        ([label, value]) =>
                            value !== null &&
                            value !== undefined &&
                            value !== '' && (
                                <div key={label}>
                                    <Text size="sm" fw={560} mb={6}>
                                        {label}
                                    </Text>
                                    <CodeBlock
                                        label={label}
                                        code={prettyJson(value)}
                                        maxHeight={320}
                                    />
                                </div>
                            ),
                    )}
                </Stack>
            </Accordion.Panel>
        </Accordion.Item>
    );
}

export function DeadLetters({ destinationId }: { destinationId: string }) {
    const letters = useDeadLetters(destinationId);
    const refresh = (
        <Button
            variant="default"
            size="sm"
            leftSection={<Icon name="refresh" size={16} />}
            loading={letters.isRefetching}
            onClick={() => void letters.refetch()}
        >
            Refresh
        </Button>
    );
    return (
        <Section
            title="Dead letters"
            lead="Events that will not be delivered, newest first. They are kept with the reason."
            isFlush
            actions={refresh}
        >
            <Loading queries={[letters]}>
                {({ pages }) => {
                    const all = pages.flatMap((page) => page.deadLetters);
                    if (all.length === 0)
                        return (
                            <EmptyState icon="check" title="None">
                                Every event that was due has been delivered or still waits for
                                its turn.
                            </EmptyState>
                        );
                    return (
                        <>
                            <Accordion chevronPosition="right" radius={0}>
                                {all.map((letter, index) => {
                                    const id = `${letter.position}/${all.length - index}`;
                                    return <Letter key={id} id={id} letter={letter} />;
                                })}
                            </Accordion>
                            {letters.hasNextPage && (
                                <Group justify="center" p="md">
                                    <Button
                                        variant="default"
                                        loading={letters.isFetchingNextPage}
                                        onClick={() => void letters.fetchNextPage()}
                                    >
                                        Show older ones
                                    </Button>
                                </Group>
                            )}
                        </>
                    );
                }}
            </Loading>
        </Section>
    );
}
