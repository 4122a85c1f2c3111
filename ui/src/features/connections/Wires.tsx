// SPDX-License-Identifier: Apache-2.0
// The lines of the map, measured from where the cards stand.
import { useLayoutEffect, useRef, useState } from 'react';
import type { Connection } from '@/api/schema';
import classes from './connections.module.css';
import { wirePath, type Point } from './wirePath';

interface WiresProps {
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

// The drawing covers its parent, in which the cards stand.
function useWires({ connections, order }: WiresProps) {
    const drawing = useRef<SVGSVGElement>(null);
    const [wires, setWires] = useState<Wire[]>([]);
    useLayoutEffect(() => {
        const element = drawing.current?.parentElement;
        if (!element) return;
        const update = () => setWires(measure(element, connections));
        update();
        const observer = new ResizeObserver(update);
        observer.observe(element);
        return () => observer.disconnect();
    }, [connections, order]);
    return { drawing, wires };
}

export function Wires(props: WiresProps) {
    const { pointed } = props;
    const { drawing, wires } = useWires(props);
    return (
        <svg className={classes.wires} ref={drawing} aria-hidden="true">
            {wires.map(({ connection, from, to }) => {
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
