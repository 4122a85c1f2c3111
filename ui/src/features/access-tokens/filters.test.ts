// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { filterNames, queryOf, type TokenFilters } from './filters';

const none = Object.fromEntries(filterNames.map((name) => [name, ''])) as TokenFilters;
const now = Date.UTC(2026, 0, 31);

it('without filters nothing is asked for', () => {
    expect(Object.values(queryOf(none, now)).every((value) => value === undefined)).toBe(true);
});

it('days become moments, before now and after', () => {
    const query = queryOf({ ...none, unused: '30', expiring: '1', imported: 'false' }, now);
    expect(query.lastUsedBefore).toBe('2026-01-01T00:00:00.000Z');
    expect(query.expiresBefore).toBe('2026-02-01T00:00:00.000Z');
    expect(query.imported).toBe(false);
});

it('what is no choice is any', () => {
    const query = queryOf({ ...none, kind: 'x', state: 'y', unused: 'z' }, now);
    expect([query.kind, query.state, query.lastUsedBefore]).toEqual([
        undefined,
        undefined,
        undefined,
    ]);
});
