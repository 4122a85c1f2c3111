// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { strengthOf } from './strength';
import { linkTokenOf } from './linkToken';

describe('the setup link', () => {
    it.each([
        ['?token=abc', ''],
        ['', '#abc'],
        ['', '#token=abc'],
    ])('gives its token: %s%s', (search, hash) => {
        expect(linkTokenOf(search, hash)).toBe('abc');
    });

    it('without a token gives none', () => {
        expect(linkTokenOf('', '')).toBe('');
    });
});

describe('the hint about a password', () => {
    it('counts what is missing in characters, not in code units', () => {
        expect(strengthOf('🔑'.repeat(14))).toMatchObject({
            isLongEnough: false,
            label: '1 more character',
        });
    });

    it('warns of a long but easy one', () => {
        expect(strengthOf('aaaaaaaaaaaaaaaaaaaa').label).toContain('easy');
        expect(strengthOf('abcdefabcdefabcdefabcdef').label).toContain('easy');
    });

    it('likes several words', () => {
        expect(strengthOf('correct horse battery staple')).toEqual({
            percent: 100,
            label: 'Strong',
            isLongEnough: true,
        });
    });
});
