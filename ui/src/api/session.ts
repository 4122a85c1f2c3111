// SPDX-License-Identifier: Apache-2.0
// Who is signed in. The session's data is kept under one key; null means nobody.
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { Client } from './client';
import { useClient } from './context';
import { ApiError } from './error';
import type { Session, SignIn } from './schema';

const key = ['session'];

// Nothing is kept of whoever was signed in before. The session's own entry stays: pages watch it.
function forget(queries: QueryClient): void {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== key[0] });
}

export function endSession(queries: QueryClient): void {
    queries.setQueryData(key, null);
}

async function load(client: Client): Promise<Session | null> {
    try {
        const session = await client.call('GET /v2/session', {});
        client.csrfToken = session.csrfToken;
        return session;
    } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
    }
}

export function useSession() {
    const client = useClient();
    return useQuery({
        queryKey: key,
        queryFn: () => load(client),
        staleTime: 60_000,
        refetchOnWindowFocus: 'always', // another tab may have signed in or out
    });
}

export function useSignIn() {
    const client = useClient();
    const queries = useQueryClient();
    return useMutation({
        mutationFn: (body: SignIn) => client.call('POST /v2/session', { body }),
        onSuccess: (session) => {
            forget(queries);
            client.csrfToken = session.csrfToken;
            queries.setQueryData(key, session);
        },
    });
}

export function useSignOut() {
    const client = useClient();
    const queries = useQueryClient();
    return useMutation({
        mutationFn: () => client.call('DELETE /v2/session', {}),
        onSuccess: () => {
            forget(queries);
            endSession(queries);
        },
    });
}
