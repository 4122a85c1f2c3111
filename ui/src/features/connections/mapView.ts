// SPDX-License-Identifier: Apache-2.0
// What of the map is brought out, and what a search leaves of it.
import { matches } from '@/components/matches';

interface Line {
    id: string;
    sourceId: string;
    destinationId: string;
}

interface Node {
    id: string;
    name: string;
    title: string;
}

// The cards and lines that belong to what is pointed at: a card with its lines and the cards at
// their other ends, or a line with both of its ends. null: nothing is pointed at.
export function litBy(pointed: string | null, lines: readonly Line[]): Set<string> | null {
    if (pointed === null) return null;
    const lit = new Set([pointed]);
    for (const { id, sourceId, destinationId } of lines)
        if ([id, sourceId, destinationId].includes(pointed))
            for (const one of [id, sourceId, destinationId]) lit.add(one);
    return lit;
}

// The ids of the cards that fit a search, and of those connected to them.
export function foundBy(
    search: string,
    nodes: readonly Node[],
    lines: readonly Line[],
): Set<string> {
    const own = new Set(
        nodes
            .filter(({ id, name, title }) => matches(search, name, title, id))
            .map(({ id }) => id),
    );
    const found = new Set(own);
    for (const { sourceId, destinationId } of lines) {
        if (own.has(sourceId)) found.add(destinationId);
        if (own.has(destinationId)) found.add(sourceId);
    }
    return found;
}
