// SPDX-License-Identifier: Apache-2.0
// Invitations under way: send, look, cancel.
import { Button, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { useAccessWrite } from '@/api/access';
import type { Invitation } from '@/api/schema';
import { DataTable } from '@/components/DataTable';
import { Confirm } from '@/components/Confirm';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { InviteDialog } from './InviteDialog';
import { useInvitations } from './queries';

interface InvitationTableProps {
    invitations: readonly Invitation[];
    onCancel: (invitation: Invitation) => void;
}

function InvitationTable({ invitations, onCancel }: InvitationTableProps) {
    return (
        <DataTable
            minWidth={620}
            columns={['E-mail', 'Role', 'Groups', 'Works until']}
            hasActions
        >
            {invitations.map((one) => (
                <Table.Tr key={one.id}>
                    <Table.Td fw={580}>{one.email}</Table.Td>
                    <Table.Td>{one.role}</Table.Td>
                    <Table.Td>{one.groups.map(({ name }) => name).join(', ')}</Table.Td>
                    <Table.Td>
                        <Time at={one.expiresAt} />
                        {new Date(one.expiresAt) < new Date() && (
                            <Text size="xs" c="red">
                                Expired
                            </Text>
                        )}
                    </Table.Td>
                    <Table.Td ta="right">
                        <Button
                            variant="subtle"
                            color="red"
                            size="compact-sm"
                            onClick={() => onCancel(one)}
                            aria-label={`Cancel the invitation of ${one.email}`}
                        >
                            Cancel
                        </Button>
                    </Table.Td>
                </Table.Tr>
            ))}
        </DataTable>
    );
}

export function InvitationsSection() {
    const invitations = useInvitations();
    const cancel = useAccessWrite('DELETE /v2/invitations/{id}', 'invitations');
    const [leaving, setLeaving] = useState<Invitation | null>(null);
    const [params, setParams] = useSearchParams(); // "?invite=1": the dialogue is open
    const setInviting = (isInviting: boolean) =>
        setParams(isInviting ? { invite: '1' } : {}, { replace: true });
    return (
        <Section
            title="Invitations"
            lead="A person who was invited chooses a name and a password, and is a member then."
            isFlush
            actions={
                <Button leftSection={<Icon name="plus" />} onClick={() => setInviting(true)}>
                    Invite users
                </Button>
            }
        >
            <Loading queries={[invitations]}>
                {(list) =>
                    list.length === 0 ? (
                        <EmptyState icon="user" title="No invitations under way">
                            Those who accepted are under Users.
                        </EmptyState>
                    ) : (
                        <InvitationTable invitations={list} onCancel={setLeaving} />
                    )
                }
            </Loading>
            <InviteDialog isOpen={params.has('invite')} onClose={() => setInviting(false)} />
            <Confirm
                title={`Cancel the invitation of ${leaving?.email ?? ''}?`}
                confirmLabel="Yes, cancel it"
                isOpen={leaving !== null}
                onClose={() => setLeaving(null)}
                onConfirm={() =>
                    leaving
                        ? cancel.mutateAsync({ path: { id: leaving.id } })
                        : Promise.resolve()
                }
            >
                Its link stops working at once.
            </Confirm>
        </Section>
    );
}
