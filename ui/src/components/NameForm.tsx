// SPDX-License-Identifier: Apache-2.0
// Changing a name, with the server's word on it at the field.
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiError } from '@/api/error';
import { Problem } from './Problem';

interface NameFormProps {
    label: string;
    name: string;
    onSave: (name: string) => Promise<unknown>;
    onDone?: () => void;
}

export function NameForm({ label, name, onSave, onDone }: NameFormProps) {
    const [text, setText] = useState(name);
    const save = useMutation({ mutationFn: onSave, onSuccess: onDone });
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
                    onChange={(event) => setText(event.currentTarget.value)}
                />
                {save.error && !fieldError && <Problem error={save.error} />}
                <Group>
                    <Button
                        type="submit"
                        loading={save.isPending}
                        disabled={text.trim() === '' || text.trim() === name}
                    >
                        Save
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}
