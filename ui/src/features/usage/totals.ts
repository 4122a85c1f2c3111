// SPDX-License-Identifier: Apache-2.0
// What a report amounts to, by source and by product.
import type { EventMetric } from '@/api/schema';

export type Product = EventMetric['product'];

export const productLabels: Record<Product, string> = {
    eventStream: 'Event Stream',
    reverseEtl: 'Reverse ETL',
    etl: 'ETL',
};

export interface SourceTotal {
    sourceId: string;
    sourceName: string;
    workspaceId: string;
    product: Product;
    count: number;
}

// One for each source and product, most events first.
export function totalsOf(rows: readonly EventMetric[]): SourceTotal[] {
    const totals = new Map<string, SourceTotal>();
    for (const { sourceId, sourceName, workspaceId, product, count } of rows) {
        const key = `${sourceId} ${product}`;
        const before = totals.get(key)?.count ?? 0;
        totals.set(key, {
            sourceId,
            sourceName,
            workspaceId,
            product,
            count: before + count,
        });
    }
    return [...totals.values()].sort((a, b) => b.count - a.count);
}

export function sumOf(totals: readonly SourceTotal[], product?: Product): number {
    return totals
        .filter((total) => !product || total.product === product)
        .reduce((sum, { count }) => sum + count, 0);
}

// The server counts in days and months of UTC.
export const periods = [
    { value: '', label: 'This month', granularity: 'month', back: 0 },
    { value: '7', label: 'Last 7 days', granularity: 'day', back: 6 },
    { value: '30', label: 'Last 30 days', granularity: 'day', back: 29 },
    { value: '90', label: 'Last 90 days', granularity: 'day', back: 89 },
    { value: '365', label: 'Last 12 months', granularity: 'month', back: 11 },
] as const;

export function periodOf(value: string, now: number) {
    const { granularity, back } =
        periods.find((period) => period.value === value) ?? periods[0];
    const start = new Date(now);
    if (granularity === 'day') start.setUTCDate(start.getUTCDate() - back);
    else start.setUTCMonth(start.getUTCMonth() - back, 1);
    return { granularity, start: start.toISOString().slice(0, 10) };
}
