// SPDX-License-Identifier: Apache-2.0
// Name and environment of a workspace, new or not.
import { Button, Group, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiError } from '@/api/error';
import type { Workspace } from '@/api/schema';
import { Problem } from '@/components/Problem';

export type WorkspaceFacts = Pick<Workspace, 'name' | 'environment'>;

interface WorkspaceFormProps {
    facts?: WorkspaceFacts;
    submitLabel: string;
    onSubmit: (facts: WorkspaceFacts) => Promise<unknown>;
}

export function WorkspaceForm({ facts, submitLabel, onSubmit }: WorkspaceFormProps) {
    const [name, setName] = useState(facts?.name ?? '');
    const [environment, setEnvironment] = useState(facts?.environment ?? 'PRODUCTION');
    const save = useMutation({ mutationFn: onSubmit });
    const fieldError = save.error instanceof ApiError ? save.error.details.name : undefined;
    const submit = (event: FormEvent) => {
        event.preventDefault();
        save.mutate({ name: name.trim(), environment });
    };
    return (
        <form onSubmit={submit}>
            <Stack>
                <TextInput
                    label="Workspace name"
                    required
                    maxLength={128}
                    autoComplete="off"
                    data-autofocus
                    value={name}
                    error={fieldError}
                    onChange={(event) => setName(event.currentTarget.value)}
                />
                <Radio.Group
                    label="Environment"
                    value={environment}
                    onChange={(value) => setEnvironment(value as Workspace['environment'])}
                >
                    <Group gap="lg" mt="xs">
                        <Radio value="PRODUCTION" label="Production" />
                        <Radio value="DEVELOPMENT" label="Development" />
                    </Group>
                </Radio.Group>
                {save.error && !fieldError && <Problem error={save.error} />}
                <Group justify="flex-end">
                    <Button type="submit" loading={save.isPending} disabled={!name.trim()}>
                        {submitLabel}
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}
