// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { snippetIdOf, snippetsOf } from './snippets';

const facts = { writeKey: '2wk', dataPlaneUrl: 'https://events.example.org' };

it('every snippet has write key and data plane URL filled in', () => {
    for (const { code } of [...snippetsOf(facts), ...snippetsOf(facts, 'webhook')]) {
        expect(code).toContain('2wk');
        expect(code).toContain('https://events.example.org');
    }
});

it('the browser SDK asks this server for its configuration', () => {
    const browser = snippetsOf(facts).find(({ id }) => id === 'javascript');
    expect(browser?.code).toContain('configUrl: "https://events.example.org"');
});

it('values cannot break out of their quotes', () => {
    const [, , python, curl] = snippetsOf({ ...facts, dataPlaneUrl: `https://a'"b` });
    expect(curl?.code).toContain(`'https://a'\\''"b/v1/track'`);
    expect(python?.code).toContain(`"https://a'\\"b"`);
});

it('a service that sends webhooks is told where to', () => {
    expect(snippetsOf(facts, 'webhook').map(({ url }) => url)).toEqual([
        'https://events.example.org/v1/webhook?writeKey=2wk',
    ]);
});

it('a kind of source without a snippet of its own gets curl', () => {
    expect(snippetIdOf('node')).toBe('node');
    expect(snippetIdOf('http')).toBe('curl');
});
