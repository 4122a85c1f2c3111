// SPDX-License-Identifier: Apache-2.0
// A source or destination on the map; leads to its page.
import { ActionIcon, Text } from '@mantine/core';
import { Link } from 'wouter';
import { DefinitionTile } from '@/components/DefinitionTile';
import { Icon } from '@/components/Icon';
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
    lit: ReadonlySet<string> | null;
    onPoint: (id: string | null) => void;
    onConnect: () => void;
}

export function NodeCard(props: NodeCardProps) {
    const { node, side, connectedTo, lit, onPoint, onConnect } = props;
    const peers =
        connectedTo.length === 0
            ? 'Not connected'
            : `${side === 'source' ? 'To' : 'From'} ${connectedTo.join(', ')}`;
    return (
        <div
            className={classes.card}
            data-node={node.id}
            data-lit={lit?.has(node.id) ?? false}
            data-dim={lit !== null && !lit.has(node.id)}
            onMouseEnter={() => onPoint(node.id)}
            onMouseLeave={() => onPoint(null)}
            onFocus={() => onPoint(node.id)}
            onBlur={() => onPoint(null)}
        >
            <Link href={node.href} className={classes.cardLink}>
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
            <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                className={classes.connect}
                aria-label={`Connections of ${node.name}`}
                title={`Connections of ${node.name}`}
                onClick={onConnect}
            >
                <Icon name="link" />
            </ActionIcon>
        </div>
    );
}
