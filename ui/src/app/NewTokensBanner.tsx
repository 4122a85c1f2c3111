// SPDX-License-Identifier: Apache-2.0
// Tells of tokens that were made for this person, or for the organisation, until he says that
// he has seen it: nobody makes one in another's name unnoticed.
import { Anchor } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useClient } from '@/api/context';
import { usePaths } from '@/api/paths';
import type { TokenNotice } from '@/api/schema';
import { Banner } from '@/components/Banner';
import { Time } from '@/components/Time';

const key = ['token-notices'];
const NAMED_MOST = 3;

function useNotices() {
    const client = useClient();
    return useQuery({
        queryKey: key,
        queryFn: async ({ signal }) =>
            (await client.call('GET /v2/session/token-notices', {}, '', signal)).tokens,
        refetchInterval: 60_000,
    });
}

function useDismissal() {
    const client = useClient();
    const queries = useQueryClient();
    return useMutation({
        mutationFn: (until: string) =>
            client.call('POST /v2/session/token-notices/dismiss', { body: { until } }),
        onSettled: () => queries.invalidateQueries({ queryKey: key }),
    });
}

function OneToken({ token }: { token: TokenNotice }) {
    return (
        <>
            <b>{token.name}</b> ({token.kind === 'personal_access_token' ? 'yours' : 'service'},{' '}
            <Time at={token.createdAt} />
            {token.revokedAt && ', has ended'})
        </>
    );
}

export function NewTokensBanner() {
    const notices = useNotices();
    const dismissal = useDismissal();
    const paths = usePaths();
    const tokens = [...(notices.data ?? [])].sort((a, b) =>
        b.createdAt.localeCompare(a.createdAt),
    );
    const newest = tokens[0];
    if (!newest) return null;
    const named = tokens.slice(0, NAMED_MOST);
    const more = tokens.length - named.length;
    const isOwn = tokens.some((token) => token.kind === 'personal_access_token');
    return (
        <Banner action="Dismiss" onAction={() => dismissal.mutate(newest.createdAt)}>
            {tokens.length === 1 ? 'New access token: ' : 'New access tokens: '}
            {named.map((token, i) => (
                <span key={token.id}>
                    {i > 0 && ', '}
                    <OneToken token={token} />
                </span>
            ))}
            {more > 0 && ` and ${String(more)} more`}. If that was not you,{' '}
            <Anchor
                component={Link}
                href={isOwn ? paths.tokens : paths.serviceTokens}
                size="sm"
                inherit
            >
                {tokens.length === 1 ? 'end it' : 'end them'}
            </Anchor>{' '}
            and change your password.
        </Banner>
    );
}
