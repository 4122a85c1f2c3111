// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { foundBy, litBy } from './mapView';

const lines = [
    { id: 'c1', sourceId: 's1', destinationId: 'd1' },
    { id: 'c2', sourceId: 's1', destinationId: 'd2' },
    { id: 'c3', sourceId: 's2', destinationId: 'd2' },
];
const nodes = [
    { id: 's1', name: 'web shop', title: 'JavaScript' },
    { id: 's2', name: 'backend', title: 'Node.js' },
    { id: 'd1', name: 'orders', title: 'Webhook' },
    { id: 'd2', name: 'archive', title: 'Webhook' },
];

it('brings out a card with its lines and the cards at their ends', () => {
    expect(litBy('d2', lines)).toEqual(new Set(['d2', 'c2', 'c3', 's1', 's2']));
    expect(litBy('s2', lines)).toEqual(new Set(['s2', 'c3', 'd2']));
});

it('brings out a line with its two ends, and nothing when nothing is pointed at', () => {
    expect(litBy('c1', lines)).toEqual(new Set(['c1', 's1', 'd1']));
    expect(litBy(null, lines)).toBeNull();
});

it('finds cards and what they are connected to', () => {
    expect(foundBy('backend', nodes, lines)).toEqual(new Set(['s2', 'd2']));
    expect(foundBy('', nodes, lines)).toEqual(new Set(['s1', 's2', 'd1', 'd2']));
    expect(foundBy('nothing', nodes, lines)).toEqual(new Set());
});
