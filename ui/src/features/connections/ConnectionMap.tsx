// SPDX-License-Identifier: Apache-2.0
// Source cards left, destination cards right, a line for each connection. Pointing at a card or
// a line brings out what belongs to it.
import { Alert, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Connection } from '@/api/schema';
import { CopyValue } from '@/components/CopyValue';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { SearchBox, useSearchText } from '@/components/SearchBox';
import { ConnectDialog, type Joint } from './ConnectDialog';
import classes from './connections.module.css';
import { foundBy, litBy } from './mapView';
import { NodeCard, type MapNode } from './NodeCard';
import { Wires } from './Wires';

const SEARCH_FROM = 12; // cards, of which one is looked for sooner than seen

interface ConnectionMapProps {
    sources: readonly MapNode[];
    destinations: readonly MapNode[];
    connections: readonly Connection[];
    addSource: ReactNode;
    addDestination: ReactNode;
}

interface ColumnProps {
    side: Joint['side'];
    head: string;
    action: ReactNode;
    empty: ReactNode; // when there are none at all
    nodes: readonly MapNode[];
    hidden: number; // left out by the search
    children: (node: MapNode) => ReactNode;
}

function Column({ side, head, action, empty, nodes, hidden, children }: ColumnProps) {
    const id = `map-${side}`;
    return (
        <section className={classes.column} aria-labelledby={id}>
            <div className={classes.columnHead}>
                <Title order={2} id={id}>
                    {head}
                </Title>
                {action}
            </div>
            {nodes.length === 0 && hidden === 0 && <div className={classes.empty}>{empty}</div>}
            <ul className={classes.cards}>
                {nodes.map((node) => (
                    <li key={node.id}>{children(node)}</li>
                ))}
            </ul>
            {hidden > 0 && (
                <p className={classes.hidden}>{hidden} more do not fit the search.</p>
            )}
        </section>
    );
}

const noSource = (
    <EmptyState icon="source" title="Start with a source">
        A website, an app or a server that sends events. Adding one gives you a write key for
        its SDK.
    </EmptyState>
);
const noDestination = (
    <EmptyState icon="destination" title="Then a destination">
        A service that gets the events of the sources connected to it, a webhook for example.
    </EmptyState>
);

export function ConnectionMap(props: ConnectionMapProps) {
    const { sources, destinations, connections, addSource, addDestination } = props;
    const [pointed, setPointed] = useState<string | null>(null);
    const [joint, setJoint] = useState<Joint | null>(null);
    const [search] = useSearchText();
    const all = [...sources, ...destinations];
    const found = foundBy(search, all, connections);
    const lit = litBy(pointed, connections);
    const shown = (nodes: readonly MapNode[]) => nodes.filter(({ id }) => found.has(id));
    const nameOf = (id: string) => all.find((node) => node.id === id)?.name ?? id;
    const card = (side: Joint['side']) =>
        function Card(node: MapNode) {
            const [own, other] =
                side === 'source'
                    ? (['sourceId', 'destinationId'] as const)
                    : (['destinationId', 'sourceId'] as const);
            return (
                <>
                    <NodeCard
                        {...{ node, side, lit }}
                        connectedTo={connections
                            .filter((one) => one[own] === node.id)
                            .map((one) => nameOf(one[other]))}
                        onPoint={setPointed}
                        onConnect={() => setJoint({ node, side })}
                    />
                    {side === 'source' && <IdLine id={node.id} />}
                </>
            );
        };
    return (
        <>
            {all.length >= SEARCH_FROM && (
                <div className={classes.search}>
                    <SearchBox label="Search the map" />
                </div>
            )}
            {sources.length > 0 && destinations.length > 0 && connections.length === 0 && (
                <Alert color="brass" icon={<Icon name="link" />} mb="lg">
                    Nothing is connected yet, so events go nowhere. Use the link mark of a card
                    to connect it.
                </Alert>
            )}
            <div className={classes.map}>
                <Wires
                    connections={connections}
                    lit={lit}
                    titleOf={(one) => `${nameOf(one.sourceId)} → ${nameOf(one.destinationId)}`}
                    onPoint={setPointed}
                    order={all
                        .filter(({ id }) => found.has(id))
                        .map(({ id }) => id)
                        .join()}
                />
                <Column
                    side="source"
                    head="Sources"
                    action={addSource}
                    empty={noSource}
                    nodes={shown(sources)}
                    hidden={sources.length - shown(sources).length}
                >
                    {card('source')}
                </Column>
                <Column
                    side="destination"
                    head="Destinations"
                    action={addDestination}
                    empty={noDestination}
                    nodes={shown(destinations)}
                    hidden={destinations.length - shown(destinations).length}
                >
                    {card('destination')}
                </Column>
            </div>
            {joint && (
                <ConnectDialog
                    joint={joint}
                    others={joint.side === 'source' ? destinations : sources}
                    connections={connections}
                    onClose={() => setJoint(null)}
                />
            )}
        </>
    );
}

function IdLine({ id }: { id: string }) {
    return (
        <div className={classes.idLine}>
            <span>Source ID</span>
            <CopyValue label="Source ID" value={id} isLabelShown={false} size="sm" />
        </div>
    );
}
