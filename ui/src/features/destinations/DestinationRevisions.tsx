// SPDX-License-Identifier: Apache-2.0
// Who changed a destination and when; what is different since; taking a change back.
import { Button, Center, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useDestinationDefinition, useWrite, type Tagged } from '@/api/resources';
import type { Destination, DestinationRevision } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { DataTable } from '@/components/DataTable';
import { EmptyState } from '@/components/EmptyState';
import { Loading } from '@/components/Loading';
import { Needs } from '@/components/Needs';
import { Section } from '@/components/Section';
import { Status } from '@/components/Status';
import { Time } from '@/components/Time';
import { Difference } from './Difference';
import { useRevisions } from './queries';
import { whoOf } from './revisionWords';

const kinds: Record<string, string> = {
    personal_access_token: 'with a Personal Access Token',
    service_access_token: 'Service Access Token',
};

interface RowProps {
    revision: DestinationRevision;
    destinationId: string;
    isNewest: boolean;
    onCompare: () => void;
    onRestore: () => void;
}

function Row({ revision, destinationId, isNewest, onCompare, onRestore }: RowProps) {
    const number = revision.revision;
    return (
        <Table.Tr>
            <Table.Td>
                <Text size="sm" fw={580}>
                    {number}
                </Text>
            </Table.Td>
            <Table.Td>
                <Time at={revision.createdAt} />
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <Text size="sm">{whoOf(revision)}</Text>
                <Text size="xs" c="dimmed">
                    {kinds[revision.actorType]}
                </Text>
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <Text size="sm">{revision.name}</Text>
                <Status isOn={revision.enabled} />
            </Table.Td>
            <Table.Td>
                {isNewest ? (
                    <Text size="sm" c="dimmed" ta="right">
                        As it is now
                    </Text>
                ) : (
                    <Group gap="xs" justify="flex-end" wrap="nowrap">
                        <Button
                            variant="default"
                            size="compact-sm"
                            aria-label={`Compare revision ${number}`}
                            onClick={onCompare}
                        >
                            Compare
                        </Button>
                        <Needs right="destinations.edit" ids={[destinationId]}>
                            <Button
                                variant="default"
                                size="compact-sm"
                                aria-label={`Restore revision ${number}`}
                                onClick={onRestore}
                            >
                                Restore
                            </Button>
                        </Needs>
                    </Group>
                )}
            </Table.Td>
        </Table.Tr>
    );
}

type Opened = { revision: number; what: 'compare' | 'restore' } | null;

function Dialogs(props: {
    destination: Tagged<Destination>;
    opened: Opened;
    onClose: () => void;
}) {
    const { destination, opened, onClose } = props;
    const settings = useDestinationDefinition(destination.type).data?.fields ?? [];
    const { id } = destination;
    const restore = useWrite('POST /v2/destinations/{id}/revisions/{revision}/restore', [
        'destinations',
    ]);
    const number = opened?.revision ?? 0;
    const difference = opened && <Difference {...{ id, settings }} revision={number} />;
    const takeBack = async () => {
        await restore.mutateAsync({
            path: { id, revision: String(number) },
            ifMatch: destination.etag,
        });
        notifications.show({ message: `Revision ${number} was restored.` });
    };
    return (
        <>
            <Modal
                size="lg"
                opened={opened?.what === 'compare'}
                onClose={onClose}
                title={<Text fw={620}>Since revision {number}</Text>}
                closeButtonProps={{ 'aria-label': 'Close' }}
            >
                {difference}
            </Modal>
            <Confirm
                title={`Restore revision ${number}?`}
                confirmLabel="Yes, restore"
                isOpen={opened?.what === 'restore'}
                onClose={onClose}
                onConfirm={takeBack}
            >
                <Stack gap="sm">
                    <span>
                        Name, switch and settings become what they were then, as a new revision.
                        It counts at once, also for events that still wait. This goes back:
                    </span>
                    {difference}
                </Stack>
            </Confirm>
        </>
    );
}

export function DestinationRevisions({ destination }: { destination: Tagged<Destination> }) {
    const revisions = useRevisions(destination.id);
    const [opened, setOpened] = useState<Opened>(null);
    return (
        <Section
            title="Revisions"
            lead="What this destination was after each change. The newest 100 are kept."
            isFlush
        >
            <Loading queries={[revisions]}>
                {({ pages }) => {
                    const rows = pages.flatMap((page) => page.revisions);
                    if (rows.length === 0)
                        return (
                            <EmptyState icon="refresh" title="No revisions yet">
                                The next change of this destination makes the first one.
                            </EmptyState>
                        );
                    const newest = rows[0]?.revision;
                    return (
                        <DataTable
                            minWidth={680}
                            columns={['Revision', 'When', 'Who', 'Destination']}
                            hasActions
                        >
                            {rows.map((revision) => (
                                <Row
                                    key={revision.revision}
                                    revision={revision}
                                    destinationId={destination.id}
                                    isNewest={revision.revision === newest}
                                    onCompare={() =>
                                        setOpened({ ...revision, what: 'compare' })
                                    }
                                    onRestore={() =>
                                        setOpened({ ...revision, what: 'restore' })
                                    }
                                />
                            ))}
                        </DataTable>
                    );
                }}
            </Loading>
            {revisions.hasNextPage && (
                <Center p="md">
                    <Button
                        variant="default"
                        loading={revisions.isFetchingNextPage}
                        onClick={() => void revisions.fetchNextPage()}
                    >
                        Older revisions
                    </Button>
                </Center>
            )}
            <Dialogs {...{ destination, opened }} onClose={() => setOpened(null)} />
        </Section>
    );
}
