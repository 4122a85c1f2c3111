// SPDX-License-Identifier: Apache-2.0
// Connecting a card of the map with those of the other side, and disconnecting it.
import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useWrite } from '@/api/resources';
import type { Connection } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { DefinitionTile } from '@/components/DefinitionTile';
import { matches } from '@/components/matches';
import { Needs } from '@/components/Needs';
import { Problem } from '@/components/Problem';
import classes from './connections.module.css';
import type { MapNode } from './NodeCard';

const SEARCH_FROM = 8; // others, of which one is looked for sooner than seen

export interface Joint {
    node: MapNode;
    side: 'source' | 'destination';
}

interface ConnectDialogProps {
    joint: Joint;
    others: readonly MapNode[]; // of the other side
    connections: readonly Connection[];
    onClose: () => void;
}

export function ConnectDialog({ joint, others, connections, onClose }: ConnectDialogProps) {
    const { node, side } = joint;
    const [search, setSearch] = useState('');
    const [leaving, setLeaving] = useState<Connection | null>(null);
    const connect = useWrite('POST /v2/connections', ['connections']);
    const remove = useWrite('DELETE /v2/connections/{id}', ['connections']);
    const endsOf = (id: string) =>
        side === 'source'
            ? { sourceId: node.id, destinationId: id }
            : { sourceId: id, destinationId: node.id };
    const joinOf = (id: string) => {
        const ends = endsOf(id);
        return connections.find(
            (one) => one.sourceId === ends.sourceId && one.destinationId === ends.destinationId,
        );
    };
    const nameOf = (joined: Connection | null) =>
        others.find(({ id }) => joined && [joined.sourceId, joined.destinationId].includes(id))
            ?.name ?? '';
    return (
        <>
            <Modal
                opened={leaving === null}
                onClose={onClose}
                title={<Text fw={620}>Connections of {node.name}</Text>}
                closeButtonProps={{ 'aria-label': 'Close' }}
            >
                <Stack gap="sm">
                    {others.length === 0 && (
                        <Text size="sm" c="dimmed">
                            There is no {side === 'source' ? 'destination' : 'source'} yet to
                            connect with.
                        </Text>
                    )}
                    {others.length >= SEARCH_FROM && (
                        <TextInput
                            type="search"
                            aria-label="Search"
                            placeholder="Search"
                            value={search}
                            onChange={(event) => setSearch(event.currentTarget.value)}
                        />
                    )}
                    {connect.error && <Problem error={connect.error} />}
                    <ul className={classes.joints}>
                        {others
                            .filter(({ name, title }) => matches(search, name, title))
                            .map((other) => (
                                <JointRow
                                    key={other.id}
                                    other={other}
                                    ends={Object.values(endsOf(other.id))}
                                    isJoined={joinOf(other.id) !== undefined}
                                    isBusy={connect.isPending}
                                    onConnect={() => connect.mutate({ body: endsOf(other.id) })}
                                    onDisconnect={() => setLeaving(joinOf(other.id) ?? null)}
                                />
                            ))}
                    </ul>
                </Stack>
            </Modal>
            <Confirm
                title={`Disconnect ${node.name} and ${nameOf(leaving)}?`}
                confirmLabel="Yes, disconnect"
                isOpen={leaving !== null}
                onClose={() => setLeaving(null)}
                onConfirm={() => remove.mutateAsync({ path: { id: leaving?.id ?? '' } })}
            >
                Events that still wait for delivery over this connection are dropped.
            </Confirm>
        </>
    );
}

interface JointRowProps {
    other: MapNode;
    ends: readonly string[]; // source, destination
    isJoined: boolean;
    isBusy: boolean;
    onConnect: () => void;
    onDisconnect: () => void;
}

function JointRow(props: JointRowProps) {
    const { other, ends, isJoined, isBusy, onConnect, onDisconnect } = props;
    return (
        <li className={classes.joint}>
            <DefinitionTile title={other.title} size={32} />
            <span className={classes.cardText}>
                <Text component="span" size="sm" fw={580} className={classes.cardName}>
                    {other.name}
                </Text>
                <Text component="span" size="xs" c="dimmed">
                    {other.title}
                    {!other.enabled && ' · disabled'}
                </Text>
            </span>
            <Needs right="connections.connect" ids={ends}>
                <Button
                    size="compact-sm"
                    variant={isJoined ? 'default' : 'filled'}
                    disabled={isBusy}
                    aria-label={`${isJoined ? 'Disconnect' : 'Connect'} ${other.name}`}
                    onClick={isJoined ? onDisconnect : onConnect}
                >
                    {isJoined ? 'Disconnect' : 'Connect'}
                </Button>
            </Needs>
        </li>
    );
}
