// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { fieldWords, valueWords, whoOf } from './revisionWords';

const revision = {
    revision: 1,
    name: 'hook',
    enabled: true,
    version: 1,
    config: {},
    createdAt: '2026-01-01T00:00:00.000Z',
    actorType: 'user',
    actorId: 'u1',
    actorName: 'ada@example.com',
};

it('names who made a revision as well as it can', () => {
    expect(whoOf(revision)).toBe('ada@example.com');
    expect(whoOf({ ...revision, actorName: '' })).toBe('u1');
    expect(whoOf({ ...revision, actorName: '', actorId: '' })).toBe('Somebody');
});

it('calls settings what the form calls them', () => {
    const settings = [{ name: 'webhookUrl', title: 'Webhook URL' }, { name: 'plain' }];
    expect(fieldWords('config.webhookUrl', settings)).toBe('Webhook URL');
    expect(fieldWords('config.plain', settings)).toBe('plain');
    expect(fieldWords('config.unknown', settings)).toBe('unknown');
    expect(fieldWords('enabled', settings)).toBe('Enabled');
});

it('tells what is not set from what is empty', () => {
    expect(valueWords(undefined)).toBe('not set');
    expect(valueWords('')).toBe('empty');
    expect(valueWords(false)).toBe('off');
    expect(valueWords(['a'])).toBe('["a"]');
    expect(valueWords(['a'.repeat(80)])).toContain('\n');
});
