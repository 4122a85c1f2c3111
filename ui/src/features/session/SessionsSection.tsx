// SPDX-License-Identifier: Apache-2.0
// Where one is signed in, and the way out of everywhere.
import { Badge, Button, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAccessRemoval, useAccessWrite } from '@/api/access';
import { useClient } from '@/api/context';
import type { SessionInfo } from '@/api/schema';
import { endSession } from '@/api/session';
import { Confirm } from '@/components/Confirm';
import { DataTable } from '@/components/DataTable';
import { Loading } from '@/components/Loading';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { browserOf } from './browserOf';

function useSessions() {
    const client = useClient();
    return useQuery({
        queryKey: ['sessions'],
        queryFn: async ({ signal }) =>
            (await client.call('GET /v2/session/all', {}, '', signal)).sessions,
    });
}

function Moment({ at }: { at: string }) {
    return (
        <>
            <Time at={at} as="date" />
            <Text size="xs" c="dimmed">
                <Time at={at} as="hour" />
            </Text>
        </>
    );
}

export function SessionsSection() {
    const sessions = useSessions();
    const queries = useQueryClient();
    const endOthers = useAccessWrite('DELETE /v2/session/all', 'sessions');
    const endAll = useAccessRemoval('DELETE /v2/session/all', 'sessions');
    const [isEndingOthers, others] = useDisclosure(false);
    const endOne = useAccessRemoval('DELETE /v2/session/{id}', 'sessions');
    const [isEndingAll, all] = useDisclosure(false);
    const [ending, setEnding] = useState<SessionInfo | null>(null);
    const isAlone = (sessions.data?.length ?? 0) < 2;
    return (
        <Section
            title="Sessions"
            lead="Browsers in which you are signed in."
            isFlush
            actions={
                <>
                    <Button variant="default" onClick={others.open} disabled={isAlone}>
                        Sign out elsewhere
                    </Button>
                    <Button variant="default" c="red" onClick={all.open}>
                        Sign out everywhere
                    </Button>
                </>
            }
        >
            <Loading queries={[sessions]}>
                {(list) => (
                    <DataTable
                        spacing="sm"
                        minWidth={640}
                        columns={['Where', 'Signed in', 'Last seen', 'Ends']}
                        hasActions
                    >
                        {list.map((session) => (
                            <Table.Tr key={session.id}>
                                <Table.Td miw={190}>
                                    {browserOf(session.userAgent)}{' '}
                                    {session.isCurrent && (
                                        <Badge variant="light" tt="none" ml={6}>
                                            This one
                                        </Badge>
                                    )}
                                    <Text size="xs" c="dimmed" title={session.userAgent ?? ''}>
                                        {session.ip ?? 'address not known'}
                                    </Text>
                                </Table.Td>
                                <Table.Td>
                                    <Moment at={session.createdAt} />
                                </Table.Td>
                                <Table.Td>
                                    <Moment at={session.lastSeenAt} />
                                </Table.Td>
                                <Table.Td>
                                    <Time at={session.expiresAt} as="date" />
                                </Table.Td>
                                <Table.Td ta="right">
                                    {!session.isCurrent && (
                                        <Button
                                            size="compact-sm"
                                            variant="subtle"
                                            color="red"
                                            onClick={() => setEnding(session)}
                                        >
                                            Sign out
                                        </Button>
                                    )}
                                </Table.Td>
                            </Table.Tr>
                        ))}
                    </DataTable>
                )}
            </Loading>
            <Confirm
                title="Sign out there?"
                confirmLabel="Yes, sign out"
                isOpen={ending !== null}
                onClose={() => setEnding(null)}
                onConfirm={() => endOne.mutateAsync({ path: { id: ending?.id ?? '' } })}
            >
                The session in {browserOf(ending?.userAgent)} ends.
            </Confirm>
            <Confirm
                title="Sign out elsewhere?"
                confirmLabel="Yes, sign out"
                isOpen={isEndingOthers}
                onClose={others.close}
                onConfirm={() => endOthers.mutateAsync({ query: { keepCurrent: true } })}
            >
                All your sessions but this one end.
            </Confirm>
            <Confirm
                title="Sign out everywhere?"
                confirmLabel="Yes, sign out"
                isOpen={isEndingAll}
                onClose={all.close}
                onConfirm={async () => {
                    await endAll.mutateAsync({});
                    endSession(queries);
                }}
            >
                All your sessions end, this one too. Tokens go on working.
            </Confirm>
        </Section>
    );
}
