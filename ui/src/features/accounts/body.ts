// SPDX-License-Identifier: Apache-2.0
// What the form of an account holds, and what is sent of it.
import type { AccountUpdate, FormField } from '@/api/schema';
import { configOf, type Errors, type Values } from '@/components/form/values';

export const accountFields: FormField[] = [
    {
        name: 'options',
        type: 'object',
        title: 'Options',
        doc: 'What is no secret, as JSON: {"host": "db.example.com", "port": 5432}',
        required: false,
        secret: false,
    },
    {
        name: 'secret',
        type: 'pairs',
        secret: true,
        title: 'Secrets',
        doc: 'Kept sealed and never shown again, for example password',
        required: false,
    },
];

// Secrets are one thing: none written keeps what is stored, any written replace all of it.
export function bodyOf(values: Values): {
    body: Pick<AccountUpdate, 'options' | 'secret'>;
    errors: Errors;
} {
    const { config, errors } = configOf(accountFields, values, 'create');
    const pairs = (config.secret ?? []) as { from: string; to: string }[];
    const secret = Object.fromEntries(pairs.map(({ from, to }) => [from, to]));
    return {
        body: {
            options: (config.options ?? {}) as Record<string, unknown>,
            ...(pairs.length > 0 && { secret }),
        },
        errors,
    };
}
