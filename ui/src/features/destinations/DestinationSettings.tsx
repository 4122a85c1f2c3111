// SPDX-License-Identifier: Apache-2.0
// A destination's id, name and switch.
import { Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useWrite, type Tagged } from '@/api/resources';
import type { Destination } from '@/api/schema';
import { CopyValue } from '@/components/CopyValue';
import { EnabledSwitch } from '@/components/EnabledSwitch';
import { NameForm } from '@/components/NameForm';
import { NeedsForm } from '@/components/Needs';
import { Section } from '@/components/Section';

interface DestinationSettingsProps {
    destination: Tagged<Destination>;
    connectedTo: readonly string[]; // names
}

export function DestinationSettings({ destination, connectedTo }: DestinationSettingsProps) {
    const update = useWrite('PUT /v2/destinations/{id}', ['destinations']);
    const path = { id: destination.id };
    return (
        <Stack gap="lg">
            <Section title="Destination ID" lead="API calls name this destination by it.">
                <CopyValue label="Destination ID" value={destination.id} isLabelShown={false} />
            </Section>
            <Section title="Name">
                <div style={{ maxWidth: 420 }}>
                    <NeedsForm right="destinations.edit" ids={[destination.id]}>
                        <NameForm
                            label="Destination name"
                            name={destination.name}
                            onSave={(name) =>
                                update.mutateAsync({
                                    path,
                                    body: { name },
                                    ifMatch: destination.etag,
                                })
                            }
                            onDone={() =>
                                notifications.show({ message: 'The name was saved.' })
                            }
                        />
                    </NeedsForm>
                </div>
            </Section>
            <Section title="Delivering">
                <EnabledSwitch
                    what="destination"
                    resource={destination}
                    connectedTo={connectedTo}
                    label="Deliver events"
                    description="Switched off, events that wait are dropped and later ones are not sent."
                    onSave={(body) => update.mutateAsync({ path, body })}
                />
                <Text size="xs" c="dimmed" mt="md">
                    To delete this destination, use the menu at the top of the page.
                </Text>
            </Section>
        </Stack>
    );
}
