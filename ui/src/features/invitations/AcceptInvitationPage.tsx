// SPDX-License-Identifier: Apache-2.0
// Behind the link of an invitation: a name, a password, then signing in.
import { Button, Stack, Text, TextInput } from '@mantine/core';
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

function Joined({ email }: { email: string }) {
    return (
        <FrontPage title="Welcome" lead={`You are a member now. Sign in as ${email}.`}>
            <Button component={Link} href="/signin" fullWidth size="md">
                Sign in
            </Button>
        </FrontPage>
    );
}

export function AcceptInvitationPage() {
    const client = useClient();
    const search = useSearch();
    const [token] = useState(() => linkTokenOf(search, window.location.hash));
    const [name, setName] = useState('');
    const [password, setPassword] = useState('');
    const accept = useMutation({
        mutationFn: () =>
            client.call('POST /v2/invitations/accept', {
                body: { token, password, ...(name.trim() && { name: name.trim() }) },
            }),
    });
    const { error, data } = accept;
    if (data) return <Joined email={data.user.email} />;
    const details = error instanceof ApiError ? error.details : {};
    const isDead = error instanceof ApiError && error.status === 401;
    const submit = (event: FormEvent) => {
        event.preventDefault();
        accept.mutate();
    };
    return (
        <FrontPage title="You are invited" lead="Choose a name and a password to join.">
            <form onSubmit={submit}>
                <Stack>
                    <TextInput
                        label="Your name"
                        autoComplete="name"
                        maxLength={128}
                        autoFocus
                        value={name}
                        error={details.name}
                        onChange={(event) => setName(event.currentTarget.value)}
                    />
                    <NewPasswordInput
                        label="Password"
                        value={password}
                        error={details.password}
                        onChange={setPassword}
                    />
                    {error && !details.name && !details.password && (
                        <Problem
                            error={error}
                            title={isDead ? 'This invitation does not work' : undefined}
                        />
                    )}
                    {(isDead || !token) && (
                        <Text size="sm" c="dimmed">
                            Its link works once and for three days, and a newer one replaces it.
                            Ask for another.
                        </Text>
                    )}
                    <Button
                        type="submit"
                        size="md"
                        loading={accept.isPending}
                        disabled={!token || !strengthOf(password).isLongEnough}
                    >
                        Join
                    </Button>
                </Stack>
            </form>
        </FrontPage>
    );
}
