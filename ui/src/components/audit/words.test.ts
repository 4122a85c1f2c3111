// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { actionsOf, cursorOf, typeLabel, wordsOf } from './words';

it('words on the wire become words for people', () => {
    expect(wordsOf('connected_source')).toBe('Connected source');
    expect(typeLabel('service_access_token')).toBe('Service Access Token');
    expect(typeLabel('sql_model')).toBe('Sql model');
});

it('a type offers its own actions, no type all of them once', () => {
    expect(actionsOf('user_invitation')).toEqual(['created', 'deleted']);
    expect(actionsOf('').filter((name) => name === 'created')).toHaveLength(1);
    expect(actionsOf('')).toContain('restored');
});

it('the next page goes on behind the cursor of its address', () => {
    expect(cursorOf('/v2/audit-logs?per_page=50&after_cursor=2a%2B')).toBe('2a+');
    expect(cursorOf('/v2/audit-logs')).toBeUndefined();
    expect(cursorOf(undefined)).toBeUndefined();
});
