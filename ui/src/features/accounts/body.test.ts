// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { Account, AccountDefinition } from '@/api/schema';
import { bodyOf, errorsAt, startOf } from './body';

const text = { type: 'string', secret: false } as const;
const postgres: AccountDefinition = {
    name: 'SOURCE_POSTGRES',
    title: 'PostgreSQL',
    options: [
        { ...text, name: 'host', required: true },
        { ...text, name: 'port', required: false },
    ],
    secrets: [{ name: 'password', type: 'secret', secret: true, required: true }],
};
const account = { options: { host: 'db', region: 'eu' } } as unknown as Account;

it('sends options as they are written and secrets by name', () => {
    const values = { options: '{"port": 5432}', secret: [{ from: 'password', to: 'p' }] };
    expect(bodyOf(undefined, values)).toEqual({
        body: { options: { port: 5432 }, secret: { password: 'p' } },
        errors: {},
    });
});

it('leaves secrets out when none is written, which keeps the stored ones', () => {
    expect(bodyOf(undefined, { options: '', secret: [] }).body).toEqual({ options: {} });
    expect(bodyOf(undefined, { options: '', secret: [{ from: '', to: '' }] }).body).toEqual({
        options: {},
    });
    expect(bodyOf(postgres, { host: 'db', password: '' }, account).body.secret).toBe(undefined);
});

it('says where options are no JSON object', () => {
    const { errors } = bodyOf(undefined, { options: 'host=db', secret: [] });
    expect(Object.keys(errors)).toEqual(['options']);
});

it('divides what the definition knows into options and secrets', () => {
    const { body, errors } = bodyOf(postgres, { host: 'db', port: '', password: 'p' });
    expect([body, errors]).toEqual([
        { options: { host: 'db' }, secret: { password: 'p' } },
        {},
    ]);
});

it('wants what the definition needs, secrets only of a new account', () => {
    expect(Object.keys(bodyOf(postgres, {}).errors)).toEqual(['host', 'password']);
    expect(Object.keys(bodyOf(postgres, {}, account).errors)).toEqual(['host']);
});

it('keeps options that the definition does not know', () => {
    const values = { ...startOf(postgres, account), port: '1' };
    expect(bodyOf(postgres, values, account).body.options).toEqual({
        region: 'eu',
        host: 'db',
        port: '1',
    });
});

it('shows an error of the server where it belongs', () => {
    expect(errorsAt(postgres, { 'options.host': 'is needed', name: 'is taken' })).toEqual({
        host: 'is needed',
        '': 'is taken',
    });
});
