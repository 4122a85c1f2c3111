// SPDX-License-Identifier: Apache-2.0
// Whose events a destination gets.
import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { usePaths } from '@/api/paths';
import { useConnections, useSourceDefinitions, useSources, useWrite } from '@/api/resources';
import type { Destination, Source } from '@/api/schema';
import { ConnectedList, ConnectMenu, type Peer } from '@/components/ConnectedList';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Needs } from '@/components/Needs';
import { Section } from '@/components/Section';
import { titleOf } from '@/components/titleOf';

export function DestinationSources({ destination }: { destination: Destination }) {
    const paths = usePaths();
    const queries = [useConnections(), useSources(), useSourceDefinitions()] as const;
    return (
        <Loading queries={queries}>
            {(connections, sources, definitions) => {
                const joined = connections.filter(
                    ({ destinationId }) => destinationId === destination.id,
                );
                const peers = joined.flatMap((connection): Peer[] => {
                    const peer = sources.find(({ id }) => id === connection.sourceId);
                    if (!peer) return [];
                    const title = titleOf(definitions, peer.type);
                    return [{ ...peer, title, href: paths.source(peer.id), connection }];
                });
                const candidates = sources.filter(
                    ({ id }) => !joined.some(({ sourceId }) => sourceId === id),
                );
                return (
                    <SourceList
                        destination={destination}
                        peers={peers}
                        candidates={candidates}
                    />
                );
            }}
        </Loading>
    );
}

interface SourceListProps {
    destination: Destination;
    peers: readonly Peer[];
    candidates: readonly Source[];
}

function SourceList({ destination, peers, candidates }: SourceListProps) {
    const paths = usePaths();
    const connect = useWrite('POST /v2/connections', ['connections']);
    const actions = (
        <>
            <ConnectMenu
                label="Connect source"
                candidates={candidates}
                endsOf={(sourceId) => [sourceId, destination.id]}
                onConnect={(sourceId) =>
                    connect.mutateAsync({ body: { sourceId, destinationId: destination.id } })
                }
            />
            <Needs right="sources.createDelete">
                <Button
                    component={Link}
                    href={paths.sourceNew(destination.id)}
                    leftSection={<Icon name="plus" />}
                >
                    Add source
                </Button>
            </Needs>
        </>
    );
    return (
        <Section
            title="Connected sources"
            lead="Events accepted from now on are delivered; earlier ones are not."
            isFlush
            actions={actions}
        >
            {peers.length > 0 ? (
                <ConnectedList peers={peers} />
            ) : (
                <EmptyState icon="source" title="Not connected yet">
                    Without a source this destination gets nothing. Connect one that exists or
                    add a new one.
                </EmptyState>
            )}
        </Section>
    );
}
