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
} from '@mantine/core';
import type { ChangeEvent, ReactNode } from 'react';
import type { FormMode } from './FieldForm';
import { hasLines, isDynamic } from './drawn';
import classes from './FieldInput.module.css';
import type { Field } from './values';

interface FieldInputProps {
    field: Field;
    value: string | boolean | null; // null: a stored secret is to be removed
    error: string | undefined;
    mode: FormMode;
    onChange: (value: string | boolean | null) => void;
}

type TextEvent = ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>;

interface TextProps {
    name: string;
    label: ReactNode;
    description: string | undefined;
    error: string | undefined;
    withAsterisk: boolean;
    placeholder: string | undefined;
    maxLength: number | undefined;
    value: string;
    disabled?: boolean;
    onChange: (event: TextEvent) => void;
}

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
    const text: TextProps = {
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
                    isLong={hasLines(field)}
                    isRemoved={value === null}
                    onRemove={(isRemoved) => onChange(isRemoved ? null : '')}
                />
            ) : (
                <SecretInput text={text} isLong={hasLines(field)} />
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
            return hasLines(field) ? (
                <LinesInput {...text} />
            ) : (
                <TextInput {...text} autoComplete="off" />
            );
    }
}

function LinesInput(props: TextProps & { className?: string }) {
    return (
        <Textarea
            {...props}
            rows={4}
            resize="vertical"
            spellCheck={false}
            autoComplete="off"
            styles={monospace}
        />
    );
}

function SecretInput({ text, isLong }: { text: TextProps; isLong: boolean }) {
    return isLong ? (
        <LinesInput {...text} className={classes.veiled} />
    ) : (
        <PasswordInput {...text} autoComplete="new-password" />
    );
}

interface StoredSecretInputProps {
    text: TextProps;
    isLong: boolean;
    isRemoved: boolean;
    onRemove: (isRemoved: boolean) => void;
}

// A stored secret is never shown: leaving the input alone keeps it, writing replaces it.
function StoredSecretInput({ text, isLong, isRemoved, onRemove }: StoredSecretInputProps) {
    return (
        <Stack gap={6}>
            <SecretInput
                isLong={isLong}
                text={{
                    ...text,
                    withAsterisk: false,
                    disabled: isRemoved,
                    placeholder: isRemoved
                        ? 'Will be removed'
                        : 'Leave empty to keep what is stored',
                }}
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
