// SPDX-License-Identifier: Apache-2.0
// A source's id, name and switch.
import { Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useWrite, type Tagged } from '@/api/resources';
import type { Source } from '@/api/schema';
import { CopyValue } from '@/components/CopyValue';
import { EnabledSwitch } from '@/components/EnabledSwitch';
import { NameForm } from '@/components/NameForm';
import { NeedsForm } from '@/components/Needs';
import { Section } from '@/components/Section';
import { TransientSwitch } from './TransientSwitch';

interface SourceSettingsProps {
    source: Tagged<Source>;
    connectedTo: readonly string[]; // names
}

export function SourceSettings({ source, connectedTo }: SourceSettingsProps) {
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
                            label="Source name"
                            name={source.name}
                            onSave={(name) =>
                                update.mutateAsync({
                                    path,
                                    body: { name },
                                    ifMatch: source.etag,
                                })
                            }
                            onDone={() =>
                                notifications.show({ message: 'The name was saved.' })
                            }
                        />
                    </NeedsForm>
                </div>
            </Section>
            <Section title="Receiving">
                <EnabledSwitch
                    what="source"
                    resource={source}
                    connectedTo={connectedTo}
                    label="Accept events"
                    description="Switched off, events are answered with an error and not stored."
                    onSave={(body) => update.mutateAsync({ path, body })}
                />
                <TransientSwitch
                    source={source}
                    onSave={(body) => update.mutateAsync({ path, body, ifMatch: source.etag })}
                />
                <Text size="xs" c="dimmed" mt="md">
                    To delete this source, use the menu at the top of the page.
                </Text>
            </Section>
        </Stack>
    );
}
