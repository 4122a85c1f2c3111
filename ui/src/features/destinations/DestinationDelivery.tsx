// SPDX-License-Identifier: Apache-2.0
// How delivery goes: what waits, what failed, what will not be delivered.
import { Alert, NativeSelect, SimpleGrid, Stack, Text } from '@mantine/core';
import { useSearchParams } from 'wouter';
import type { Delivery, Destination, Stats } from '@/api/schema';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { NeedsToSee } from '@/components/Needs';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { DeadLetters } from './DeadLetters';
import classes from './DestinationDelivery.module.css';
import { useDelivery, useStats } from './queries';

const ranges = [
    { value: '5', label: 'Last 5 minutes' },
    { value: '60', label: 'Last hour' },
    { value: '1440', label: 'Last 24 hours' },
];

const numbers = new Intl.NumberFormat();

function Figure({ label, value, hint }: { label: string; value: number; hint?: string }) {
    return (
        <div className={classes.figure}>
            <Text size="sm" c="dimmed">
                {label}
            </Text>
            <Text className={classes.number}>{numbers.format(value)}</Text>
            {hint && (
                <Text size="xs" c="dimmed">
                    {hint}
                </Text>
            )}
        </div>
    );
}

function Trouble({ delivery }: { delivery: Delivery }) {
    if (!delivery.isCircuitOpen && !delivery.lastError) return null;
    return (
        <Alert
            color={delivery.isCircuitOpen ? 'red' : 'brass'}
            icon={<Icon name="warning" />}
            title={delivery.isCircuitOpen ? 'The destination fails' : 'Last error'}
            mb="lg"
        >
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {delivery.lastError ?? 'No event gets through at the moment.'}
            </Text>
            {delivery.isCircuitOpen && (
                <Text size="sm" mt={4}>
                    Events wait, in order, and are tried again. None is lost.
                </Text>
            )}
        </Alert>
    );
}

function Now({ delivery }: { delivery: Delivery }) {
    return (
        <>
            <Trouble delivery={delivery} />
            <SimpleGrid cols={{ base: 2, sm: 4 }}>
                <Figure
                    label="Backlog"
                    value={delivery.behindRecords}
                    hint="stored, not finished yet"
                />
                <Figure label="In flight" value={delivery.inFlight} hint="being sent now" />
                <Figure
                    label="Waiting for retry"
                    value={delivery.parked}
                    hint="failed, will be tried again"
                />
                <div className={classes.figure}>
                    <Text size="sm" c="dimmed">
                        Next try
                    </Text>
                    <Text className={classes.number}>
                        {delivery.retryAt ? <Time at={delivery.retryAt} as="second" /> : '–'}
                    </Text>
                </div>
            </SimpleGrid>
        </>
    );
}

function Counters({ stats }: { stats: Stats }) {
    return (
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
            <Figure label="Delivered" value={stats.delivered} />
            <Figure label="Retried" value={stats.retried} />
            <Figure label="Failed" value={stats.failed} />
            <Figure label="Dropped" value={stats.dropped} />
        </SimpleGrid>
    );
}

export function DestinationDelivery({ destination }: { destination: Destination }) {
    const [params, setParams] = useSearchParams();
    const minutes = ranges.find(({ value }) => value === params.get('minutes'))?.value ?? '60';
    const delivery = useDelivery(destination.id);
    const stats = useStats(destination.id, Number(minutes));
    return (
        <Stack gap="lg">
            <Section title="Now">
                <Loading queries={[delivery]}>{(data) => <Now delivery={data} />}</Loading>
            </Section>
            <Section
                title="Events"
                actions={
                    <NativeSelect
                        aria-label="Time range"
                        data={ranges}
                        value={minutes}
                        onChange={(event) =>
                            setParams({ minutes: event.currentTarget.value }, { replace: true })
                        }
                    />
                }
            >
                <Loading queries={[stats]}>{(data) => <Counters stats={data} />}</Loading>
            </Section>
            <NeedsToSee right="pii.destinationFailureSamples">
                <DeadLetters destinationId={destination.id} />
            </NeedsToSee>
        </Stack>
    );
}
