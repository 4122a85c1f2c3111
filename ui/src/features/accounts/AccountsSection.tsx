// SPDX-License-Identifier: Apache-2.0
// The credential store: accounts at other systems, kept once for all that use them.
import { Button, Group, Modal, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useWrite } from '@/api/resources';
import type { Account } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { CopyValue } from '@/components/CopyValue';
import { DataTable } from '@/components/DataTable';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Needs } from '@/components/Needs';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { AccountForm } from './AccountForm';
import { useAccount, useAccountDefinitions, useAccounts } from './queries';

interface RowProps {
    account: Account;
    onEdit: () => void;
    onDelete: () => void;
}

function Row({ account, onEdit, onDelete }: RowProps) {
    const { id, name, definition, updatedAt } = account;
    return (
        <Table.Tr>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <Text size="sm" fw={580}>
                    {name}
                </Text>
                <Text size="xs" c="dimmed">
                    {definition.name}
                </Text>
            </Table.Td>
            <Table.Td>
                <CopyValue label="Account ID" value={id} isLabelShown={false} size="sm" />
            </Table.Td>
            <Table.Td>
                <Time at={updatedAt} as="date" />
            </Table.Td>
            <Table.Td>
                <Needs right="credentials.edit">
                    <Group gap="xs" justify="flex-end" wrap="nowrap">
                        <Button
                            variant="default"
                            size="compact-sm"
                            aria-label={`Edit ${name}`}
                            onClick={onEdit}
                        >
                            Edit
                        </Button>
                        <Button
                            variant="default"
                            size="compact-sm"
                            aria-label={`Delete ${name}`}
                            onClick={onDelete}
                        >
                            Delete
                        </Button>
                    </Group>
                </Needs>
            </Table.Td>
        </Table.Tr>
    );
}

function NewAccount({ onDone }: { onDone: () => void }) {
    const create = useWrite('POST /v2/accounts', ['accounts']);
    return (
        <Loading queries={[useAccountDefinitions()]}>
            {(definitions) => (
                <AccountForm
                    definitions={definitions}
                    onSave={async (body) => {
                        await create.mutateAsync({ body });
                        onDone();
                        notifications.show({ message: `${body.name} was created.` });
                    }}
                />
            )}
        </Loading>
    );
}

function EditAccount({ id, onDone }: { id: string; onDone: () => void }) {
    const update = useWrite('PUT /v2/accounts/{id}', ['accounts']);
    return (
        <Loading queries={[useAccount(id), useAccountDefinitions()]} what="account">
            {(account, definitions) => (
                <AccountForm
                    {...{ definitions, account }}
                    onSave={async ({ name, options, secret }, ifMatch) => {
                        const body = { name, options, secret };
                        await update.mutateAsync({ path: { id }, body, ifMatch });
                        onDone();
                        notifications.show({ message: `${name} was saved.` });
                    }}
                />
            )}
        </Loading>
    );
}

export function AccountsSection() {
    const [opened, setOpened] = useState<Account | 'new' | null>(null);
    const [leaving, setLeaving] = useState<Account | null>(null);
    const remove = useWrite('DELETE /v2/accounts/{id}', ['accounts']);
    const close = () => setOpened(null);
    const add = (
        <Needs right="credentials.edit">
            <Button leftSection={<Icon name="plus" />} onClick={() => setOpened('new')}>
                New account
            </Button>
        </Needs>
    );
    return (
        <Section
            title="Credentials"
            lead="Accounts at other systems: who one is there, and the secrets to prove it. Secrets are kept sealed and never shown again."
            isFlush
            actions={add}
        >
            <Loading queries={[useAccounts()]}>
                {(accounts) =>
                    accounts.length === 0 ? (
                        <EmptyState icon="key" title="No accounts yet">
                            One is made here, or by a tool that keeps the configuration as code.
                        </EmptyState>
                    ) : (
                        <DataTable
                            minWidth={620}
                            columns={['Name', 'Account ID', 'Changed']}
                            hasActions
                        >
                            {accounts.map((account) => (
                                <Row
                                    key={account.id}
                                    account={account}
                                    onEdit={() => setOpened(account)}
                                    onDelete={() => setLeaving(account)}
                                />
                            ))}
                        </DataTable>
                    )
                }
            </Loading>
            <Modal
                opened={opened !== null}
                onClose={close}
                size="lg"
                title={<Text fw={620}>{opened === 'new' ? 'New account' : opened?.name}</Text>}
                closeButtonProps={{ 'aria-label': 'Close' }}
            >
                {opened === 'new' && <NewAccount onDone={close} />}
                {opened && opened !== 'new' && <EditAccount id={opened.id} onDone={close} />}
            </Modal>
            <Confirm
                title={`Delete ${leaving?.name ?? ''}?`}
                confirmLabel="Yes, delete"
                isOpen={leaving !== null}
                onClose={() => setLeaving(null)}
                onConfirm={() => remove.mutateAsync({ path: { id: leaving?.id ?? '' } })}
            >
                What uses it loses its access. Its secrets are gone afterwards.
            </Confirm>
        </Section>
    );
}
