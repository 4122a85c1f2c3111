// SPDX-License-Identifier: Apache-2.0
// What people read for the words of the audit log.
import { auditLog } from '@/api/schema';

const known: Record<string, { title: string; actions: string[] }> = auditLog;

export const targetTypes = Object.entries(known).map(([value, { title }]) => ({
    value,
    label: title,
}));

// What is recorded of the type, or of any.
export function actionsOf(type: string): string[] {
    const row = known[type];
    if (row) return row.actions;
    return [...new Set(Object.values(known).flatMap(({ actions }) => actions))];
}

// "connected_source" → "Connected source"
export function wordsOf(name: string): string {
    const text = name.replaceAll('_', ' ');
    return text.charAt(0).toUpperCase() + text.slice(1);
}

// Of a newer server, as well as may be.
export const typeLabel = (type: string): string => known[type]?.title ?? wordsOf(type);

// The cursor in "/v2/audit-logs?after_cursor=…&…".
export function cursorOf(next: string | undefined): string | undefined {
    if (next === undefined) return undefined;
    return new URLSearchParams(next.split('?')[1] ?? '').get('after_cursor') ?? undefined;
}
