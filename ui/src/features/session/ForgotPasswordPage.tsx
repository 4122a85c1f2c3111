// SPDX-License-Identifier: Apache-2.0
// Asking for a link by mail; a server without mail says who can help instead.
import { Anchor, Button, Code, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link } from 'wouter';
import { useClient } from '@/api/context';
import { FrontPage } from '@/components/FrontPage';
import { Loading } from '@/components/Loading';
import { Problem } from '@/components/Problem';

function BackToSignIn() {
    return (
        <Anchor component={Link} href="/signin" size="sm">
            Back to signing in
        </Anchor>
    );
}

function NoMail() {
    return (
        <Stack>
            <Text>
                This server sends no mail. Whoever runs it can make a link for you, on the
                machine itself:
            </Text>
            <Code block style={{ whiteSpace: 'pre-wrap' }}>
                pintle user reset-password --email you@example.com
            </Code>
            <BackToSignIn />
        </Stack>
    );
}

function AskForm() {
    const client = useClient();
    const [email, setEmail] = useState('');
    const ask = useMutation({
        mutationFn: () =>
            client.call('POST /v2/password-resets', { body: { email: email.trim() } }),
    });
    if (ask.isSuccess)
        return (
            <Stack>
                <Text>
                    If somebody has the address <b>{email.trim()}</b> here, a letter with a link
                    is on its way. The link works once, for 30 minutes. Your password stays as
                    it is until then.
                </Text>
                <BackToSignIn />
            </Stack>
        );
    const submit = (event: FormEvent) => {
        event.preventDefault();
        ask.mutate();
    };
    return (
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
                {ask.error && <Problem error={ask.error} />}
                <Button type="submit" loading={ask.isPending} size="md">
                    Send me a link
                </Button>
                <BackToSignIn />
            </Stack>
        </form>
    );
}

export function ForgotPasswordPage() {
    const client = useClient();
    const setup = useQuery({
        queryKey: ['setup'],
        queryFn: () => client.call('GET /v2/setup', {}),
    });
    return (
        <FrontPage title="Forgot password?" lead="You get a link to set a new one.">
            <Loading queries={[setup]}>
                {({ sendsMail }) => (sendsMail ? <AskForm /> : <NoMail />)}
            </Loading>
        </FrontPage>
    );
}
