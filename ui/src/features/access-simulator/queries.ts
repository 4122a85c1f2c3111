// SPDX-License-Identifier: Apache-2.0
// What the server would answer: asked of the code that decides real requests.
import { useQuery } from '@tanstack/react-query';
import { useClient } from '@/api/context';
import { readAll } from '@/api/resources';
import type { AccessDecisionOnRight, AccessQuestion } from '@/api/schema';
import { shownOf } from '@/components/token/words';

const PAGE_SIZE = 200;

export interface Subject {
    id: string;
    label: string;
    workspaceId: string | null; // null: the organization's
}

// The tokens that may be asked about: of everybody for Admins, otherwise one's own.
export function useSubjects(isAdmin: boolean) {
    const client = useClient();
    return useQuery({
        queryKey: [isAdmin ? 'access-tokens' : 'personal-access-tokens', 'subjects'],
        queryFn: async ({ signal }): Promise<Subject[]> => {
            const query = (page: number) => ({ query: { page, pageSize: PAGE_SIZE } });
            if (isAdmin) {
                const all = await readAll(
                    (page) => client.call('GET /v2/access-tokens', query(page), '', signal),
                    ({ data }) => data,
                );
                return all
                    .filter(({ state }) => state !== 'expired')
                    .map((token) => ({
                        id: token.id,
                        label: `${token.name} (${token.owner?.email ?? 'service'}, ${shownOf({ lastFour: token.lastFour })})`,
                        workspaceId: token.workspaceId,
                    }));
            }
            const own = await readAll(
                (page) =>
                    client.call('GET /v2/personal-access-tokens', query(page), '', signal),
                ({ data }) => data,
            );
            return own.map(({ id, name, lastFour, workspaceId }) => ({
                id,
                label: `${name} (${shownOf({ lastFour })})`,
                workspaceId,
            }));
        },
    });
}

type Who = Pick<AccessQuestion, 'memberId' | 'tokenId' | 'workspaceId'>;

// What is asked about single resources; without any, about every right.
export function questionsOf(source: string, destination: string) {
    const of = (right: string, ...resourceIds: string[]) => ({ right, resourceIds });
    return [
        ...(source ? [of('sources.edit', source), of('sources.createDelete', source)] : []),
        ...(destination
            ? [
                  of('destinations.edit', destination),
                  of('destinations.createDelete', destination),
              ]
            : []),
        ...(source && destination ? [of('connections.connect', source, destination)] : []),
    ];
}

export function useDecisions(who: Who | undefined, source: string, destination: string) {
    const client = useClient();
    return useQuery({
        queryKey: ['access-simulation', who, source, destination],
        enabled: who !== undefined,
        staleTime: 0, // rights change elsewhere
        queryFn: async ({ signal }): Promise<AccessDecisionOnRight[]> => {
            const ask = (question: AccessQuestion) =>
                client.call('POST /v2/access/simulate', { body: question }, '', signal);
            const questions = questionsOf(source, destination);
            if (questions.length === 0) {
                const reply = await ask({ ...who });
                return 'decisions' in reply ? reply.decisions : [];
            }
            const replies = questions.map(async (question) => {
                const reply = await ask({ ...who, ...question });
                return 'allowed' in reply ? [{ ...reply, right: question.right }] : [];
            });
            return (await Promise.all(replies)).flat();
        },
    });
}
