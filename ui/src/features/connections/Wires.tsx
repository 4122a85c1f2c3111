// SPDX-License-Identifier: Apache-2.0
// The lines of the map, measured from where the cards stand.
import { useLayoutEffect, useState, type RefObject } from 'react';
import type { Connection } from '@/api/schema';
import classes from './connections.module.css';
import { wirePath, type Point } from './wirePath';

interface WiresProps {
    root: RefObject<HTMLDivElement | null>;
    connections: readonly Connection[];
    pointed: string | null; // id of the card under the pointer
    order: string; // changes when cards come, go or change places
}

interface Wire {
    connection: Connection;
    from: Point;
    to: Point;
}

function measure(root: HTMLElement, connections: readonly Connection[]): Wire[] {
    const ground = root.getBoundingClientRect();
    const edge = (id: string, side: 'left' | 'right'): Point | null => {
        const card = root.querySelector(`[data-node="${CSS.escape(id)}"]`);
        if (!card) return null;
        const box = card.getBoundingClientRect();
        return { x: box[side] - ground.left, y: box.top + box.height / 2 - ground.top };
    };
    return connections.flatMap((connection) => {
        const from = edge(connection.sourceId, 'right');
        const to = edge(connection.destinationId, 'left');
        return from && to ? [{ connection, from, to }] : [];
    });
}

function useWires({ root, connections, order }: WiresProps): Wire[] {
    const [wires, setWires] = useState<Wire[]>([]);
    useLayoutEffect(() => {
        const element = root.current;
        if (!element) return;
        const update = () => setWires(measure(element, connections));
        update();
        const observer = new ResizeObserver(update);
        observer.observe(element);
        return () => observer.disconnect();
    }, [root, connections, order]);
    return wires;
}

export function Wires(props: WiresProps) {
    const { pointed } = props;
    return (
        <svg className={classes.wires} aria-hidden="true">
            {useWires(props).map(({ connection, from, to }) => {
                const { id, sourceId, destinationId, enabled } = connection;
                return (
                    <g
                        key={id}
                        className={classes.wire}
                        data-off={!enabled}
                        data-pointed={pointed === sourceId || pointed === destinationId}
                    >
                        <path d={wirePath(from, to)} />
                        <circle cx={from.x} cy={from.y} r={3.5} />
                        <circle cx={to.x} cy={to.y} r={3.5} />
                    </g>
                );
            })}
        </svg>
    );
}
