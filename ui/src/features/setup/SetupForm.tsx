// SPDX-License-Identifier: Apache-2.0
// The setup form: four fields and a hint about the password.
import { Button, Stack, TextInput } from '@mantine/core';
import { useState, type ChangeEvent, type FormEvent } from 'react';
import { ApiError } from '@/api/error';
import type { Setup } from '@/api/schema';
import { NewPasswordInput } from '@/components/NewPasswordInput';
import { Problem } from '@/components/Problem';
import { strengthOf } from '@/components/strength';

interface SetupFormProps {
    error: Error | null;
    isBusy: boolean;
    onSubmit: (form: Setup) => void;
}

const empty = { organizationName: '', workspaceName: '', email: '', password: '' };

export function SetupForm({ error, isBusy, onSubmit }: SetupFormProps) {
    const [form, setForm] = useState(empty);
    const details = error instanceof ApiError ? error.details : {};
    const hasFieldErrors = Object.keys(details).some((name) => name in empty);
    const bind = (name: keyof typeof empty) => ({
        required: true,
        value: form[name],
        error: details[name],
        onChange: (event: ChangeEvent<HTMLInputElement>) =>
            setForm({ ...form, [name]: event.currentTarget.value }),
    });
    const submit = (event: FormEvent) => {
        event.preventDefault();
        onSubmit({ ...form, email: form.email.trim() });
    };
    return (
        <form onSubmit={submit}>
            <Stack>
                <TextInput
                    label="Organization name"
                    autoComplete="organization"
                    maxLength={128}
                    autoFocus
                    {...bind('organizationName')}
                />
                <TextInput
                    label="Workspace name"
                    description="Sources, destinations and tokens belong to a workspace."
                    autoComplete="off"
                    maxLength={128}
                    {...bind('workspaceName')}
                />
                <TextInput
                    label="E-mail"
                    type="email"
                    autoComplete="username"
                    maxLength={254}
                    {...bind('email')}
                />
                <NewPasswordInput
                    label="Password"
                    value={form.password}
                    error={details.password}
                    onChange={(password) => setForm({ ...form, password })}
                />
                {error && !hasFieldErrors && <Problem error={error} />}
                <Button
                    type="submit"
                    size="md"
                    loading={isBusy}
                    disabled={!strengthOf(form.password).isLongEnough}
                >
                    Set up
                </Button>
            </Stack>
        </form>
    );
}
