// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { isExposed } from './exposed';

describe('the warning about plain HTTP', () => {
    it.each([
        ['http:', 'localhost', false],
        ['http:', '127.0.0.1', false],
        ['http:', '[::1]', false],
        ['https:', 'cdp.example.org', false],
        ['http:', 'cdp.example.org', true],
        ['http:', '127.0.0.1.example.org', true],
        ['http:', '192.168.1.5', true],
    ])('%s//%s', (protocol, hostname, expected) => {
        expect(isExposed({ protocol, hostname })).toBe(expected);
    });
});
