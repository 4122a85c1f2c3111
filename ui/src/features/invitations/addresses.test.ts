// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { addressesOf, isAddress } from './addresses';

it('addresses are taken out of what people paste, each once', () => {
    expect(addressesOf('a@x.de, b@x.de;\nAda L <c@x.de>\n a@x.de d@x.de')).toEqual([
        'a@x.de',
        'b@x.de',
        'c@x.de',
        'd@x.de',
    ]);
    expect(addressesOf('  ,')).toEqual([]);
});

it.each([
    ['ada@example.org', true],
    ['ada', false],
    ['@example.org', false],
    ['ada@', false],
])('%s is an address: %s', (text, expected) => {
    expect(isAddress(text)).toBe(expected);
});
