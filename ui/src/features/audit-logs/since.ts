// SPDX-License-Identifier: Apache-2.0
// How far back the audit log is shown.

const HOUR_MS = 3_600_000;

export const sinceOptions = [
    { value: '1', label: 'Last hour' },
    { value: '24', label: 'Last 24 hours' },
    { value: '168', label: 'Last 7 days' },
    { value: '720', label: 'Last 30 days' },
];

// hours: of one of the options; anything else is any time.
export function startOf(hours: string, now: number): string | undefined {
    const isKnown = hours !== '' && sinceOptions.some(({ value }) => value === hours);
    return isKnown ? new Date(now - Number(hours) * HOUR_MS).toISOString() : undefined;
}
