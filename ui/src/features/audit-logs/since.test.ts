// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { startOf } from './since';

it('a choice is a moment; what is no choice is any time', () => {
    expect(startOf('24', Date.UTC(2026, 0, 2))).toBe('2026-01-01T00:00:00.000Z');
    expect(startOf('', 0)).toBeUndefined();
    expect(startOf('17', 0)).toBeUndefined();
});
