// SPDX-License-Identifier: Apache-2.0
// From a field table and a stored configuration to what a form holds, and back.

import type { FormField } from '@/api/schema';
import { belongsTo, isWanted, storedOf } from './drawn';

export type Field = FormField;

// `to` is undefined while a stored secret value is left as it is.
export interface Pair {
    from: string;
    to: string | undefined;
}

export type FieldValue = string | boolean | Pair[] | null; // null: remove a stored secret
export type Values = Record<string, FieldValue>;
export type Errors = Record<string, string>; // by path: "webhookUrl", "headers.0.to"
type Config = Record<string, unknown>;

function textOf(value: unknown): string {
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
}

function pairsOf(value: unknown, isSecret: boolean): Pair[] {
    if (!Array.isArray(value)) return [];
    return value.map((item: { from?: unknown; to?: unknown }) => ({
        from: textOf(item.from),
        to: isSecret || item.to === undefined ? undefined : textOf(item.to),
    }));
}

// A list of names and values is edited row by row, everything else as JSON.
function rowsOf(field: Field, stored: unknown): FieldValue {
    const isPairs =
        field.columns?.length === 2 && 'from to' === [...field.columns].sort().join(' ');
    const rows = stored === undefined || stored === null ? [] : stored;
    const isPlain =
        Array.isArray(rows) &&
        rows.every(
            (row: unknown) =>
                typeof row === 'object' &&
                row !== null &&
                Object.entries(row).every(
                    ([key, cell]) => ['from', 'to'].includes(key) && typeof cell === 'string',
                ),
        );
    if (isPairs && isPlain) return pairsOf(rows, false);
    return stored === undefined || stored === null ? '' : JSON.stringify(stored, null, 2);
}

// A text that would be read as JSON stands in quotes.
function anyText(stored: unknown): string {
    if (stored === undefined || stored === null) return '';
    if (typeof stored !== 'string') return JSON.stringify(stored, null, 2);
    return anyOf(stored) === stored ? stored : JSON.stringify(stored);
}

function valueOf(field: Field, stored: unknown): FieldValue {
    switch (field.type) {
        case 'list':
            return rowsOf(field, stored);
        case 'any':
            return anyText(stored);
        case 'secret':
            return ''; // never shown again, not even to those who may read it
        case 'boolean':
            return stored === true || stored === 'true';
        case 'pairs':
            return pairsOf(stored, field.secret === true);
        case 'object':
            return stored === undefined || stored === null
                ? ''
                : JSON.stringify(stored, null, 2);
        default:
            return textOf(stored);
    }
}

// What the form starts with. config: the stored one, {} for a new destination.
export function valuesOf(fields: readonly Field[], config: Config): Values {
    return Object.fromEntries(
        fields.map((field) => [
            field.name,
            valueOf(field, storedOf(config, field.name) ?? field.default),
        ]),
    );
}

const OMIT = Symbol('omit');

function intOf(text: string): number {
    if (!/^-?\d+$/.test(text)) throw new Error('Enter a whole number.');
    return Number(text);
}

function jsonOf(text: string): unknown {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        throw new Error('This is not valid JSON.');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new Error('Enter a JSON object: { … }.');
    return value;
}

function anyOf(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return text;
    }
}

function listOf(text: string): unknown {
    const value = anyOf(text);
    if (!Array.isArray(value)) throw new Error('Enter a JSON list: [ … ].');
    return value;
}

function writtenPairs(pairs: readonly Pair[]): unknown {
    return pairs
        .filter((pair) => pair.from !== '' || (pair.to ?? '') !== '')
        .map((pair) => (pair.to === undefined ? { from: pair.from } : { ...pair }));
}

function written(field: Field, value: FieldValue): unknown {
    if (typeof value === 'boolean') {
        const isSaid = value || field.required || field.default !== undefined;
        return isSaid ? value : OMIT; // absent is false
    }
    if (value === null) return '';
    if (typeof value !== 'string') return writtenPairs(value);
    const text = field.type === 'string' || field.type === 'secret' ? value : value.trim();
    if (text === '') return OMIT;
    if (field.type === 'integer') return intOf(text);
    if (field.type === 'list') return listOf(text);
    if (field.type === 'any') return anyOf(text);
    return field.type === 'object' ? jsonOf(text) : text;
}

function isMissing(value: unknown): boolean {
    return value === OMIT || (Array.isArray(value) && value.length === 0);
}

function put(config: Config, name: string, value: unknown) {
    const [base = '', kind] = name.split('.');
    if (kind === undefined) config[base] = value;
    else config[base] = { ...(config[base] as Config | undefined), [kind]: value };
}

// The configuration to send. Only what the browser can know is checked here; everything else is
// the server's to say. Secrets left empty are left out, which keeps the stored ones.
export function configOf(
    fields: readonly Field[],
    values: Values,
    mode: 'create' | 'edit',
): { config: Config; errors: Errors } {
    const config: Config = {};
    const errors: Errors = {};
    for (const field of fields) {
        try {
            const held = values[field.name];
            const value = written(field, held === undefined ? '' : held);
            const isKept = mode === 'edit' && field.type === 'secret';
            const isNeeded = field.required && isWanted(field, fields, values);
            if (isNeeded && isMissing(value) && !isKept) errors[field.name] = 'This is needed.';
            if (value !== OMIT) put(config, field.name, value);
        } catch (error) {
            errors[field.name] = (error as Error).message;
        }
    }
    return { config, errors };
}

// The server's details name fields as "config.webhookUrl"; those that belong to no field of the
// form are put under ''.
export function errorsOf(
    fields: readonly Field[],
    details: Readonly<Record<string, string>>,
): Errors {
    const errors: Errors = {};
    for (const [path, text] of Object.entries(details)) {
        const own = path.replace(/^config\./, '');
        const isKnown = fields.some((field) => belongsTo(field, own));
        if (isKnown) errors[own] = text;
        else errors[''] = errors[''] ? `${errors['']} ${text}` : text;
    }
    return errors;
}

// What a form holds when somebody else saved meanwhile: what was typed since `start`, and theirs
// for everything else.
export function mergedValues(start: Values, typed: Values, theirs: Values): Values {
    const isTyped = (name: string) =>
        JSON.stringify(typed[name]) !== JSON.stringify(start[name]);
    const kept = Object.entries(typed).filter(([name]) => isTyped(name));
    return { ...theirs, ...Object.fromEntries(kept) };
}

// For a new destination that begins with another one's settings: it has no stored secrets, so
// they are empty instead of kept.
export function withoutStored(values: Values): Values {
    const emptied = (value: FieldValue): FieldValue =>
        Array.isArray(value) ? value.map((pair) => ({ ...pair, to: pair.to ?? '' })) : value;
    return Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, emptied(value)]),
    );
}
