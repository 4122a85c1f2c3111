// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { filterRows, nextSort, sortRows, typesOf, type ResourceRow } from './resourceRows';

const row = (name: string, more: Partial<ResourceRow> = {}): ResourceRow => ({
    id: `id-${name}`,
    name,
    type: 'WEBHOOK',
    title: 'Webhook',
    href: '/',
    enabled: true,
    connectionCount: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    ...more,
});
const rows = [
    row('orders', { connectionCount: 2, createdAt: '2026-03-01T00:00:00.000Z' }),
    row('archive', { enabled: false, createdAt: '2026-02-01T00:00:00.000Z' }),
    row('visits', { type: 'GA4', title: 'Google Analytics 4', connectionCount: 1 }),
];
const all = { q: '', type: '', status: '', connected: '', sort: '' };
const names = (found: readonly ResourceRow[]) => found.map(({ name }) => name);

it('shows what fits every filter', () => {
    expect(names(filterRows(rows, all))).toEqual(['orders', 'archive', 'visits']);
    expect(names(filterRows(rows, { ...all, type: 'GA4' }))).toEqual(['visits']);
    expect(names(filterRows(rows, { ...all, status: 'disabled' }))).toEqual(['archive']);
    expect(names(filterRows(rows, { ...all, status: 'enabled', connected: 'yes' }))).toEqual([
        'orders',
        'visits',
    ]);
    expect(names(filterRows(rows, { ...all, connected: 'no' }))).toEqual(['archive']);
    expect(names(filterRows(rows, { ...all, q: 'google', status: 'disabled' }))).toEqual([]);
});

it('sorts up and down, and leaves what it cannot sort by as it came', () => {
    expect(names(sortRows(rows, 'name'))).toEqual(['archive', 'orders', 'visits']);
    expect(names(sortRows(rows, '-connections'))).toEqual(['orders', 'visits', 'archive']);
    expect(names(sortRows(rows, 'created'))).toEqual(['visits', 'archive', 'orders']);
    expect(names(sortRows(rows, '-status'))).toEqual(['archive', 'orders', 'visits']);
    expect(names(sortRows(rows, 'nonsense'))).toEqual(names(rows));
});

it('goes up, down and back with each click', () => {
    expect(nextSort('', 'name')).toBe('name');
    expect(nextSort('name', 'name')).toBe('-name');
    expect(nextSort('-name', 'name')).toBe('');
    expect(nextSort('-name', 'created')).toBe('created');
});

it('offers the kinds that occur, by title', () => {
    expect(typesOf(rows)).toEqual([
        { value: 'GA4', label: 'Google Analytics 4' },
        { value: 'WEBHOOK', label: 'Webhook' },
    ]);
});
