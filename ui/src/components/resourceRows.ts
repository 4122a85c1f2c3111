// SPDX-License-Identifier: Apache-2.0
// Which rows of a table of sources or destinations are shown, and in which order.
import { matches } from './matches';

export interface ResourceRow {
    id: string;
    name: string;
    type: string;
    title: string; // of its definition
    href: string;
    enabled: boolean;
    connectionCount: number;
    createdAt: string;
}

export const filterNames = ['q', 'type', 'status', 'connected', 'sort'] as const;
export type RowFilters = Readonly<Record<(typeof filterNames)[number], string>>;

const orders: Record<string, (a: ResourceRow, b: ResourceRow) => number> = {
    name: (a, b) => a.name.localeCompare(b.name),
    connections: (a, b) => a.connectionCount - b.connectionCount,
    status: (a, b) => Number(b.enabled) - Number(a.enabled),
    created: (a, b) => a.createdAt.localeCompare(b.createdAt),
};

// "name" ascending, "-name" descending; anything unknown keeps the order.
export function sortRows(rows: readonly ResourceRow[], sort: string): ResourceRow[] {
    const isDown = sort.startsWith('-');
    const order = orders[isDown ? sort.slice(1) : sort];
    if (!order) return [...rows];
    return [...rows].sort((a, b) => (isDown ? order(b, a) : order(a, b)));
}

// What a click on a column's head makes of the order: up, down, as it came.
export function nextSort(sort: string, column: string): string {
    if (sort === column) return `-${column}`;
    return sort === `-${column}` ? '' : column;
}

export function filterRows(rows: readonly ResourceRow[], filters: RowFilters): ResourceRow[] {
    const { q, type, status, connected } = filters;
    return rows.filter(
        (row) =>
            matches(q, row.name, row.title, row.id) &&
            (type === '' || row.type === type) &&
            (status === '' || row.enabled === (status === 'enabled')) &&
            (connected === '' || row.connectionCount > 0 === (connected === 'yes')),
    );
}

// The kinds that occur, by title.
export function typesOf(rows: readonly ResourceRow[]): { value: string; label: string }[] {
    return [...new Map(rows.map(({ type, title }) => [type, title]))]
        .map(([value, label]) => ({ value, label }))
        .sort((a, b) => a.label.localeCompare(b.label));
}
