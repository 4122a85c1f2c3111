// SPDX-License-Identifier: Apache-2.0
// A destination's id, name and switch.
import { Stack, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { messageOf } from '@/api/error';
import { useWrite } from '@/api/resources';
import type { Destination } from '@/api/schema';
import { CopyValue } from '@/components/CopyValue';
import { NameForm } from '@/components/NameForm';
import { Needs, NeedsForm } from '@/components/Needs';
import { Section } from '@/components/Section';

export function DestinationSettings({ destination }: { destination: Destination }) {
    const update = useWrite('PUT /v2/destinations/{id}', ['destinations']);
    const path = { id: destination.id };
    const tell = (error: Error) =>
        notifications.show({ color: 'red', message: messageOf(error) });
    return (
        <Stack gap="lg">
            <Section title="Destination ID" lead="API calls name this destination by it.">
                <CopyValue label="Destination ID" value={destination.id} isLabelShown={false} />
            </Section>
            <Section title="Name">
                <div style={{ maxWidth: 420 }}>
                    <NeedsForm right="destinations.edit" ids={[destination.id]}>
                        <NameForm
                            key={destination.name}
                            label="Destination name"
                            name={destination.name}
                            onSave={(name) => update.mutateAsync({ path, body: { name } })}
                            onDone={() =>
                                notifications.show({ message: 'The name was saved.' })
                            }
                        />
                    </NeedsForm>
                </div>
            </Section>
            <Section title="Delivering">
                <Needs right="destinations.edit" ids={[destination.id]}>
                    <Switch
                        label="Deliver events"
                        description="Switched off, events that wait are dropped and later ones are not sent."
                        checked={destination.enabled}
                        disabled={update.isPending}
                        onChange={(event) =>
                            update.mutate(
                                { path, body: { enabled: event.currentTarget.checked } },
                                { onError: tell },
                            )
                        }
                    />
                </Needs>
                <Text size="xs" c="dimmed" mt="md">
                    To delete this destination, use the menu at the top of the page.
                </Text>
            </Section>
        </Stack>
    );
}
