// SPDX-License-Identifier: Apache-2.0
// Which inputs a definition's settings make for one destination: settings that differ by kind
// of source become one input per kind, those that are not for forms are left out.

import type { DestinationDefinitionDetails, SourceKind } from '@/api/schema';
import type { Field, Values } from './values';

type Config = Record<string, unknown>;
type Definition = Pick<DestinationDefinitionDetails, 'fields' | 'modes'>;

export function isDynamic(value: unknown): value is string {
    return typeof value === 'string' && /^\s*\{\{.*\|\|.*\}\}\s*$/s.test(value);
}

function isObject(value: unknown): value is Config {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// "connectionMode.web" is a member of a member.
export function storedOf(config: Config, name: string): unknown {
    const [base = '', kind] = name.split('.');
    const value = config[base];
    return kind === undefined ? value : isObject(value) ? value[kind] : undefined;
}

function kindsOf({ modes }: Definition): SourceKind[] {
    return [...new Set([...modes.device, ...modes.hybrid])];
}

function forKind(field: Field, kind: SourceKind, { modes }: Definition): Field {
    const one: Field = { ...field, name: `${field.name}.${kind}`, variant: false };
    one.title = `${field.title ?? field.name} (${kind})`;
    if (field.name === 'connectionMode')
        one.choices = [
            ...(modes.cloud ? ['cloud'] : []),
            ...(modes.device.includes(kind) ? ['device'] : []),
            ...(modes.hybrid.includes(kind) ? ['hybrid'] : []),
        ];
    return one;
}

function inputsOf(field: Field, definition: Definition, config: Config): Field[] {
    const held = config[field.name];
    if (field.unlisted) return [];
    if (isDynamic(held)) return [{ ...field, type: 'string', choices: undefined }];
    if (!field.variant || (held !== undefined && held !== null && !isObject(held)))
        return [field];
    const kinds = new Set([...kindsOf(definition), ...Object.keys(held ?? {})]);
    return [...kinds].map((kind) => forKind(field, kind as SourceKind, definition));
}

export function drawn(definition: Definition, config: Config): Field[] {
    let section: string | undefined;
    return definition.fields.flatMap((field) => {
        section = field.section ?? section;
        return inputsOf(field, definition, config).map((one) => ({ ...one, section }));
    });
}

// Whether an input matters now, by its `when`.
export function isWanted(field: Field, fields: readonly Field[], values: Values): boolean {
    if (!field.when) return true;
    const [name = '', wanted] = field.when.split('=');
    const kind = field.name.split('.')[1];
    const other =
        fields.find((one) => one.name === `${name}.${kind}`) ??
        fields.find((one) => one.name === name);
    return !other || String(values[other.name] ?? '') === wanted;
}

const LONGEST_LINE = 8192; // bytes; what may be longer is a key, a certificate, a file of them

// Whether a text has lines, which an input of one line would take out.
export function hasLines({ maxLength }: Field): boolean {
    return (maxLength ?? 0) > LONGEST_LINE;
}

export interface FieldGroup {
    title: string;
    fields: Field[];
}

export function groupsOf(fields: readonly Field[]): FieldGroup[] {
    const groups: FieldGroup[] = [];
    for (const field of fields) {
        const title = field.section ?? '';
        const last = groups.find((group) => group.title === title);
        if (last) last.fields.push(field);
        else groups.push({ title, fields: [field] });
    }
    return groups;
}

export const belongsTo = (field: Field, path: string) =>
    path === field.name || path.startsWith(`${field.name}.`);

// What is stored and not in the form: it stays as it is.
export function outsideOf(fields: readonly Field[], config: Config): Config {
    const names = new Set(fields.map(({ name }) => name.split('.')[0]));
    return Object.fromEntries(Object.entries(config).filter(([key]) => !names.has(key)));
}
