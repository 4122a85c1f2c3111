// SPDX-License-Identifier: Apache-2.0
// A source's id, name and switch.
import { Stack, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { messageOf } from '@/api/error';
import { useWrite } from '@/api/resources';
import type { Source } from '@/api/schema';
import { CopyValue } from '@/components/CopyValue';
import { NameForm } from '@/components/NameForm';
import { Needs, NeedsForm } from '@/components/Needs';
import { Section } from '@/components/Section';

export function SourceSettings({ source }: { source: Source }) {
    const update = useWrite('PUT /v2/sources/{id}', ['sources']);
    const path = { id: source.id };
    return (
        <Stack gap="lg">
            <Section
                title="Source ID"
                lead="Other tools name this source by it, in API calls and in their settings."
            >
                <CopyValue label="Source ID" value={source.id} isLabelShown={false} />
            </Section>
            <Section title="Name">
                <div style={{ maxWidth: 420 }}>
                    <NeedsForm right="sources.edit" ids={[source.id]}>
                        <NameForm
                            key={source.name}
                            label="Source name"
                            name={source.name}
                            onSave={(name) => update.mutateAsync({ path, body: { name } })}
                            onDone={() =>
                                notifications.show({ message: 'The name was saved.' })
                            }
                        />
                    </NeedsForm>
                </div>
            </Section>
            <Section title="Receiving">
                <Needs right="sources.edit" ids={[source.id]}>
                    <Switch
                        label="Accept events"
                        description="Switched off, events are answered with an error and not stored."
                        checked={source.enabled}
                        disabled={update.isPending}
                        onChange={(event) =>
                            update.mutate(
                                { path, body: { enabled: event.currentTarget.checked } },
                                {
                                    onError: (error) =>
                                        notifications.show({
                                            color: 'red',
                                            message: messageOf(error),
                                        }),
                                },
                            )
                        }
                    />
                </Needs>
                <Text size="xs" c="dimmed" mt="md">
                    To delete this source, use the menu at the top of the page.
                </Text>
            </Section>
        </Stack>
    );
}
