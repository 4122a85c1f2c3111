// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { userIdsOf } from './userIds';

it('takes an id from each line, and each once', () => {
    expect(userIdsOf(' ada \r\n\nbob b\nada\n')).toEqual(['ada', 'bob b']);
    expect(userIdsOf(' \n ')).toEqual([]);
});
