// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { nextOf, samePage, signInPath, workspacePaths } from './paths';
import { readAll } from './resources';

describe('the way back after signing in', () => {
    it('is the page that was asked for', () => {
        const path = '/w/2x/sources/2y/setup?language=python';
        expect(nextOf(signInPath(path).split('?').slice(1).join('?'))).toBe(path);
    });

    it.each([
        'https://evil.example',
        '//evil.example',
        '/\\evil.example',
        'javascript:alert(1)',
        '',
    ])('never leads elsewhere: %s', (next) => {
        expect(nextOf(`next=${encodeURIComponent(next)}`)).toBe('/');
    });

    it('is not the sign-in page itself', () => {
        expect(nextOf('next=/signin%3Fnext=/')).toBe('/');
    });
});

it('the id of source and workspace stand in the address', () => {
    expect(workspacePaths('2w').source('2s')).toBe('/w/2w/sources/2s/overview');
});

it('a list is read to its last page', async () => {
    const pages = [['a', 'b'], ['c']];
    const items = await readAll(
        (page) =>
            Promise.resolve({
                list: pages[page - 1] ?? [],
                paging: { total: 3, ...(page < pages.length && { next: `?page=${page + 1}` }) },
            }),
        (reply) => reply.list,
    );
    expect(items).toEqual(['a', 'b', 'c']);
});

it('stays on the same page in another workspace, but not on what belongs to one', () => {
    expect(samePage('/w/a/settings/workspace/credentials', 'b')).toBe(
        '/w/b/settings/workspace/credentials',
    );
    expect(samePage('/w/a/destinations/new', 'b')).toBe('/w/b/destinations/new');
    expect(samePage('/w/a/sources/s1/settings', 'b')).toBe('/w/b/sources');
    expect(samePage('/w/a', 'b')).toBe('/w/b/connections');
});
