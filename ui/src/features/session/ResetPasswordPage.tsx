// SPDX-License-Identifier: Apache-2.0
// Behind the link of a letter, or of `pintle user reset-password`: a new password, once.
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link, useSearch } from 'wouter';
import { useClient } from '@/api/context';
import { ApiError } from '@/api/error';
import { FrontPage } from '@/components/FrontPage';
import { linkTokenOf } from '@/components/linkToken';
import { NewPasswordInput } from '@/components/NewPasswordInput';
import { Problem } from '@/components/Problem';
import { strengthOf } from '@/components/strength';

function Changed() {
    return (
        <FrontPage title="Password changed" lead="You were signed out everywhere else.">
            <Button component={Link} href="/signin" fullWidth size="md">
                Sign in
            </Button>
        </FrontPage>
    );
}

function DeadLink() {
    return (
        <Text size="sm" c="dimmed">
            It works once and for 30 minutes, and a newer one replaces it.{' '}
            <Anchor component={Link} href="/forgot-password" size="sm" underline="always">
                Ask for another
            </Anchor>
        </Text>
    );
}

export function ResetPasswordPage() {
    const client = useClient();
    const search = useSearch();
    const [token] = useState(() => linkTokenOf(search, window.location.hash));
    const [password, setPassword] = useState('');
    const reset = useMutation({
        mutationFn: () =>
            client.call('POST /v2/password-resets/accept', { body: { token, password } }),
    });
    const { error } = reset;
    if (reset.isSuccess) return <Changed />;
    const details = error instanceof ApiError ? error.details : {};
    const isDead = !token || (error instanceof ApiError && error.status === 401);
    const submit = (event: FormEvent) => {
        event.preventDefault();
        reset.mutate();
    };
    return (
        <FrontPage title="Set a new password" lead="All your sessions end when it changes.">
            <form onSubmit={submit}>
                <Stack>
                    <NewPasswordInput
                        label="New password"
                        value={password}
                        error={details.password}
                        onChange={setPassword}
                    />
                    {error && !details.password && (
                        <Problem
                            error={error}
                            title={isDead ? 'This link does not work' : undefined}
                        />
                    )}
                    {isDead && <DeadLink />}
                    <Button
                        type="submit"
                        size="md"
                        loading={reset.isPending}
                        disabled={!token || !strengthOf(password).isLongEnough}
                    >
                        Set password
                    </Button>
                </Stack>
            </form>
        </FrontPage>
    );
}
