// SPDX-License-Identifier: Apache-2.0
// What a source or destination is connected to, with ways to connect and disconnect.
import { Anchor, Button, Group, Menu, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Link } from 'wouter';
import { messageOf } from '@/api/error';
import { useWrite } from '@/api/resources';
import type { Connection } from '@/api/schema';
import { Confirm } from './Confirm';
import classes from './ConnectedList.module.css';
import { DefinitionTile } from './DefinitionTile';
import { Icon } from './Icon';
import { Needs } from './Needs';

export interface Peer {
    id: string;
    name: string;
    title: string; // of its definition
    href: string;
    enabled: boolean;
    connection: Connection;
}

const tell = (error: unknown) =>
    notifications.show({ color: 'red', message: messageOf(error) });

function PeerRow({ peer, onDisconnect }: { peer: Peer; onDisconnect: () => void }) {
    const update = useWrite('PUT /v2/connections/{id}', ['connections']);
    const { connection } = peer;
    const ends = [connection.sourceId, connection.destinationId];
    const change = (enabled: boolean) =>
        update.mutate({ path: { id: connection.id }, body: { enabled } }, { onError: tell });
    return (
        <li className={classes.row}>
            <DefinitionTile title={peer.title} />
            <div className={classes.name}>
                <Anchor
                    component={Link}
                    href={peer.href}
                    fw={580}
                    c="var(--mantine-color-text)"
                >
                    {peer.name}
                </Anchor>
                <Text size="xs" c="dimmed">
                    {peer.title}
                    {!peer.enabled && ' · disabled'}
                </Text>
            </div>
            <Group gap="md">
                <Needs right="connections.connect" ids={ends}>
                    <Switch
                        label={connection.enabled ? 'On' : 'Off'}
                        aria-label={`Connection with ${peer.name}`}
                        checked={connection.enabled}
                        disabled={update.isPending}
                        onChange={(event) => change(event.currentTarget.checked)}
                    />
                </Needs>
                <Needs right="connections.connect" ids={ends}>
                    <Button
                        variant="default"
                        size="compact-sm"
                        onClick={onDisconnect}
                        aria-label={`Disconnect ${peer.name}`}
                    >
                        Disconnect
                    </Button>
                </Needs>
            </Group>
        </li>
    );
}

export function ConnectedList({ peers }: { peers: readonly Peer[] }) {
    const remove = useWrite('DELETE /v2/connections/{id}', ['connections']);
    const [leaving, setLeaving] = useState<Peer | null>(null);
    return (
        <>
            <ul className={classes.list}>
                {peers.map((peer) => (
                    <PeerRow
                        key={peer.connection.id}
                        peer={peer}
                        onDisconnect={() => setLeaving(peer)}
                    />
                ))}
            </ul>
            <Confirm
                title={`Disconnect ${leaving?.name ?? ''}?`}
                confirmLabel="Yes, disconnect"
                isOpen={leaving !== null}
                onClose={() => setLeaving(null)}
                onConfirm={() =>
                    leaving
                        ? remove.mutateAsync({ path: { id: leaving.connection.id } })
                        : Promise.resolve()
                }
            >
                Events that still wait for delivery over this connection are dropped.
            </Confirm>
        </>
    );
}

interface ConnectMenuProps {
    label: string; // "Connect destination"
    candidates: readonly { id: string; name: string }[];
    endsOf: (id: string) => readonly [source: string, destination: string];
    onConnect: (id: string) => Promise<unknown>;
}

// Choosing among those that exist and are not connected yet.
export function ConnectMenu({ label, candidates, endsOf, onConnect }: ConnectMenuProps) {
    if (candidates.length === 0) return null;
    return (
        <Menu position="bottom-end" shadow="md" width={260}>
            <Menu.Target>
                <Button variant="default" leftSection={<Icon name="link" />}>
                    {label}
                </Button>
            </Menu.Target>
            <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
                {candidates.map(({ id, name }) => (
                    <Needs key={id} right="connections.connect" ids={endsOf(id)}>
                        <Menu.Item onClick={() => void onConnect(id).catch(tell)}>
                            {name}
                        </Menu.Item>
                    </Needs>
                ))}
            </Menu.Dropdown>
        </Menu>
    );
}
