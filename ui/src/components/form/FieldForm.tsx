// SPDX-License-Identifier: Apache-2.0
// A form drawn from a field table: one input per row, errors at the row they belong to.
import { Stack } from '@mantine/core';
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

export function FieldForm({ fields, values, errors, mode, onChange }: FieldFormProps) {
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
