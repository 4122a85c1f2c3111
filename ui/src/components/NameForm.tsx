// SPDX-License-Identifier: Apache-2.0
// Changing a name, with the server's word on it at the field.
import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiError, isChangedMeanwhile } from '@/api/error';
import { Icon } from './Icon';
import { Problem } from './Problem';

interface NameFormProps {
    label: string;
    name: string;
    submitLabel?: string; // for a new name, which may be kept as it is proposed
    onSave: (name: string) => Promise<unknown>;
    onDone?: () => void;
}

export function NameForm({ label, name, submitLabel, onSave, onDone }: NameFormProps) {
    // null: nothing was typed, the form shows what the name is
    const [typed, setTyped] = useState<{ text: string; over: string } | null>(null);
    const text = typed?.text ?? name;
    const save = useMutation({
        mutationFn: onSave,
        onSuccess: () => {
            setTyped(null);
            onDone?.();
        },
    });
    const isOutdated = isChangedMeanwhile(save.error);
    const fieldError = save.error instanceof ApiError ? save.error.details.name : undefined;
    const submit = (event: FormEvent) => {
        event.preventDefault();
        save.mutate(text.trim());
    };
    return (
        <form onSubmit={submit}>
            <Stack>
                <TextInput
                    label={label}
                    required
                    maxLength={128}
                    autoComplete="off"
                    data-autofocus
                    value={text}
                    error={fieldError}
                    onChange={(event) => {
                        const { value } = event.currentTarget;
                        setTyped({ text: value, over: typed?.over ?? name });
                    }}
                />
                {(isOutdated || (typed !== null && typed.over !== name)) && (
                    <Alert color="brass" icon={<Icon name="warning" />} role="alert">
                        Somebody else saved meanwhile. It is called “{name}” now; saving again
                        calls it “{text.trim()}”.
                    </Alert>
                )}
                {save.error && !fieldError && !isOutdated && <Problem error={save.error} />}
                <Group>
                    <Button
                        type="submit"
                        loading={save.isPending}
                        disabled={text.trim() === '' || (!submitLabel && text.trim() === name)}
                    >
                        {submitLabel ?? 'Save'}
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}
