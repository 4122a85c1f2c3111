// SPDX-License-Identifier: Apache-2.0
// Signing in, then on to the page that was asked for.
import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link, Redirect, useSearch } from 'wouter';
import { useClient } from '@/api/context';
import { ApiError } from '@/api/error';
import { nextOf } from '@/api/paths';
import { useSession, useSignIn } from '@/api/session';
import { FrontPage } from '@/components/FrontPage';
import { Problem } from '@/components/Problem';

function titleOf(error: Error): string | undefined {
    if (!(error instanceof ApiError)) return undefined;
    if (error.status === 401) return 'E-mail or password is wrong';
    return error.status === 429 ? 'Too many attempts' : undefined;
}

function SetupHint() {
    const client = useClient();
    const setup = useQuery({
        queryKey: ['setup'],
        queryFn: () => client.call('GET /v2/setup', {}),
    });
    if (!setup.data?.needed) return null;
    return (
        <Text size="sm" c="dimmed">
            This server is new and has no accounts yet.{' '}
            <Anchor component={Link} href="/setup" size="sm" underline="always">
                Set it up
            </Anchor>
        </Text>
    );
}

export function SignInPage() {
    const session = useSession();
    const signIn = useSignIn();
    const next = nextOf(useSearch());
    const [email, setEmail] = useState('');
    const [password, setPassword] = useState('');
    if (session.data) return <Redirect to={next} replace />;

    const submit = (event: FormEvent) => {
        event.preventDefault();
        signIn.mutate({ email: email.trim(), password });
    };
    return (
        <FrontPage title="Sign in" lead="Welcome back.">
            <form onSubmit={submit}>
                <Stack>
                    <TextInput
                        label="E-mail"
                        type="email"
                        autoComplete="username"
                        required
                        withAsterisk={false}
                        autoFocus
                        value={email}
                        onChange={(event) => setEmail(event.currentTarget.value)}
                    />
                    <PasswordInput
                        label="Password"
                        autoComplete="current-password"
                        required
                        withAsterisk={false}
                        value={password}
                        onChange={(event) => setPassword(event.currentTarget.value)}
                    />
                    {signIn.error && (
                        <Problem error={signIn.error} title={titleOf(signIn.error)} />
                    )}
                    <Button type="submit" loading={signIn.isPending} size="md">
                        Sign in
                    </Button>
                    <Anchor component={Link} href="/forgot-password" size="sm">
                        Forgot password?
                    </Anchor>
                    <SetupHint />
                </Stack>
            </form>
        </FrontPage>
    );
}
