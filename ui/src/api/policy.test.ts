// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
    covers,
    everything,
    extentOf,
    fullPolicy,
    grantOf,
    inheritedOf,
    isEmptyPolicy,
    isSamePolicy,
    missingRight,
    portable,
    rightLabel,
    shows,
    withGrant,
    withId,
    withPii,
    within,
} from './policy';

describe('a policy', () => {
    it('keeps no trace of what is taken back', () => {
        const given = withPii(
            withGrant({}, 'sources', 'edit', everything),
            'tableLiveEvents',
            true,
        );
        expect(isEmptyPolicy(given)).toBe(false);
        const back = withPii(withGrant(given, 'sources', 'edit', {}), 'tableLiveEvents', false);
        expect(back).toEqual({ resources: {}, pii: {} });
        expect(isEmptyPolicy(back)).toBe(true);
    });

    it('leaves the other grants alone', () => {
        const edit = withGrant({}, 'sources', 'edit', { ids: ['a'] });
        const both = withGrant(edit, 'sources', 'connect', everything);
        expect(both.resources).toEqual({
            sources: { edit: { ids: ['a'] }, connect: everything },
        });
        expect(edit.resources).toEqual({ sources: { edit: { ids: ['a'] } } });
    });

    it('is the same in any order', () => {
        const a = withGrant({}, 'sources', 'edit', { ids: ['a', 'b'] });
        const b = withGrant({}, 'sources', 'edit', { ids: ['b', 'a'] });
        expect(isSamePolicy(a, { ...b, pii: {} })).toBe(true);
        expect(isSamePolicy(a, withGrant(b, 'sources', 'edit', everything))).toBe(false);
        expect(isSamePolicy(a, withPii(b, 'tableLiveEvents', true))).toBe(false);
    });
});

describe('a grant', () => {
    it('of everything, less one, is the others by name', () => {
        expect(withId(everything, 'b', false, ['a', 'b', 'c'])).toEqual({ ids: ['a', 'c'] });
    });

    it('covers what it names, or all', () => {
        expect(covers({ ids: ['a'] }, 'a')).toBe(true);
        expect(covers({ ids: ['a'] }, 'b')).toBe(false);
        expect(covers(everything, 'b')).toBe(true);
        expect([{}, { ids: [] }, { ids: ['a'] }, everything].map(extentOf)).toEqual([
            'none',
            'none',
            'some',
            'all',
        ]);
    });
});

it('an effective policy is taken apart by origin, without the own part', () => {
    const inherited = inheritedOf({
        memberId: 'm',
        workspaceId: 'w',
        isAdmin: false,
        policy: {},
        rights: [
            {
                right: 'destinations.edit',
                all: false,
                ids: ['d', 'e'],
                from: [
                    { kind: 'group', id: 'g', name: 'Analysts', all: false, ids: ['d'] },
                    { kind: 'member', all: false, ids: ['e'] },
                ],
            },
            {
                right: 'pii.sourceLiveEvents',
                all: true,
                ids: [],
                from: [{ kind: 'baseline', all: true, ids: [] }],
            },
        ],
    });
    expect(inherited.map(({ from }) => from)).toEqual([
        'the group Analysts',
        'the baseline policy',
    ]);
    const [group, baseline] = inherited.map(({ policy }) => policy);
    expect(grantOf(group ?? {}, 'destinations', 'edit')).toEqual({ ids: ['d'] });
    expect(shows(baseline ?? {}, 'sourceLiveEvents')).toBe(true);
});

it.each([
    ['destinations.edit', 'Destinations: Edit'],
    ['sources.createDelete', 'Event Stream Sources: Create & Delete'],
    ['pii.sourceLiveEvents', 'Event Stream Source Live Events'],
    ['something.new', 'something.new'],
])('%s is called %s', (right, label) => {
    expect(rightLabel(right)).toBe(label);
});

describe('what is missing', () => {
    const given = (right: string, ids?: string[]) => ({
        right,
        all: !ids,
        ids: ids ?? [],
        from: [],
    });
    const policy = {
        memberId: 'm',
        workspaceId: 'w',
        isAdmin: false,
        policy: {},
        rights: [
            given('sources.edit'),
            given('sources.connect', ['s']),
            given('destinations.edit', ['d']),
            given('destinations.connect'),
        ],
    };
    it('is the right that is given nowhere, or not on this one', () => {
        expect(missingRight(policy, 'sources.edit', ['s'])).toBeUndefined();
        expect(missingRight(policy, 'destinations.edit', ['e'])).toBe('destinations.edit');
        expect(missingRight(policy, 'destinations.edit')).toBe('destinations.edit');
        expect(missingRight(policy, 'organization')).toBe('organization');
    });
    it('connecting takes Edit and Connect on both ends', () => {
        expect(missingRight(policy, 'connections.connect', ['s', 'd'])).toBeUndefined();
        expect(missingRight(policy, 'connections.connect', ['t', 'd'])).toBe('sources.connect');
        expect(missingRight(policy, 'connections.connect', ['s', 'e'])).toBe(
            'destinations.edit',
        );
    });
    it('is nothing for Admins', () => {
        expect(missingRight({ ...policy, isAdmin: true }, 'organization')).toBeUndefined();
    });
});

it('under another, a grant keeps what both give', () => {
    expect(within({ ids: ['a'] }, everything)).toEqual({ ids: ['a'] });
    expect(within(everything, { ids: ['a'] })).toEqual({ ids: ['a'] });
    expect(within({ ids: ['a', 'b'] }, { ids: ['b', 'c'] })).toEqual({ ids: ['b'] });
    expect(extentOf(within(everything, {}))).toBe('none');
});

it('the full policy has each right of the table', () => {
    const full = fullPolicy();
    expect(grantOf(full, 'sources', 'createDelete')).toEqual(everything);
    expect(extentOf(grantOf(full, 'credentials', 'connect'))).toBe('none');
    expect(shows(full, 'trackingPlanViolations')).toBe(true);
});

it('to another workspace goes what names no single resource', () => {
    const policy = withPii(
        withGrant(withGrant({}, 'sources', 'edit', everything), 'destinations', 'edit', {
            ids: ['d'],
        }),
        'tableLiveEvents',
        true,
    );
    const { policy: copy, left } = portable(policy);
    expect(grantOf(copy, 'sources', 'edit')).toEqual(everything);
    expect(extentOf(grantOf(copy, 'destinations', 'edit'))).toBe('none');
    expect(shows(copy, 'tableLiveEvents')).toBe(true);
    expect(left).toBe(1);
});
