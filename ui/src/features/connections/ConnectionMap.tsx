// SPDX-License-Identifier: Apache-2.0
// Source cards left, destination cards right, a line for each connection. Pointing at a card
// brings out its lines.
import { Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Connection } from '@/api/schema';
import { CopyValue } from '@/components/CopyValue';
import { EmptyState } from '@/components/EmptyState';
import classes from './connections.module.css';
import { NodeCard, type MapNode } from './NodeCard';
import { Wires } from './Wires';

interface ConnectionMapProps {
    sources: readonly MapNode[];
    destinations: readonly MapNode[];
    connections: readonly Connection[];
    addSource: ReactNode;
    addDestination: ReactNode;
}

function namesOf(ids: readonly string[], nodes: readonly MapNode[]): string[] {
    return nodes.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
}

export function ConnectionMap(props: ConnectionMapProps) {
    const { sources, destinations, connections, addSource, addDestination } = props;
    const [pointed, setPointed] = useState<string | null>(null);
    return (
        <div className={classes.map}>
            <Wires
                connections={connections}
                pointed={pointed}
                order={[...sources, ...destinations].map(({ id }) => id).join()}
            />
            <section className={classes.column} aria-labelledby="map-sources">
                <div className={classes.columnHead}>
                    <Title order={2} id="map-sources">
                        Sources
                    </Title>
                    {addSource}
                </div>
                {sources.length === 0 && (
                    <div className={classes.empty}>
                        <EmptyState icon="source" title="Start with a source">
                            A website, an app or a server that sends events. Adding one gives
                            you a write key for its SDK.
                        </EmptyState>
                    </div>
                )}
                <ul className={classes.cards}>
                    {sources.map((source) => (
                        <li key={source.id}>
                            <NodeCard
                                node={source}
                                side="source"
                                connectedTo={namesOf(
                                    connections
                                        .filter(({ sourceId }) => sourceId === source.id)
                                        .map(({ destinationId }) => destinationId),
                                    destinations,
                                )}
                                onPoint={setPointed}
                            />
                            <div className={classes.idLine}>
                                <span>Source ID</span>
                                <CopyValue
                                    label="Source ID"
                                    value={source.id}
                                    isLabelShown={false}
                                    size="sm"
                                />
                            </div>
                        </li>
                    ))}
                </ul>
            </section>
            <section className={classes.column} aria-labelledby="map-destinations">
                <div className={classes.columnHead}>
                    <Title order={2} id="map-destinations">
                        Destinations
                    </Title>
                    {addDestination}
                </div>
                {destinations.length === 0 && (
                    <div className={classes.empty}>
                        <EmptyState icon="destination" title="Then a destination">
                            A service that gets the events of the sources connected to it, a
                            webhook for example.
                        </EmptyState>
                    </div>
                )}
                <ul className={classes.cards}>
                    {destinations.map((destination) => (
                        <li key={destination.id}>
                            <NodeCard
                                node={destination}
                                side="destination"
                                connectedTo={namesOf(
                                    connections
                                        .filter(
                                            ({ destinationId }) =>
                                                destinationId === destination.id,
                                        )
                                        .map(({ sourceId }) => sourceId),
                                    sources,
                                )}
                                onPoint={setPointed}
                            />
                        </li>
                    ))}
                </ul>
            </section>
        </div>
    );
}
