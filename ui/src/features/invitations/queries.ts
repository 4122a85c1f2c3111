// SPDX-License-Identifier: Apache-2.0
// Invitations that wait for an answer.
import { useQuery } from '@tanstack/react-query';
import { useClient } from '@/api/context';
import { readAll } from '@/api/resources';

const PAGE_SIZE = 200;

export function useInvitations() {
    const client = useClient();
    return useQuery({
        queryKey: ['invitations'],
        queryFn: ({ signal }) =>
            readAll(
                (page) =>
                    client.call(
                        'GET /v2/invitations',
                        { query: { page, pageSize: PAGE_SIZE } },
                        '',
                        signal,
                    ),
                ({ invitations }) => invitations,
            ),
    });
}
