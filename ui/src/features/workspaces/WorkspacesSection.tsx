// SPDX-License-Identifier: Apache-2.0
// The organization's workspaces: list, create, change.
import { Anchor, Button, Modal, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Link } from 'wouter';
import { useAccessWrite, useWorkspaces } from '@/api/access';
import { workspacePaths } from '@/api/paths';
import type { Workspace } from '@/api/schema';
import { DataTable } from '@/components/DataTable';
import { CopyValue } from '@/components/CopyValue';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Needs } from '@/components/Needs';
import { Section } from '@/components/Section';
import { WorkspaceForm, type WorkspaceFacts } from './WorkspaceForm';

const environments = { PRODUCTION: 'Production', DEVELOPMENT: 'Development' } as const;

interface RowProps {
    workspace: Workspace;
    onEdit: () => void;
}

function Row({ workspace, onEdit }: RowProps) {
    const { id, name, environment } = workspace;
    return (
        <Table.Tr>
            <Table.Td>
                <Anchor component={Link} href={workspacePaths(id).connections} fw={580}>
                    {name}
                </Anchor>
            </Table.Td>
            <Table.Td>{environments[environment]}</Table.Td>
            <Table.Td>
                <CopyValue label="Workspace ID" value={id} isLabelShown={false} size="sm" />
            </Table.Td>
            <Table.Td ta="right">
                <Needs right="organization">
                    <Button
                        variant="default"
                        size="compact-sm"
                        onClick={onEdit}
                        aria-label={`Edit ${name}`}
                    >
                        Edit
                    </Button>
                </Needs>
            </Table.Td>
        </Table.Tr>
    );
}

function WorkspaceDialog(props: { editing: Workspace | 'new' | null; onClose: () => void }) {
    const { editing, onClose } = props;
    const changes = ['workspaces', 'session'];
    const create = useAccessWrite('POST /v2/workspaces', ...changes);
    const update = useAccessWrite('PUT /v2/workspaces/{id}', ...changes);
    const isNew = editing === 'new';
    const save = async (body: WorkspaceFacts) => {
        if (isNew) await create.mutateAsync({ body });
        else if (editing) await update.mutateAsync({ path: { id: editing.id }, body });
        onClose();
        notifications.show({ message: `${body.name} was ${isNew ? 'created' : 'saved'}.` });
    };
    return (
        <Modal
            opened={editing !== null}
            onClose={onClose}
            title={<Text fw={620}>{isNew ? 'Create workspace' : 'Edit workspace'}</Text>}
            closeButtonProps={{ 'aria-label': 'Close' }}
        >
            <WorkspaceForm
                facts={editing && !isNew ? editing : undefined}
                submitLabel={isNew ? 'Create' : 'Save'}
                onSubmit={save}
            />
        </Modal>
    );
}

export function WorkspacesSection() {
    const workspaces = useWorkspaces();
    const [editing, setEditing] = useState<Workspace | 'new' | null>(null);
    return (
        <Section
            title="Workspaces"
            lead="Sources, destinations and tokens belong to a workspace."
            isFlush
            actions={
                <Needs right="organization">
                    <Button
                        leftSection={<Icon name="plus" />}
                        onClick={() => setEditing('new')}
                    >
                        Create workspace
                    </Button>
                </Needs>
            }
        >
            <Loading queries={[workspaces]}>
                {(list) => (
                    <DataTable
                        minWidth={600}
                        columns={['Name', 'Environment', 'Workspace ID']}
                        hasActions
                    >
                        {list.map((workspace) => (
                            <Row
                                key={workspace.id}
                                workspace={workspace}
                                onEdit={() => setEditing(workspace)}
                            />
                        ))}
                    </DataTable>
                )}
            </Loading>
            <WorkspaceDialog editing={editing} onClose={() => setEditing(null)} />
        </Section>
    );
}
