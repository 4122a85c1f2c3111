// SPDX-License-Identifier: Apache-2.0
// One's password, and where one is signed in.
import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import { useAccessWrite } from '@/api/access';
import { ApiError } from '@/api/error';
import { useSession } from '@/api/session';
import { NewPasswordInput } from '@/components/NewPasswordInput';
import { Problem } from '@/components/Problem';
import { Section } from '@/components/Section';
import { strengthOf } from '@/components/strength';
import { SessionsSection } from './SessionsSection';

function PasswordForm() {
    const { data: session } = useSession();
    const [currentPassword, setCurrent] = useState('');
    const [newPassword, setNew] = useState('');
    const change = useAccessWrite('PUT /v2/session/password', 'sessions');
    const details = change.error instanceof ApiError ? change.error.details : {};
    const submit = (event: FormEvent) => {
        event.preventDefault();
        change.mutate(
            { body: { currentPassword, newPassword } },
            {
                onSuccess: () => {
                    setCurrent('');
                    setNew('');
                    notifications.show({ message: 'Your password was changed.' });
                },
            },
        );
    };
    return (
        <form onSubmit={submit} style={{ maxWidth: 400 }}>
            <Stack>
                <input
                    type="email"
                    autoComplete="username"
                    value={session?.user.email ?? ''}
                    readOnly
                    hidden
                />
                <PasswordInput
                    label="Current password"
                    autoComplete="current-password"
                    required
                    value={currentPassword}
                    error={details.currentPassword}
                    onChange={(event) => setCurrent(event.currentTarget.value)}
                />
                <NewPasswordInput
                    label="New password"
                    value={newPassword}
                    error={details.newPassword}
                    onChange={setNew}
                />
                {change.error && !details.currentPassword && !details.newPassword && (
                    <Problem error={change.error} />
                )}
                <Group>
                    <Button
                        type="submit"
                        loading={change.isPending}
                        disabled={!currentPassword || !strengthOf(newPassword).isLongEnough}
                    >
                        Change password
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}

export function SecuritySection() {
    return (
        <Stack gap="lg">
            <Section title="Password" lead="All your other sessions end when it changes.">
                <PasswordForm />
            </Section>
            <SessionsSection />
        </Stack>
    );
}
