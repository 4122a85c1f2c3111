// SPDX-License-Identifier: Apache-2.0
// Revisions and their differences in words.
import type { DestinationRevision } from '@/api/schema';

const SHORT = 60; // characters that stand on one line

const fields: Record<string, string> = {
    name: 'Name',
    enabled: 'Enabled',
    version: 'Version',
};

export function whoOf({ actorName, actorId }: DestinationRevision): string {
    return actorName || actorId || 'Somebody';
}

export function fieldWords(
    field: string,
    settings: readonly { name: string; title?: string }[],
): string {
    const name = field.replace(/^config\./, '');
    if (name === field) return fields[field] ?? field;
    return settings.find((setting) => setting.name === name)?.title ?? name;
}

// A value of a difference; what is absent was not set.
export function valueWords(value: unknown): string {
    if (value === undefined || value === null) return 'not set';
    if (typeof value === 'boolean') return value ? 'on' : 'off';
    if (typeof value === 'string') return value === '' ? 'empty' : value;
    const flat = JSON.stringify(value);
    return flat.length <= SHORT ? flat : JSON.stringify(value, null, 1);
}
