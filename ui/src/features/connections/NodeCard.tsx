// SPDX-License-Identifier: Apache-2.0
// A source or destination on the map; leads to its page.
import { Text } from '@mantine/core';
import { Link } from 'wouter';
import { DefinitionTile } from '@/components/DefinitionTile';
import { Status } from '@/components/Status';
import classes from './connections.module.css';

export interface MapNode {
    id: string;
    name: string;
    title: string; // of its definition
    href: string;
    enabled: boolean;
}

interface NodeCardProps {
    node: MapNode;
    side: 'source' | 'destination';
    connectedTo: readonly string[]; // said in words where no lines are drawn
    onPoint: (id: string | null) => void;
}

export function NodeCard({ node, side, connectedTo, onPoint }: NodeCardProps) {
    const peers =
        connectedTo.length === 0
            ? 'Not connected'
            : `${side === 'source' ? 'To' : 'From'} ${connectedTo.join(', ')}`;
    return (
        <Link
            href={node.href}
            className={classes.card}
            data-node={node.id}
            onMouseEnter={() => onPoint(node.id)}
            onMouseLeave={() => onPoint(null)}
            onFocus={() => onPoint(node.id)}
            onBlur={() => onPoint(null)}
        >
            <DefinitionTile title={node.title} size={40} />
            <span className={classes.cardText}>
                <Text component="span" fw={600} className={classes.cardName}>
                    {node.name}
                </Text>
                <Text component="span" size="xs" c="dimmed">
                    {node.title}
                </Text>
                <span className={classes.peers}>{peers}</span>
            </span>
            <Status isOn={node.enabled} />
        </Link>
    );
}
