// SPDX-License-Identifier: Apache-2.0
// The forms of adding a destination, one for each step.
import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import type { FormField, Source } from '@/api/schema';
import { FieldForm } from '@/components/form/FieldForm';
import type { Errors, Values } from '@/components/form/values';
import { Problem } from '@/components/Problem';

interface StepFormProps {
    submitLabel: string;
    isBusy?: boolean;
    isReady?: boolean;
    onSubmit: () => void;
    children: ReactNode;
}

function StepForm({ submitLabel, isBusy, isReady = true, onSubmit, children }: StepFormProps) {
    const submit = (event: FormEvent) => {
        event.preventDefault();
        onSubmit();
    };
    return (
        // The server and values.ts say what is wrong, at the field and in one voice.
        <form onSubmit={submit} noValidate>
            <Stack gap="lg">
                {children}
                <Group>
                    <Button type="submit" loading={isBusy} disabled={!isReady}>
                        {submitLabel}
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}

interface NameStepProps {
    title: string;
    name: string;
    onChange: (name: string) => void;
    onNext: () => void;
}

export function NameStep({ title, name, onChange, onNext }: NameStepProps) {
    return (
        <StepForm submitLabel="Continue" isReady={name.trim() !== ''} onSubmit={onNext}>
            <TextInput
                label="Destination name"
                description="For people: what gets events here?"
                placeholder={`${title} production`}
                required
                autoFocus
                autoComplete="off"
                maxLength={128}
                value={name}
                onChange={(event) => onChange(event.currentTarget.value)}
            />
        </StepForm>
    );
}

interface SourcesStepProps {
    sources: readonly Source[];
    chosen: string[];
    onChange: (ids: string[]) => void;
    onNext: () => void;
}

export function SourcesStep({ sources, chosen, onChange, onNext }: SourcesStepProps) {
    return (
        <StepForm submitLabel="Continue" onSubmit={onNext}>
            {sources.length === 0 ? (
                <Text size="sm" c="dimmed">
                    There are no sources yet. You can connect some later.
                </Text>
            ) : (
                <Checkbox.Group
                    label="Sources"
                    description="Whose events shall it get? This can be changed later."
                    value={chosen}
                    onChange={onChange}
                >
                    <Stack gap="sm" mt="sm">
                        {sources.map(({ id, name }) => (
                            <Checkbox key={id} value={id} label={name} />
                        ))}
                    </Stack>
                </Checkbox.Group>
            )}
        </StepForm>
    );
}

interface SettingsStepProps {
    fields: readonly FormField[];
    values: Values;
    errors: Errors;
    error: Error | null; // of creating
    isBusy: boolean;
    onChange: (values: Values) => void;
    onSubmit: () => void;
}

export function SettingsStep(props: SettingsStepProps) {
    const { fields, values, errors, error, isBusy, onChange, onSubmit } = props;
    const isShownAtField = fields.some(({ name }) =>
        Object.keys(errors).some((path) => path === name || path.startsWith(`${name}.`)),
    );
    return (
        <StepForm submitLabel="Create destination" isBusy={isBusy} onSubmit={onSubmit}>
            <FieldForm {...{ fields, values, errors, onChange }} mode="create" />
            {fields.length === 0 && (
                <Text size="sm" c="dimmed">
                    This destination has nothing to set.
                </Text>
            )}
            {error && !isShownAtField && <Problem error={error} />}
        </StepForm>
    );
}
