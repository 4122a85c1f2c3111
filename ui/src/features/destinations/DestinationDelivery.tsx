// SPDX-License-Identifier: Apache-2.0
// How delivery goes: what waits, what failed, what will not be delivered.
import { Alert, SimpleGrid, Stack, Text } from '@mantine/core';
import type { Delivery, Destination, Stats } from '@/api/schema';
import { EventCounts } from '@/components/EventCounts';
import { Figure } from '@/components/Figure';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { NeedsToSee } from '@/components/Needs';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { DeadLetters } from './DeadLetters';
import { useDelivery } from './queries';

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
                <Figure
                    label="Next try"
                    value={delivery.retryAt ? <Time at={delivery.retryAt} as="second" /> : '–'}
                />
            </SimpleGrid>
        </>
    );
}

// Why events were left out, where a rule of the workspace did it.
function droppedBy({ suppressed, blocked, duplicates }: Stats): string | undefined {
    const parts = [
        suppressed > 0 && `${suppressed} of suppressed users`,
        blocked > 0 && `${blocked} blocked`,
        duplicates > 0 && `${duplicates} came before`,
    ].filter(Boolean);
    return parts.length > 0 ? parts.join(', ') : undefined;
}

const figuresOf = (stats: Stats) => [
    { label: 'Delivered', value: stats.delivered },
    { label: 'Retried', value: stats.retried },
    { label: 'Failed', value: stats.failed },
    { label: 'Dropped', value: stats.dropped, hint: droppedBy(stats) },
];

export function DestinationDelivery({ destination }: { destination: Destination }) {
    const delivery = useDelivery(destination.id);
    return (
        <Stack gap="lg">
            <Section title="Now">
                <Loading queries={[delivery]}>{(data) => <Now delivery={data} />}</Loading>
            </Section>
            <EventCounts what="destination" id={destination.id} figuresOf={figuresOf} />
            <NeedsToSee right="pii.destinationFailureSamples">
                <DeadLetters destinationId={destination.id} />
            </NeedsToSee>
        </Stack>
    );
}
