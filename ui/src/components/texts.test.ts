// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { isExposed } from '@/app/exposed';
import { wirePath } from '@/features/connections/wirePath';
import { matches } from './matches';
import { prettyJson } from './prettyJson';

describe('search', () => {
    it('finds every word in any text, without case', () => {
        expect(matches('WEB hook', 'My Webhook', '2abc')).toBe(true);
        expect(matches('web slack', 'My Webhook')).toBe(false);
        expect(matches('', 'anything')).toBe(true);
    });
});

describe('a payload', () => {
    it('is indented when it is JSON and left alone when it is not', () => {
        expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
        expect(prettyJson('{"a":')).toBe('{"a":');
        expect(prettyJson('42')).toBe('42');
        expect(prettyJson({ a: 1 })).toBe('{\n  "a": 1\n}');
    });
});

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

it('a line of the map leaves to the right and arrives from the left', () => {
    expect(wirePath({ x: 0, y: 10 }, { x: 100, y: 50 })).toBe('M0 10 C50 10 50 50 100 50');
});
