// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { LIVE_MAX, liveReduce, liveStart, type LiveAction, type LiveState } from './live';

const event = (name: string): LiveAction => ({
    type: 'event',
    event: { at: '2026-01-01T00:00:00.000Z', kind: 'received', sourceId: 's', name },
});
const run = (actions: LiveAction[], from: LiveState = liveStart) =>
    actions.reduce(liveReduce, from);
const names = (state: LiveState) => state.shown.map(({ name }) => name);

it('shows the newest first', () => {
    expect(names(run([{ type: 'opened' }, event('a'), event('b')]))).toEqual(['b', 'a']);
});

it('holds still while paused and catches up', () => {
    const paused = run([event('a'), { type: 'pause' }, event('b'), event('c')]);
    expect(names(paused)).toEqual(['a']);
    expect(paused.waiting).toHaveLength(2);
    expect(names(run([{ type: 'resume' }], paused))).toEqual(['c', 'b', 'a']);
});

it('does not show twice what the server sends again after a break', () => {
    const broken = run([{ type: 'opened' }, event('a'), { type: 'lost' }]);
    expect(broken.status).toBe('lost');
    expect(names(run([{ type: 'opened' }, event('a'), event('b')], broken))).toEqual([
        'b',
        'a',
    ]);
});

it('does not show it twice after a break while paused either', () => {
    const again: LiveAction[] = [
        { type: 'opened' },
        event('a'),
        event('b'),
        { type: 'resume' },
    ];
    expect(names(run([{ type: 'opened' }, event('a'), { type: 'pause' }, ...again]))).toEqual([
        'b',
        'a',
    ]);
});

it('keeps no more than it can show', () => {
    const many = Array.from({ length: LIVE_MAX + 5 }, (_, at) => event(String(at)));
    const state = run(many);
    expect(state.shown).toHaveLength(LIVE_MAX);
    expect(names(state)[0]).toBe(String(LIVE_MAX + 4));
    expect(new Set(state.shown.map(({ key }) => key)).size).toBe(LIVE_MAX);
});
