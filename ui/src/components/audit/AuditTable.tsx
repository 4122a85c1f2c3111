// SPDX-License-Identifier: Apache-2.0
// Who did what, newest first, page by page.
import { Button, Center, Table, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useClient } from '@/api/context';
import type { AuditEntry } from '@/api/schema';
import { DataTable } from '../DataTable';
import { EmptyState } from '../EmptyState';
import { Loading } from '../Loading';
import { Time } from '../Time';
import { cursorOf, typeLabel, wordsOf } from './words';

export interface AuditFilter {
    workspace_id?: string;
    actor_id?: string;
    target_type?: string;
    target_id?: string;
    action?: string;
    created_after?: string;
}

const PER_PAGE = 50;

function useAuditLog(filter: AuditFilter) {
    const client = useClient();
    return useInfiniteQuery({
        queryKey: ['audit-logs', filter],
        initialPageParam: undefined as string | undefined,
        placeholderData: keepPreviousData,
        queryFn: ({ pageParam, signal }) =>
            client.call(
                'GET /v2/audit-logs',
                { query: { ...filter, per_page: PER_PAGE, after_cursor: pageParam } },
                '',
                signal,
            ),
        getNextPageParam: (last) => cursorOf(last.paging.next),
    });
}

// What was changed, in a few words.
function fieldsOf({ details }: AuditEntry): string {
    const fields = details?.fields;
    return Array.isArray(fields) ? fields.join(', ') : '';
}

const actorKinds: Record<string, string> = {
    personal_access_token: 'Personal Access Token',
    service_access_token: 'Service Access Token',
};

// Commands on the server's own machine are nobody's; so is a try to sign in.
const nameless = ({ actorType }: AuditEntry) =>
    actorType === 'system' ? "The server's machine" : 'Nobody signed in';

function Row({ entry }: { entry: AuditEntry }) {
    const kind = actorKinds[entry.actorType];
    return (
        <Table.Tr>
            <Table.Td style={{ overflowWrap: 'anywhere', minWidth: 190 }}>
                <Text size="sm" fw={560}>
                    {entry.actorName || entry.actorId || nameless(entry)}
                </Text>
                <Text size="xs" c="dimmed">
                    {[kind, entry.ip].filter(Boolean).join(' · ')}
                </Text>
            </Table.Td>
            <Table.Td>
                <Text size="sm">{wordsOf(entry.action)}</Text>
                <Text size="xs" c="dimmed">
                    {fieldsOf(entry)}
                </Text>
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere', minWidth: 165 }}>
                <Text size="sm">{entry.targetName || entry.targetId}</Text>
            </Table.Td>
            <Table.Td>{typeLabel(entry.targetType)}</Table.Td>
            <Table.Td>
                <Time at={entry.createdAt} />
            </Table.Td>
        </Table.Tr>
    );
}

export function AuditTable({ filter }: { filter: AuditFilter }) {
    const log = useAuditLog(filter);
    return (
        <Loading queries={[log]}>
            {({ pages }) => {
                const entries = pages.flatMap(({ data }) => data);
                if (entries.length === 0)
                    return (
                        <EmptyState icon="search" title="No entries">
                            Nothing was recorded that fits.
                        </EmptyState>
                    );
                return (
                    <>
                        <DataTable
                            spacing="sm"
                            minWidth={720}
                            columns={['User', 'Action', 'Target', 'Type', 'When']}
                        >
                            {entries.map((entry) => (
                                <Row key={entry.id} entry={entry} />
                            ))}
                        </DataTable>
                        {log.hasNextPage && (
                            <Center p="md">
                                <Button
                                    variant="default"
                                    loading={log.isFetchingNextPage}
                                    onClick={() => void log.fetchNextPage()}
                                >
                                    Older entries
                                </Button>
                            </Center>
                        )}
                    </>
                );
            }}
        </Loading>
    );
}
