// SPDX-License-Identifier: Apache-2.0
// The input for one row of a field table that holds a single value.
import {
    Badge,
    Checkbox,
    NativeSelect,
    PasswordInput,
    Stack,
    Switch,
    Textarea,
    TextInput,
    type PasswordInputProps,
} from '@mantine/core';
import type { ChangeEvent } from 'react';
import type { FormMode } from './FieldForm';
import { isDynamic } from './drawn';
import type { Field } from './values';

interface FieldInputProps {
    field: Field;
    value: string | boolean | null; // null: a stored secret is to be removed
    error: string | undefined;
    mode: FormMode;
    onChange: (value: string | boolean | null) => void;
}

type TextEvent = ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>;

const monospace = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };

export const labelOf = (field: Field) => field.title ?? field.name;

const shapeOf = (columns: readonly string[]) =>
    JSON.stringify([Object.fromEntries(columns.map((column) => [column, '…']))]);

function choicesOf(field: Field): { value: string; label: string }[] {
    const choices = (field.choices ?? []).map((choice) => ({ value: choice, label: choice }));
    return field.required && field.default
        ? choices
        : [{ value: '', label: 'Choose…' }, ...choices];
}

export function FieldInput({ field, value, error, mode, onChange }: FieldInputProps) {
    const common = {
        name: field.name,
        label: isDynamic(value) ? (
            <>
                {labelOf(field)}{' '}
                <Badge size="xs" variant="light" title="Each event brings its own value">
                    Dynamic
                </Badge>
            </>
        ) : (
            labelOf(field)
        ),
        description: field.doc ?? undefined,
        error,
    };
    if (typeof value === 'boolean')
        return (
            <Switch
                {...common}
                checked={value}
                onChange={(event) => onChange(event.currentTarget.checked)}
            />
        );
    const text = {
        ...common,
        withAsterisk: field.required,
        placeholder: field.placeholder ?? undefined,
        maxLength: field.maxLength ?? undefined,
        value: value ?? '',
        onChange: (event: TextEvent) => onChange(event.currentTarget.value),
    };
    switch (field.type) {
        case 'secret':
            return mode === 'edit' ? (
                <StoredSecretInput
                    text={text}
                    isRemoved={value === null}
                    onRemove={(isRemoved) => onChange(isRemoved ? null : '')}
                />
            ) : (
                <PasswordInput {...text} autoComplete="new-password" />
            );
        case 'choice':
            return <NativeSelect {...text} data={choicesOf(field)} />;
        case 'object':
        case 'list':
            return (
                <Textarea
                    {...text}
                    placeholder={field.columns && shapeOf(field.columns)}
                    rows={4}
                    resize="vertical"
                    spellCheck={false}
                    styles={monospace}
                />
            );
        case 'integer':
            return <TextInput {...text} inputMode="numeric" autoComplete="off" maw={220} />;
        case 'url':
            return <TextInput {...text} type="url" inputMode="url" autoComplete="off" />;
        default:
            return <TextInput {...text} autoComplete="off" />;
    }
}

interface StoredSecretInputProps {
    text: PasswordInputProps;
    isRemoved: boolean;
    onRemove: (isRemoved: boolean) => void;
}

// A stored secret is never shown: leaving the input alone keeps it, writing replaces it.
function StoredSecretInput({ text, isRemoved, onRemove }: StoredSecretInputProps) {
    return (
        <Stack gap={6}>
            <PasswordInput
                {...text}
                withAsterisk={false}
                disabled={isRemoved}
                placeholder={
                    isRemoved ? 'Will be removed' : 'Leave empty to keep what is stored'
                }
                autoComplete="new-password"
            />
            {!text.withAsterisk && (
                <Checkbox
                    size="xs"
                    label="Remove what is stored"
                    checked={isRemoved}
                    onChange={(event) => onRemove(event.currentTarget.checked)}
                />
            )}
        </Stack>
    );
}
