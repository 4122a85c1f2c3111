// SPDX-License-Identifier: Apache-2.0
// Whether the API answers tokens with the secrets of destinations.
import { Stack, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useAccessWrite } from '@/api/access';
import { useWorkspace } from '@/api/context';
import { Needs } from '@/components/Needs';
import { Problem } from '@/components/Problem';
import { Section } from '@/components/Section';

export function SecretAnswers() {
    const { id, apiRevealsSecrets } = useWorkspace();
    const update = useAccessWrite('PUT /v2/workspaces/{id}', 'workspaces', 'session');
    const set = (isOn: boolean) =>
        update.mutate(
            { path: { id }, body: { apiRevealsSecrets: isOn } },
            {
                onSuccess: () =>
                    notifications.show({
                        message: isOn
                            ? 'Tokens that may edit a destination get its secrets.'
                            : 'No token gets secrets of destinations any more.',
                    }),
            },
        );
    return (
        <Section
            title="Secrets of destinations"
            lead="Terraform compares what it wrote with what the API answers, secrets included."
        >
            <Stack>
                <Needs right="organization">
                    <Switch
                        label="Tell secrets to tokens that may edit the destination"
                        checked={apiRevealsSecrets}
                        disabled={update.isPending}
                        onChange={(event) => set(event.currentTarget.checked)}
                    />
                </Needs>
                <Text size="sm" c="dimmed" maw="68ch">
                    On, which Terraform needs: an access token with Edit on a destination reads
                    its API keys and passwords, and the audit log says so the first time. Tokens
                    with less and people in this dashboard never get them; nobody gets those of
                    a destination with an external ID, as rudder-cli gives it.
                </Text>
                <Text size="sm" c="dimmed" maw="68ch">
                    Off: nobody gets them. Tools that leave a secret out of an update keep the
                    stored one; Terraform plans to write every secret again, each time.
                </Text>
                {update.error && <Problem error={update.error} />}
            </Stack>
        </Section>
    );
}
