// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { changesOf } from './rules';

it('only what is different is sent', () => {
    const before = { personalTokens: true, auditDays: 0, patCreation: 'everyone' } as const;
    expect(changesOf(before, { ...before })).toEqual({});
    expect(changesOf(before, { ...before, auditDays: 365 })).toEqual({ auditDays: 365 });
});
