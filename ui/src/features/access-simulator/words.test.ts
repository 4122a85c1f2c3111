// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { questionsOf } from './queries';
import { labelOf, sentenceOf } from './words';

it('rights and rules are told in words', () => {
    expect(labelOf('manageTokens')).toBe('Manage tokens');
    expect(labelOf('sources.edit')).toBe('Event Stream Sources: Edit');
    const decision = { right: 'sources.edit', allowed: true, required: null };
    expect(
        sentenceOf({
            ...decision,
            rule: "a group's policy gives the permission",
            origin: { kind: 'group', id: 'g', name: 'Analysts' },
        }),
    ).toBe("A group's policy gives the permission (the group Analysts).");
    expect(sentenceOf({ ...decision, rule: 'no', origin: null })).toBe('No.');
});

it('connecting is asked about when both ends are known', () => {
    expect(questionsOf('', '')).toEqual([]);
    expect(questionsOf('s', '').map(({ right }) => right)).not.toContain('connections.connect');
    expect(questionsOf('s', 'd')).toContainEqual({
        right: 'connections.connect',
        resourceIds: ['s', 'd'],
    });
});
