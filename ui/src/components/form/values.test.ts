// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
    configOf,
    errorsOf,
    mergedValues,
    valuesOf,
    withoutStored,
    type Field,
} from './values';

const url: Field = { name: 'webhookUrl', type: 'url', required: true, secret: false };
const method: Field = {
    name: 'method',
    type: 'choice',
    required: false,
    secret: false,
    default: 'POST',
    choices: ['POST', 'PUT'],
};
const headers: Field = { name: 'headers', type: 'pairs', required: false, secret: true };
const key: Field = { name: 'apiKey', type: 'secret', required: true, secret: true };
const tries: Field = {
    name: 'tries',
    type: 'integer',
    required: false,
    secret: false,
    default: 10,
};
const extra: Field = { name: 'extra', type: 'object', required: false, secret: false };
const isOn: Field = {
    name: 'isOn',
    type: 'boolean',
    required: false,
    secret: false,
    default: true,
};
const all = [url, method, headers, key, tries, extra, isOn];

describe('what a form starts with', () => {
    it('takes defaults where nothing is stored', () => {
        expect(valuesOf(all, {})).toEqual({
            webhookUrl: '',
            method: 'POST',
            headers: [],
            apiKey: '',
            tries: '10',
            extra: '',
            isOn: true,
        });
    });

    it('takes what is stored before the default', () => {
        const values = valuesOf([method, tries, isOn], {
            method: 'PUT',
            tries: 0,
            isOn: false,
        });
        expect(values).toEqual({ method: 'PUT', tries: '0', isOn: false });
    });

    it('never holds a stored secret, even if the caller may read it', () => {
        const stored = { apiKey: 'hidden', headers: [{ from: 'X-Key', to: 'hidden' }] };
        const values = valuesOf([key, headers], stored);
        expect(values).toEqual({ apiKey: '', headers: [{ from: 'X-Key', to: undefined }] });
        expect(JSON.stringify(values)).not.toContain('hidden');
    });
});

describe('what a form sends', () => {
    it('keeps secrets that were left alone by leaving them out', () => {
        const values = valuesOf([key, headers], { headers: [{ from: 'X-Key' }] });
        expect(configOf([key, headers], values, 'edit')).toEqual({
            config: { headers: [{ from: 'X-Key' }] },
            errors: {},
        });
    });

    it('asks for a secret when the destination is new', () => {
        expect(configOf([key], valuesOf([key], {}), 'create').errors).toEqual({
            apiKey: 'This is needed.',
        });
    });

    it('removes a stored secret on request', () => {
        expect(configOf([key], { apiKey: null }, 'edit').config).toEqual({ apiKey: '' });
    });

    it('turns texts into numbers and objects', () => {
        const values = { tries: ' 3 ', extra: '{"a": [1]}' };
        expect(configOf([tries, extra], values, 'create')).toEqual({
            config: { tries: 3, extra: { a: [1] } },
            errors: {},
        });
    });

    it('names the field whose text is no number and no object', () => {
        const { errors } = configOf([tries, extra], { tries: '3.5', extra: '[1]' }, 'create');
        expect(Object.keys(errors)).toEqual(['tries', 'extra']);
    });

    it('leaves out empty optional fields and empty rows', () => {
        const values = { method: '', headers: [{ from: '', to: '' }], tries: '' };
        expect(configOf([method, headers, tries], values, 'create').config).toEqual({
            headers: [],
        });
    });

    it('misses a required field that is blank', () => {
        expect(configOf([url], { webhookUrl: '  ' }, 'edit').errors).toEqual({
            webhookUrl: 'This is needed.',
        });
    });
});

describe("where the server's errors go", () => {
    it('puts each at its field', () => {
        const details = {
            'config.webhookUrl': 'must be https',
            'config.headers.0.to': 'too long',
        };
        expect(errorsOf(all, details)).toEqual({
            webhookUrl: 'must be https',
            'headers.0.to': 'too long',
        });
    });

    it('gathers what belongs to no field', () => {
        expect(errorsOf([url], { name: 'taken', body: 'bad' })).toEqual({ '': 'taken bad' });
    });
});

it('keeps what was typed and takes theirs for the rest', () => {
    const start = { url: 'a', method: 'POST', pairs: [{ from: 'x', to: 'y' }] };
    const typed = { ...start, url: 'mine' };
    const theirs = { url: 'b', method: 'PUT', pairs: [] };
    expect(mergedValues(start, typed, theirs)).toEqual({ ...theirs, url: 'mine' });
    expect(mergedValues(start, start, theirs)).toEqual(theirs);
});

it('begins a clone with empty secrets instead of kept ones', () => {
    const values = { url: 'a', headers: [{ from: 'X-Key', to: undefined }] };
    expect(withoutStored(values)).toEqual({ url: 'a', headers: [{ from: 'X-Key', to: '' }] });
});
