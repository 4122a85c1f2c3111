// SPDX-License-Identifier: Apache-2.0
// Changing a policy: the editor, and what to do with what was changed.
import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useNamedResources } from '@/api/access';
import { isSamePolicy, type Inherited } from '@/api/policy';
import type { Policy } from '@/api/schema';
import { Loading } from '../Loading';
import { Problem } from '../Problem';
import { CopyPolicy } from './CopyPolicy';
import { PolicyEditor } from './PolicyEditor';

interface PolicyFormProps {
    workspaceId: string;
    policy: Policy; // as stored
    inherited?: readonly Inherited[];
    ceiling?: Policy;
    read?: (workspaceId: string) => Promise<Policy>; // of another workspace, to copy from
    note?: ReactNode; // beside the buttons, while there is something to save
    onSave: (policy: Policy) => Promise<unknown>;
}

// Give it a key: another policy begins anew.
export function PolicyForm(props: PolicyFormProps) {
    const { workspaceId, policy, inherited, ceiling, read, note, onSave } = props;
    const named = useNamedResources(workspaceId);
    const [draft, setDraft] = useState(policy);
    const save = useMutation({
        mutationFn: () => onSave(draft),
        onSuccess: () => notifications.show({ message: 'The policy was saved.' }),
    });
    const isChanged = !isSamePolicy(draft, policy);
    return (
        <Loading queries={[named]}>
            {(lists) => (
                <Stack gap="lg">
                    {read && <CopyPolicy to={workspaceId} read={read} onCopy={setDraft} />}
                    <PolicyEditor
                        policy={draft}
                        inherited={inherited}
                        ceiling={ceiling}
                        named={lists}
                        onChange={setDraft}
                    />
                    {save.error && <Problem error={save.error} />}
                    {isChanged && note}
                    <Group>
                        <Button
                            onClick={() => save.mutate()}
                            loading={save.isPending}
                            disabled={!isChanged}
                        >
                            Save policy
                        </Button>
                        {isChanged && (
                            <Button variant="default" onClick={() => setDraft(policy)}>
                                Discard changes
                            </Button>
                        )}
                    </Group>
                </Stack>
            )}
        </Loading>
    );
}
