// SPDX-License-Identifier: Apache-2.0
// What can be asked of the inventory, and how people read it.
import type { Filters } from '@/components/useFilters';

const DAY_MS = 86_400_000;

export const filterNames = [
    'kind',
    'owner',
    'workspaceId',
    'state',
    'unused',
    'expiring',
    'imported',
] as const;
export type TokenFilters = Filters<(typeof filterNames)[number]>;

export const kinds = [
    { value: 'personal_access_token', label: 'Personal Access Tokens' },
    { value: 'service_access_token', label: 'Service Access Tokens' },
] as const;
export const states = [
    { value: 'active', label: 'Active' },
    { value: 'replaced', label: 'Replaced, still works' },
    { value: 'expired', label: 'Expired' },
] as const;
export const unusedOptions = [
    { value: '7', label: 'Not for 7 days' },
    { value: '30', label: 'Not for 30 days' },
    { value: '90', label: 'Not for 90 days' },
    { value: '365', label: 'Not for a year' },
];
export const expiringOptions = [
    { value: '7', label: 'Within 7 days' },
    { value: '30', label: 'Within 30 days' },
    { value: '90', label: 'Within 90 days' },
];
export const importedOptions = [
    { value: 'true', label: 'Imported' },
    { value: 'false', label: 'Made here' },
] as const;

function momentOf(days: string, sign: number, now: number): string | undefined {
    const count = Number(days);
    return count > 0 ? new Date(now + sign * count * DAY_MS).toISOString() : undefined;
}

const chosen = <Value extends string>(
    options: readonly { value: Value }[],
    text: string,
): Value | undefined => options.find(({ value }) => value === text)?.value;

// The filters as the API takes them; what is no choice is left out.
export function queryOf(filters: TokenFilters, now: number) {
    const imported = chosen(importedOptions, filters.imported);
    return {
        kind: chosen(kinds, filters.kind),
        state: chosen(states, filters.state),
        owner: filters.owner || undefined,
        workspaceId: filters.workspaceId || undefined,
        lastUsedBefore: momentOf(filters.unused, -1, now),
        expiresBefore: momentOf(filters.expiring, 1, now),
        imported: imported && imported === 'true',
    };
}
