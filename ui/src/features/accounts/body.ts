// SPDX-License-Identifier: Apache-2.0
// What the form of an account holds, and what is sent of it. Accounts with a definition have an
// input for each option and secret, others one for all options and pairs of secrets.
import type { Account, AccountDefinition, AccountUpdate, FormField } from '@/api/schema';
import { outsideOf } from '@/components/form/drawn';
import {
    configOf,
    errorsOf,
    valuesOf,
    type Errors,
    type Values,
} from '@/components/form/values';

const undefinedFields: FormField[] = [
    {
        name: 'options',
        type: 'object',
        title: 'Options',
        doc: 'What is no secret, as JSON: {"host": "db.example.com", "port": "5432"}',
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

type Body = Pick<AccountUpdate, 'options' | 'secret'>;

// isStored: there is an account, whose secrets stay while none is written.
export function fieldsOf(definition: AccountDefinition | undefined, isStored: boolean) {
    if (!definition) return undefinedFields;
    const secrets = definition.secrets.map((field) =>
        isStored
            ? { ...field, required: false, placeholder: 'Leave empty to keep what is stored' }
            : field,
    );
    return [...definition.options, ...secrets];
}

export function startOf(definition: AccountDefinition | undefined, account?: Account): Values {
    const options = account?.options ?? {};
    return valuesOf(fieldsOf(definition, false), definition ? options : { options });
}

function undefinedBody(values: Values): { body: Body; errors: Errors } {
    const { config, errors } = configOf(undefinedFields, values, 'create');
    const pairs = (config.secret ?? []) as { from: string; to: string }[];
    const secret = Object.fromEntries(pairs.map(({ from, to }) => [from, to]));
    const options = (config.options ?? {}) as Record<string, unknown>;
    return { body: { options, ...(pairs.length > 0 && { secret }) }, errors };
}

// Secrets are one thing: none written keeps what is stored, any written replace all of it.
// Options that the definition does not know stay.
export function bodyOf(
    definition: AccountDefinition | undefined,
    values: Values,
    account?: Account,
): { body: Body; errors: Errors } {
    if (!definition) return undefinedBody(values);
    const fields = fieldsOf(definition, account !== undefined);
    const { config, errors } = configOf(fields, values, 'create');
    const names = new Set(definition.secrets.map(({ name }) => name));
    const entries = Object.entries(config);
    const secrets = entries.filter(([name]) => names.has(name));
    return {
        body: {
            options: {
                ...outsideOf(definition.options, account?.options ?? {}),
                ...Object.fromEntries(entries.filter(([name]) => !names.has(name))),
            },
            ...(secrets.length > 0 && { secret: Object.fromEntries(secrets) }),
        },
        errors,
    };
}

// The server names them as "options.host".
export function errorsAt(
    definition: AccountDefinition | undefined,
    details: Readonly<Record<string, string>>,
): Errors {
    const own = ([path, text]: [string, string]) =>
        [definition ? path.replace(/^(options|secret)\./, '') : path, text] as const;
    return errorsOf(
        fieldsOf(definition, false),
        Object.fromEntries(Object.entries(details).map(own)),
    );
}
