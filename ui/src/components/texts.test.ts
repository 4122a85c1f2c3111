// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
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
