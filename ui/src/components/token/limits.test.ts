// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { allowedIpsOf, expiryOf } from './limits';

it('a lifetime in days becomes a moment', () => {
    expect(expiryOf('7', Date.UTC(2026, 0, 1))).toBe('2026-01-08T00:00:00.000Z');
    expect(expiryOf('', 0)).toBeUndefined();
});

it('addresses may stand on lines or between commas', () => {
    expect(allowedIpsOf('10.0.0.0/8, 2001:db8::1\n192.0.2.7 ')).toEqual([
        '10.0.0.0/8',
        '2001:db8::1',
        '192.0.2.7',
    ]);
    expect(allowedIpsOf('')).toEqual([]);
});
