// SPDX-License-Identifier: Apache-2.0
// Whether events whose messageId came before are left out, for how long, and of which sources.
import { Button, Group, MultiSelect, NumberInput, Stack, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import { useSources, useWrite, type Tagged } from '@/api/resources';
import type { WorkspaceSettings } from '@/api/schema';
import { NeedsForm } from '@/components/Needs';
import { Problem } from '@/components/Problem';
import { Section } from '@/components/Section';

const MINUTE = 60;
const WINDOW_MAX = 7 * 24 * 60; // minutes

export function Deduplication({ settings }: { settings: Tagged<WorkspaceSettings> }) {
    const { deduplication } = settings;
    const [enabled, setEnabled] = useState(deduplication.enabled);
    const [minutes, setMinutes] = useState<number | string>(
        deduplication.windowSeconds / MINUTE,
    );
    const [sourceIds, setSourceIds] = useState(deduplication.sourceIds);
    const sources = useSources().data ?? [];
    const update = useWrite('PUT /v2/workspace/settings', ['workspace-settings']);
    const submit = (event: FormEvent) => {
        event.preventDefault();
        const windowSeconds = Math.round(Number(minutes) * MINUTE);
        update.mutate(
            {
                body: { deduplication: { enabled, windowSeconds, sourceIds } },
                ifMatch: settings.etag,
            },
            { onSuccess: () => notifications.show({ message: 'Deduplication was saved.' }) },
        );
    };
    return (
        <Section
            title="Deduplication"
            lead="Apps send again what they got no answer for. With this on, an event whose messageId came before is acknowledged and not delivered a second time."
        >
            <NeedsForm right="workspace.edit">
                <form onSubmit={submit} noValidate style={{ maxWidth: 560 }}>
                    <Stack>
                        <Switch
                            label="Leave out events that came before"
                            checked={enabled}
                            onChange={(event) => setEnabled(event.currentTarget.checked)}
                        />
                        <NumberInput
                            label="Remembered for, in minutes"
                            description="From when a messageId first came; at most a week"
                            min={1}
                            max={WINDOW_MAX}
                            disabled={!enabled}
                            value={minutes}
                            onChange={setMinutes}
                        />
                        <MultiSelect
                            label="Sources"
                            description="Those to come are among them while none is chosen"
                            placeholder={sourceIds.length === 0 ? 'Every source' : undefined}
                            searchable
                            disabled={!enabled}
                            data={sources.map(({ id, name }) => ({ value: id, label: name }))}
                            value={sourceIds}
                            onChange={setSourceIds}
                        />
                        {update.error && <Problem error={update.error} />}
                        <Group justify="flex-end">
                            <Button
                                type="submit"
                                loading={update.isPending}
                                disabled={!(Number(minutes) > 0)}
                            >
                                Save deduplication
                            </Button>
                        </Group>
                    </Stack>
                </form>
            </NeedsForm>
        </Section>
    );
}
