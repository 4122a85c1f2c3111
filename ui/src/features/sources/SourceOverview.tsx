// SPDX-License-Identifier: Apache-2.0
// What one needs of a source at a glance: write key, id, where its events go, how many came.
import { Alert, Anchor, Button, SimpleGrid, Stack } from '@mantine/core';
import { Link } from 'wouter';
import { useWorkspace } from '@/api/context';
import { usePaths } from '@/api/paths';
import {
    useConnections,
    useDestinationDefinitions,
    useDestinations,
    useWrite,
} from '@/api/resources';
import type { Connection, Destination, Source, Stats } from '@/api/schema';
import { ConnectedList, ConnectMenu, type Peer } from '@/components/ConnectedList';
import { CopyValue } from '@/components/CopyValue';
import { EmptyState } from '@/components/EmptyState';
import { EventCounts } from '@/components/EventCounts';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Needs } from '@/components/Needs';
import { Section } from '@/components/Section';
import { titleOf } from '@/components/titleOf';
import { dataPlaneUrlOf } from '@/components/dataPlaneUrl';

function Destinations({ source }: { source: Source }) {
    const queries = [useConnections(), useDestinations(), useDestinationDefinitions()] as const;
    const paths = usePaths();
    return (
        <Loading queries={queries}>
            {(connections, destinations, definitions) => {
                const joined = connections.filter(({ sourceId }) => sourceId === source.id);
                const peers = joined.flatMap((connection): Peer[] => {
                    const peer = destinations.find(({ id }) => id === connection.destinationId);
                    if (!peer) return [];
                    const title = titleOf(definitions, peer.type);
                    return [{ ...peer, title, href: paths.destination(peer.id), connection }];
                });
                return (
                    <DestinationList
                        source={source}
                        peers={peers}
                        candidates={unconnected(destinations, joined)}
                    />
                );
            }}
        </Loading>
    );
}

function unconnected(destinations: readonly Destination[], joined: readonly Connection[]) {
    return destinations.filter(
        ({ id }) => !joined.some(({ destinationId }) => destinationId === id),
    );
}

interface DestinationListProps {
    source: Source;
    peers: readonly Peer[];
    candidates: readonly Destination[];
}

function DestinationList({ source, peers, candidates }: DestinationListProps) {
    const paths = usePaths();
    const connect = useWrite('POST /v2/connections', ['connections']);
    const actions = (
        <>
            <ConnectMenu
                label="Connect existing"
                candidates={candidates}
                endsOf={(destinationId) => [source.id, destinationId]}
                onConnect={(destinationId) =>
                    connect.mutateAsync({ body: { sourceId: source.id, destinationId } })
                }
            />
            <Needs right="destinations.createDelete">
                <Button
                    component={Link}
                    href={paths.destinationNew(source.id)}
                    leftSection={<Icon name="plus" />}
                >
                    Add destination
                </Button>
            </Needs>
        </>
    );
    return (
        <Section title="Connected destinations" isFlush actions={actions}>
            {peers.length > 0 ? (
                <ConnectedList peers={peers} />
            ) : (
                <EmptyState icon="destination" title="Not connected yet">
                    Events of this source are accepted and stored, but go nowhere. Add a
                    destination or connect one that exists.
                </EmptyState>
            )}
        </Section>
    );
}

const figuresOf = (stats: Stats) => [
    { label: 'Received', value: stats.received, hint: 'acknowledged and stored' },
    { label: 'Blocked', value: stats.blocked, hint: 'of these; by their name' },
    {
        label: 'Duplicates',
        value: stats.duplicates,
        hint: 'of these; their messageId came before',
    },
    { label: 'Suppressed', value: stats.suppressed, hint: 'not stored; by their user' },
];

export function SourceOverview({ source }: { source: Source }) {
    const paths = usePaths();
    const workspace = useWorkspace();
    return (
        <Stack gap="lg">
            {!source.enabled && (
                <Alert color="brass" icon={<Icon name="warning" />} title="Disabled">
                    Events sent with this write key are refused until the source is enabled.
                </Alert>
            )}
            <Section
                title="Send events"
                lead={
                    <>
                        An SDK needs the write key and the data plane URL.{' '}
                        <Anchor
                            component={Link}
                            href={paths.source(source.id, 'setup')}
                            inherit
                            underline="always"
                        >
                            See how to set it up
                        </Anchor>
                    </>
                }
            >
                <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
                    <Stack gap="md">
                        <CopyValue label="Write key" value={source.writeKey} />
                        <CopyValue label="Source ID" value={source.id} />
                    </Stack>
                    <CopyValue label="Data plane URL" value={dataPlaneUrlOf(workspace)} />
                </SimpleGrid>
            </Section>
            <Destinations source={source} />
            <EventCounts what="source" id={source.id} figuresOf={figuresOf} />
        </Stack>
    );
}
