// SPDX-License-Identifier: Apache-2.0
// A form drawn from a field table: one input per row, errors at the row they belong to. Long
// tables are divided into sections that open and close.
import { Accordion, Stack } from '@mantine/core';
import { useState } from 'react';
import { belongsTo, groupsOf, isWanted, type FieldGroup } from './drawn';
import { FieldInput } from './FieldInput';
import { PairsInput } from './PairsInput';
import type { Errors, Field, FieldValue, Values } from './values';

export type FormMode = 'create' | 'edit';

interface FieldFormProps {
    fields: readonly Field[];
    values: Values;
    errors: Errors;
    mode: FormMode;
    onChange: (values: Values) => void;
}

function Inputs({ fields, values, errors, mode, onChange }: FieldFormProps) {
    return (
        <Stack gap="lg">
            {fields.map((field) => {
                const held = values[field.name];
                const value = held === undefined ? '' : held; // null says: remove
                const set = (next: FieldValue) => onChange({ ...values, [field.name]: next });
                return Array.isArray(value) ? (
                    <PairsInput
                        key={field.name}
                        field={field}
                        pairs={value}
                        errors={errors}
                        onChange={set}
                    />
                ) : (
                    <FieldInput
                        key={field.name}
                        field={field}
                        value={value}
                        error={errors[field.name]}
                        mode={mode}
                        onChange={set}
                    />
                );
            })}
        </Stack>
    );
}

const hasError = (group: FieldGroup, errors: Errors) =>
    Object.keys(errors).some((path) => group.fields.some((field) => belongsTo(field, path)));

// Open from the start: the first section, and what has to be filled in.
const isFirst = (group: FieldGroup, index: number) =>
    index === 0 || group.fields.some(({ required }) => required);

export function FieldForm(props: FieldFormProps) {
    const { fields, values, errors } = props;
    const groups = groupsOf(fields.filter((field) => isWanted(field, fields, values)));
    const [open, setOpen] = useState(() =>
        groups.filter(isFirst).map(({ title }) => title || 'Settings'),
    );
    const only = groups[0];
    if (groups.length === 1 && only) return <Inputs {...props} fields={only.fields} />;
    const failed = groups.filter((group) => hasError(group, errors));
    return (
        <Accordion
            multiple
            variant="separated"
            value={[...open, ...failed.map(({ title }) => title || 'Settings')]}
            onChange={setOpen}
        >
            {groups.map((group) => (
                <Accordion.Item key={group.title} value={group.title || 'Settings'}>
                    <Accordion.Control>{group.title || 'Settings'}</Accordion.Control>
                    <Accordion.Panel>
                        <Inputs {...props} fields={group.fields} />
                    </Accordion.Panel>
                </Accordion.Item>
            ))}
        </Accordion>
    );
}
