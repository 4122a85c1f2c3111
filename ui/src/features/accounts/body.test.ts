// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { bodyOf } from './body';

it('sends options as they are written and secrets by name', () => {
    const values = { options: '{"port": 5432}', secret: [{ from: 'password', to: 'p' }] };
    expect(bodyOf(values)).toEqual({
        body: { options: { port: 5432 }, secret: { password: 'p' } },
        errors: {},
    });
});

it('leaves secrets out when none is written, which keeps the stored ones', () => {
    expect(bodyOf({ options: '', secret: [] }).body).toEqual({ options: {} });
    expect(bodyOf({ options: '', secret: [{ from: '', to: '' }] }).body).toEqual({
        options: {},
    });
});

it('says where options are no JSON object', () => {
    expect(Object.keys(bodyOf({ options: 'host=db', secret: [] }).errors)).toEqual(['options']);
});
