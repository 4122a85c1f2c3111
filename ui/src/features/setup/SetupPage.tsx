// SPDX-License-Identifier: Apache-2.0
// First start: makes the organisation, its first workspace and its first Admin.
import { Anchor, Button, Center, Loader, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { useClient } from '@/api/context';
import type { Setup } from '@/api/schema';
import { useSignIn } from '@/api/session';
import { FrontPage } from '@/components/FrontPage';
import { Problem } from '@/components/Problem';
import { SetupForm } from './SetupForm';
import { linkTokenOf } from '@/components/linkToken';

function Done() {
    return (
        <FrontPage
            title="Already set up"
            lead="This server has its organization and its Admin."
        >
            <Button component={Link} href="/signin" fullWidth size="md">
                Sign in
            </Button>
        </FrontPage>
    );
}

function NeedsLink() {
    return (
        <FrontPage
            title="Almost there"
            lead="This server is new. Setting it up needs the one-time link that it printed when it started."
        >
            <Text size="sm" component="div">
                Look for a line with <code>/setup</code> in the output of{' '}
                <code>pintle serve</code> and open that link. Without a browser,{' '}
                <code>pintle setup</code> on the same machine does the same.
            </Text>
        </FrontPage>
    );
}

function useSetUp(token: string) {
    const client = useClient();
    const signIn = useSignIn();
    const [, navigate] = useLocation();
    return useMutation({
        mutationFn: async (form: Setup) => {
            await client.call('POST /v2/setup', { body: { ...form, setupToken: token } });
            await signIn.mutateAsync({ email: form.email, password: form.password });
        },
        onSuccess: () => navigate('/', { replace: true }),
    });
}

export function SetupPage() {
    const client = useClient();
    const search = useSearch();
    // Kept from the first rendering: the address loses it when setup is done.
    const [token] = useState(() => linkTokenOf(search, window.location.hash));
    const setUp = useSetUp(token);
    const state = useQuery({
        queryKey: ['setup'],
        queryFn: () => client.call('GET /v2/setup', {}),
    });
    if (state.isPending)
        return (
            <Center h="100dvh">
                <Loader type="dots" aria-label="Loading" />
            </Center>
        );
    if (state.error)
        return (
            <FrontPage title="Set up Pintle" lead="The server could not be asked.">
                <Problem error={state.error} onRetry={() => void state.refetch()} />
            </FrontPage>
        );
    if (!state.data.needed && !setUp.isPending && !setUp.isSuccess) return <Done />;
    if (!token) return <NeedsLink />;
    return (
        <FrontPage
            title="Set up Pintle"
            lead="A minute, once: your organization, its first workspace, and you as its Admin."
        >
            <SetupForm
                error={setUp.error}
                isBusy={setUp.isPending}
                onSubmit={(form) => setUp.mutate(form)}
            />
            <Text size="xs" c="dimmed" mt="md">
                Done before?{' '}
                <Anchor component={Link} href="/signin" size="xs" underline="always">
                    Sign in
                </Anchor>
            </Text>
        </FrontPage>
    );
}
