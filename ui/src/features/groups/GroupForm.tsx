// SPDX-License-Identifier: Apache-2.0
// Name and description of a group, new or not.
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiError } from '@/api/error';
import { Problem } from '@/components/Problem';

export interface GroupTexts {
    name: string;
    description: string;
}

interface GroupFormProps {
    texts?: GroupTexts;
    submitLabel: string;
    onSubmit: (texts: GroupTexts) => Promise<unknown>;
}

export function GroupForm({ texts, submitLabel, onSubmit }: GroupFormProps) {
    const [name, setName] = useState(texts?.name ?? '');
    const [description, setDescription] = useState(texts?.description ?? '');
    const save = useMutation({ mutationFn: onSubmit });
    const details = save.error instanceof ApiError ? save.error.details : {};
    const submit = (event: FormEvent) => {
        event.preventDefault();
        save.mutate({ name: name.trim(), description: description.trim() });
    };
    return (
        <form onSubmit={submit}>
            <Stack>
                <TextInput
                    label="Group name"
                    required
                    maxLength={128}
                    autoComplete="off"
                    data-autofocus
                    value={name}
                    error={details.name}
                    onChange={(event) => setName(event.currentTarget.value)}
                />
                <Textarea
                    label="Description"
                    autosize
                    minRows={2}
                    maxLength={1024}
                    value={description}
                    error={details.description}
                    onChange={(event) => setDescription(event.currentTarget.value)}
                />
                {save.error && !details.name && !details.description && (
                    <Problem error={save.error} />
                )}
                <Group justify="flex-end">
                    <Button type="submit" loading={save.isPending} disabled={!name.trim()}>
                        {submitLabel}
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}
