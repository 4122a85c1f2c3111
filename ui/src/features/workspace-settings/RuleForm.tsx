// SPDX-License-Identifier: Apache-2.0
// The card of one rule about events. It can be saved once it says something else than what holds.
import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { FormEvent, ReactNode } from 'react';
import { useWrite, type Tagged } from '@/api/resources';
import type { WorkspaceSettings, WorkspaceSettingsUpdate } from '@/api/schema';
import { NeedsForm } from '@/components/Needs';
import { Problem } from '@/components/Problem';
import { Section } from '@/components/Section';

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

export function RuleForm(props: RuleFormProps) {
    const update = useWrite('PUT /v2/workspace/settings', ['workspace-settings']);
    const submit = (event: FormEvent) => {
        event.preventDefault();
        if (!props.mayBeSaved) return;
        update.mutate(
            { body: props.body, ifMatch: props.settings.etag },
            {
                onSuccess: () => {
                    props.onSaved();
                    notifications.show({ message: props.savedMessage });
                },
            },
        );
    };
    return (
        <Section title={props.title} lead={props.lead}>
            <NeedsForm right="workspace.edit">
                <form onSubmit={submit} noValidate style={{ maxWidth: 560 }}>
                    <Stack>
                        {props.children}
                        {update.error && <Problem error={update.error} />}
                        <Group justify="flex-end">
                            <Button
                                type="submit"
                                loading={update.isPending}
                                disabled={!props.mayBeSaved}
                            >
                                {props.saveLabel}
                            </Button>
                        </Group>
                    </Stack>
                </form>
            </NeedsForm>
        </Section>
    );
}
