// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { groupsOf, initialsOf } from './definitionGroups';

it('the catalogue begins with what most people look for', () => {
    const items = [
        { title: 'Adjust', category: 'Webhook' },
        { title: 'Node.js', category: 'Server' },
        { title: 'Go', category: 'Server' },
        { title: 'JavaScript', category: 'Web' },
        { title: 'Chat', category: 'Business' },
    ];
    expect(groupsOf(items).map(({ category }) => category)).toEqual([
        'Web',
        'Server',
        'Business',
        'Webhook',
    ]);
    expect(groupsOf(items)[1]?.items.map(({ title }) => title)).toEqual(['Go', 'Node.js']);
});

it.each([
    ['Node.js', 'Nj'],
    ['JavaScript', 'JS'],
    ['Android (Java)', 'AJ'],
    ['Python', 'Py'],
    ['.NET', 'NE'],
    ['', '?'],
])('%s is marked %s', (title, initials) => {
    expect(initialsOf(title)).toBe(initials);
});
