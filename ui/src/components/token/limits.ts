// SPDX-License-Identifier: Apache-2.0
// Until when a token works, and from where: what people choose, as the API has it.

const DAY_MS = 86_400_000;

export const lifetimes = [
    { value: '', label: 'No expiry' },
    { value: '7', label: '7 days' },
    { value: '30', label: '30 days' },
    { value: '90', label: '90 days' },
    { value: '365', label: '1 year' },
] as const;

export function expiryOf(days: string, now: number): string | undefined {
    return days === '' ? undefined : new Date(now + Number(days) * DAY_MS).toISOString();
}

// Addresses and networks, one a line or with commas.
export function allowedIpsOf(text: string): string[] {
    return text.split(/[\s,;]+/).filter(Boolean);
}
