// SPDX-License-Identifier: Apache-2.0
// One group: its members, and what it gives them in each workspace.
import { Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useAccessRemoval, useAccessWrite, useBaselinePolicy } from '@/api/access';
import { useClient } from '@/api/context';
import { usePaths } from '@/api/paths';
import type { GroupDetails } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { Loading } from '@/components/Loading';
import { PageHeader } from '@/components/PageHeader';
import { OwnerPolicy } from '@/components/policy/OwnerPolicy';
import { Section } from '@/components/Section';
import { useChosenWorkspace, WorkspaceSelect } from '@/components/WorkspaceSelect';
import { GroupForm } from './GroupForm';
import { GroupMembers } from './GroupMembers';

function useGroup(id: string) {
    const client = useClient();
    return useQuery({
        queryKey: ['groups', id],
        queryFn: async ({ signal }) =>
            (await client.call('GET /v2/groups/{id}', { path: { id } }, '', signal)).group,
    });
}

function Header({ group }: { group: GroupDetails }) {
    const path = { id: group.id };
    const update = useAccessWrite('PUT /v2/groups/{id}', 'groups');
    const remove = useAccessRemoval(
        'DELETE /v2/groups/{id}',
        'groups',
        'members',
        'invitations',
    );
    const [isEditing, edit] = useDisclosure(false);
    const [isDeleting, deletion] = useDisclosure(false);
    const paths = usePaths();
    const [, navigate] = useLocation();
    return (
        <PageHeader
            title={group.name}
            lead={group.description}
            back={{ label: 'Groups', href: paths.groups }}
        >
            <Button variant="default" onClick={edit.open}>
                Edit
            </Button>
            <Button variant="default" c="red" onClick={deletion.open}>
                Delete
            </Button>
            <Modal
                opened={isEditing}
                onClose={edit.close}
                title={<Text fw={620}>Edit group</Text>}
                closeButtonProps={{ 'aria-label': 'Close' }}
            >
                <GroupForm
                    texts={group}
                    submitLabel="Save"
                    onSubmit={async (body) => {
                        await update.mutateAsync({ path, body });
                        edit.close();
                    }}
                />
            </Modal>
            <Confirm
                title={`Delete ${group.name}?`}
                confirmLabel="Yes, delete"
                isOpen={isDeleting}
                onClose={deletion.close}
                onConfirm={async () => {
                    await remove.mutateAsync({ path });
                    navigate(paths.groups, { replace: true });
                    notifications.show({ message: `${group.name} was deleted.` });
                }}
            >
                Its policies go with it: members lose at once what only this group gave them,
                and so do their tokens.
            </Confirm>
        </PageHeader>
    );
}

function Policies({ group }: { group: GroupDetails }) {
    const workspace = useChosenWorkspace();
    const baseline = useBaselinePolicy(workspace.id);
    return (
        <Section
            title="Group Workspace Policies"
            lead="What members of the group may do in the workspace, beside what its baseline policy gives."
            actions={<WorkspaceSelect />}
        >
            <Loading queries={[baseline]}>
                {(policy) => (
                    <OwnerPolicy
                        owner="groups"
                        id={group.id}
                        workspaceId={workspace.id}
                        places={group.policies}
                        inherited={[{ from: 'the baseline policy', policy }]}
                    />
                )}
            </Loading>
        </Section>
    );
}

export function GroupPage({ id }: { id: string }) {
    const group = useGroup(id);
    return (
        <Loading queries={[group]} what="group">
            {(data) => (
                <>
                    <Header group={data} />
                    <Stack gap="lg">
                        <GroupMembers group={data} />
                        <Policies group={data} />
                    </Stack>
                </>
            )}
        </Loading>
    );
}
