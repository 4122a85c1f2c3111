// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { wirePath } from './wirePath';

it('a line of the map leaves to the right and arrives from the left', () => {
    expect(wirePath({ x: 0, y: 10 }, { x: 100, y: 50 })).toBe('M0 10 C50 10 50 50 100 50');
});
