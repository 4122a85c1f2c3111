// SPDX-License-Identifier: Apache-2.0
// Who may pass: signed in, and a member of the workspace in the address.
import { Button, Center, Container, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { Link, Redirect, useLocation, useSearch } from 'wouter';
import { useClient, WorkspaceProvider } from '@/api/context';
import { signInPath } from '@/api/paths';
import type { Session } from '@/api/schema';
import { useSession } from '@/api/session';
import { EmptyState } from '@/components/EmptyState';
import { Problem } from '@/components/Problem';
import { recallWorkspace, rememberWorkspace } from './lastWorkspace';

function Waiting() {
    return (
        <Center h="100dvh">
            <Loader type="dots" aria-label="Loading" />
        </Center>
    );
}

function SignedIn({ children }: { children: (session: Session) => ReactNode }) {
    const session = useSession();
    if (session.data) return children(session.data);
    if (session.data === null) return <ToSignIn />;
    if (session.error)
        return (
            <Container size="xs" py={80}>
                <Problem error={session.error} onRetry={() => void session.refetch()} />
            </Container>
        );
    return <Waiting />;
}

// Nobody is signed in: to the sign-in page, or to setup on a server that is still empty.
function ToSignIn() {
    const client = useClient();
    const [path] = useLocation();
    const search = useSearch();
    const setup = useQuery({
        queryKey: ['setup'],
        queryFn: () => client.call('GET /v2/setup', {}),
    });
    if (setup.data?.needed) return <Redirect to="/setup" replace />;
    if (setup.isPending) return <Waiting />;
    return <Redirect to={signInPath(search ? `${path}?${search}` : path)} replace />;
}

function NoWorkspace() {
    return (
        <EmptyState
            icon="user"
            title="You are in no workspace"
            action={
                <Button component={Link} href="/signin">
                    Sign in as somebody else
                </Button>
            }
        >
            Ask an Admin of your organization to add you to one.
        </EmptyState>
    );
}

// Leads on to a page of the workspace that was used last.
export function Home({ to }: { to: (workspaceId: string) => string }) {
    return (
        <SignedIn>
            {({ workspaces }) => {
                const last = recallWorkspace();
                const workspace = workspaces.find(({ id }) => id === last) ?? workspaces[0];
                return workspace ? <Redirect to={to(workspace.id)} replace /> : <NoWorkspace />;
            }}
        </SignedIn>
    );
}

export function InWorkspace({ id, children }: { id: string; children: ReactNode }) {
    useEffect(() => rememberWorkspace(id), [id]);
    return (
        <SignedIn>
            {({ workspaces }) => {
                const workspace = workspaces.find((one) => one.id === id);
                if (workspace)
                    return (
                        <WorkspaceProvider value={workspace} key={id}>
                            {children}
                        </WorkspaceProvider>
                    );
                return (
                    <EmptyState
                        icon="search"
                        title="No such workspace"
                        action={
                            <Button component={Link} href="/">
                                Go to your workspace
                            </Button>
                        }
                    >
                        It does not exist, or you are not one of its members.
                    </EmptyState>
                );
            }}
        </SignedIn>
    );
}
