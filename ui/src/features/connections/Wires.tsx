// SPDX-License-Identifier: Apache-2.0
// The lines of the map, measured from where the cards stand.
import { useLayoutEffect, useRef, useState } from 'react';
import type { Connection } from '@/api/schema';
import classes from './connections.module.css';
import { wirePath, type Point } from './wirePath';

interface WiresProps {
    connections: readonly Connection[];
    lit: ReadonlySet<string> | null; // what is brought out
    titleOf: (connection: Connection) => string;
    onPoint: (id: string | null) => void;
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

// The cards say in words what the lines show, so nobody has to reach a line.
export function Wires(props: WiresProps) {
    const { lit, titleOf, onPoint } = props;
    const { drawing, wires } = useWires(props);
    return (
        <svg className={classes.wires} ref={drawing} aria-hidden="true">
            {wires.map(({ connection, from, to }) => {
                const { id, enabled } = connection;
                const path = wirePath(from, to);
                return (
                    <g
                        key={id}
                        className={classes.wire}
                        data-off={!enabled}
                        data-pointed={lit?.has(id) ?? false}
                        data-dim={lit !== null && !lit.has(id)}
                        onMouseEnter={() => onPoint(id)}
                        onMouseLeave={() => onPoint(null)}
                    >
                        <title>{titleOf(connection)}</title>
                        <path d={path} />
                        <circle cx={from.x} cy={from.y} r={3.5} />
                        <circle cx={to.x} cy={to.y} r={3.5} />
                        <path d={path} className={classes.grip} />
                    </g>
                );
            })}
        </svg>
    );
}
