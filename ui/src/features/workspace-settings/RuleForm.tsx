// SPDX-License-Identifier: Apache-2.0
// The card of one rule about events. It can be saved once it says something else than what holds.
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { useWrite, type Tagged } from '@/api/resources';
import type { WorkspaceSettings, WorkspaceSettingsUpdate } from '@/api/schema';
import { SettingsForm } from '@/components/SettingsForm';

interface RuleFormProps {
    title: string;
    lead: string;
    settings: Tagged<WorkspaceSettings>;
    body: WorkspaceSettingsUpdate;
    mayBeSaved: boolean;
    saveLabel: string;
    savedMessage: string;
    onSaved: () => void;
    children: ReactNode; // the inputs
}

export function RuleForm({ settings, body, savedMessage, onSaved, ...shown }: RuleFormProps) {
    const update = useWrite('PUT /v2/workspace/settings', ['workspace-settings']);
    const save = () =>
        update.mutate(
            { body, ifMatch: settings.etag },
            {
                onSuccess: () => {
                    onSaved();
                    notifications.show({ message: savedMessage });
                },
            },
        );
    return (
        <SettingsForm
            {...shown}
            right="workspace.edit"
            width={560}
            save={update}
            onSave={save}
        />
    );
}
