// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { drawn, groupsOf, hasLines, isWanted, outsideOf } from './drawn';
import { configOf, errorsOf, valuesOf, type Field } from './values';

const base = { required: false, secret: false };
const fields: Field[] = [
    { ...base, name: 'host', type: 'string', section: 'Connection' },
    { ...base, name: 'useSSH', type: 'boolean' },
    { ...base, name: 'sshHost', type: 'string', required: true, when: 'useSSH=true' },
    { ...base, name: 'old', type: 'any', unlisted: true },
    {
        ...base,
        name: 'connectionMode',
        type: 'choice',
        variant: true,
        choices: ['cloud', 'device', 'hybrid'],
        section: 'Mode',
    },
];
const definition = { fields, modes: { cloud: true, device: ['web' as const], hybrid: [] } };

describe('the inputs of a definition', () => {
    it('are one for each kind of source where values differ', () => {
        const inputs = drawn(definition, {});
        expect(inputs.map(({ name }) => name)).toEqual([
            'host',
            'useSSH',
            'sshHost',
            'connectionMode.web',
        ]);
        expect(inputs[3]?.choices).toEqual(['cloud', 'device']);
        expect(groupsOf(inputs).map(({ title }) => title)).toEqual(['Connection', 'Mode']);
    });

    it('make the stored config again, with what is outside of the form', () => {
        const stored = {
            host: 'a',
            connectionMode: { web: 'device', ios: 'cloud' },
            old: 1,
            strange: [2],
        };
        const inputs = drawn(definition, stored);
        const { config, errors } = configOf(inputs, valuesOf(inputs, stored), 'edit');
        expect(errors).toEqual({});
        expect({ ...outsideOf(inputs, stored), ...config }).toEqual(stored);
    });

    it('are needed only when they matter', () => {
        const inputs = drawn(definition, {});
        const sshHost = inputs[2]!;
        expect(isWanted(sshHost, inputs, { useSSH: false })).toBe(false);
        expect(configOf(inputs, { useSSH: true }, 'create').errors).toEqual({
            sshHost: 'This is needed.',
        });
    });

    it('take a dynamic text in place of anything', () => {
        const stored = { useSSH: '{{ a || true }}' };
        const inputs = drawn(definition, stored);
        expect(configOf(inputs, valuesOf(inputs, stored), 'edit').config).toEqual(stored);
    });

    it('get the server’s errors at their kind of source', () => {
        const details = { 'config.connectionMode.web': 'no' };
        expect(errorsOf(drawn(definition, {}), details)).toEqual({
            'connectionMode.web': 'no',
        });
    });
});

describe('lists and values of any type', () => {
    it('come out as they went in', () => {
        const some: Field[] = [
            { ...base, name: 'map', type: 'list', columns: ['from', 'to'] },
            { ...base, name: 'traits', type: 'list', columns: ['trait'] },
            { ...base, name: 'number', type: 'any' },
            { ...base, name: 'text', type: 'any' },
        ];
        const stored = {
            map: [{ from: 'a', to: 'b' }],
            traits: [{ trait: 'x' }],
            number: 3,
            text: '3',
        };
        expect(configOf(some, valuesOf(some, stored), 'edit').config).toEqual(stored);
    });

    it('have lines where a key is expected, not where a token is', () => {
        const secret: Field = { ...base, name: 'key', type: 'secret' };
        expect(hasLines({ ...secret, maxLength: 16384 })).toBe(true);
        expect(hasLines({ ...secret, maxLength: 8192 })).toBe(false);
        expect(hasLines(secret)).toBe(false);
    });
});
