// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { EventMetric } from '@/api/schema';
import { periodOf, sumOf, totalsOf } from './totals';

const row = (sourceId: string, start: string, count: number, more = {}): EventMetric => ({
    start,
    sourceId,
    sourceName: sourceId,
    sourceType: 'Javascript',
    workspaceId: 'w',
    product: 'eventStream',
    count,
    ...more,
});

it('days of a source are added up, most events come first', () => {
    const totals = totalsOf([
        row('web', '2026-01-01', 1),
        row('app', '2026-01-01', 2),
        row('web', '2026-01-02', 3),
        row('web', '2026-01-02', 5, { product: 'etl' }),
    ]);
    expect(totals.map(({ sourceId, count }) => `${sourceId} ${count}`)).toEqual([
        'web 5',
        'web 4',
        'app 2',
    ]);
    expect(sumOf(totals)).toBe(11);
    expect(sumOf(totals, 'eventStream')).toBe(6);
});

it('a period is counted back from today, in UTC', () => {
    const now = Date.parse('2026-03-01T00:30:00+01:00');
    expect(periodOf('7', now)).toEqual({ granularity: 'day', start: '2026-02-22' });
    expect(periodOf('', now)).toEqual({ granularity: 'month', start: '2026-02-01' });
    expect(periodOf('365', now)).toEqual({ granularity: 'month', start: '2025-03-01' });
    expect(periodOf('unheard of', now)).toEqual(periodOf('', now));
});
