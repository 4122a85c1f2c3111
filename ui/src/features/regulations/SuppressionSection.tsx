// SPDX-License-Identifier: Apache-2.0
// Users whose events are not wanted.
import { Button, Group, Modal, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useSources, useWrite } from '@/api/resources';
import type { Regulation } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { DataTable } from '@/components/DataTable';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Section } from '@/components/Section';
import { Status } from '@/components/Status';
import { Time } from '@/components/Time';
import { useRegulations } from './queries';
import { SuppressForm } from './SuppressForm';

interface RowProps {
    regulation: Regulation;
    sourceNames: ReadonlyMap<string, string>;
    onCancel: () => void;
}

function Row({ regulation, sourceNames, onCancel }: RowProps) {
    const { attributes, sourceIds, canceled, createdAt } = regulation;
    const names = sourceIds.map((id) => sourceNames.get(id) ?? id);
    return (
        <Table.Tr>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <Text size="sm" fw={580}>
                    {attributes.userId}
                </Text>
            </Table.Td>
            <Table.Td>{names.length > 0 ? names.join(', ') : 'Every source'}</Table.Td>
            <Table.Td>
                <Time at={createdAt} as="date" />
            </Table.Td>
            <Table.Td>
                <Status isOn={!canceled} on="Suppressed" off="Canceled" />
            </Table.Td>
            <Table.Td>
                {!canceled && (
                    <Group justify="flex-end">
                        <Button
                            variant="default"
                            size="compact-sm"
                            aria-label={`Cancel for ${attributes.userId}`}
                            onClick={onCancel}
                        >
                            Cancel
                        </Button>
                    </Group>
                )}
            </Table.Td>
        </Table.Tr>
    );
}

export function SuppressionSection() {
    const [isAdding, setIsAdding] = useState(false);
    const [leaving, setLeaving] = useState<Regulation | null>(null);
    const regulations = useRegulations();
    const sources = useSources().data ?? [];
    const sourceNames = new Map(sources.map(({ id, name }) => [id, name]));
    const cancel = useWrite('DELETE /v2/regulations/{id}', ['regulations']);
    return (
        <Section
            title="User Suppression"
            lead="Users whose events are answered and not stored, shown or delivered. They are kept here sealed."
            isFlush
            actions={
                <Button leftSection={<Icon name="plus" />} onClick={() => setIsAdding(true)}>
                    Suppress users
                </Button>
            }
        >
            <Loading queries={[regulations]}>
                {({ pages }) =>
                    pages[0]?.data.length === 0 ? (
                        <EmptyState icon="user" title="Nobody is suppressed">
                            Somebody who objects to being tracked is entered here, by his
                            userId.
                        </EmptyState>
                    ) : (
                        <DataTable
                            minWidth={620}
                            columns={['User ID', 'Sources', 'Since', 'Status']}
                            hasActions
                        >
                            {pages.flatMap(({ data }) =>
                                data.map((regulation) => (
                                    <Row
                                        key={regulation.id}
                                        {...{ regulation, sourceNames }}
                                        onCancel={() => setLeaving(regulation)}
                                    />
                                )),
                            )}
                        </DataTable>
                    )
                }
            </Loading>
            {regulations.hasNextPage && (
                <Group justify="center" p="md">
                    <Button
                        variant="default"
                        loading={regulations.isFetchingNextPage}
                        onClick={() => void regulations.fetchNextPage()}
                    >
                        Show more
                    </Button>
                </Group>
            )}
            <Modal
                opened={isAdding}
                onClose={() => setIsAdding(false)}
                title={<Text fw={620}>Suppress users</Text>}
                closeButtonProps={{ 'aria-label': 'Close' }}
            >
                <SuppressForm onDone={() => setIsAdding(false)} />
            </Modal>
            <Confirm
                title="Let these events in again?"
                confirmLabel="Yes, let them in"
                isOpen={leaving !== null}
                onClose={() => setLeaving(null)}
                onConfirm={() => cancel.mutateAsync({ path: { id: leaving?.id ?? '' } })}
            >
                From now on events of {leaving?.attributes.userId} are stored and delivered.
                Those that came in between are gone.
            </Confirm>
        </Section>
    );
}
