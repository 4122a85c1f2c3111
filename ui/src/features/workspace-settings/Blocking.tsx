// SPDX-License-Identifier: Apache-2.0
// Names of track events that go to no destination.
import { Button, Group, Stack, TagsInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import { useWrite, type Tagged } from '@/api/resources';
import type { WorkspaceSettings } from '@/api/schema';
import { Problem } from '@/components/Problem';
import { NeedsForm } from '@/components/Needs';
import { Section } from '@/components/Section';

const NAMES_MAX = 1000;

export function Blocking({ settings }: { settings: Tagged<WorkspaceSettings> }) {
    const [names, setNames] = useState(settings.eventBlocking.events.track);
    const update = useWrite('PUT /v2/workspace/settings', ['workspace-settings']);
    const submit = (event: FormEvent) => {
        event.preventDefault();
        update.mutate(
            {
                body: { eventBlocking: { events: { track: names } } },
                ifMatch: settings.etag,
            },
            { onSuccess: () => notifications.show({ message: 'Blocked events were saved.' }) },
        );
    };
    return (
        <Section
            title="Event Blocking"
            lead="Track events with these names are acknowledged and delivered to no destination. It holds for what comes in from now on."
        >
            <NeedsForm right="workspace.edit">
                <form onSubmit={submit} noValidate style={{ maxWidth: 560 }}>
                    <Stack>
                        <TagsInput
                            label="Blocked names"
                            description="Enter adds one; capitals count"
                            maxTags={NAMES_MAX}
                            splitChars={[]}
                            value={names}
                            onChange={setNames}
                        />
                        {update.error && <Problem error={update.error} />}
                        <Group justify="flex-end">
                            <Button type="submit" loading={update.isPending}>
                                Save blocked names
                            </Button>
                        </Group>
                    </Stack>
                </form>
            </NeedsForm>
        </Section>
    );
}
